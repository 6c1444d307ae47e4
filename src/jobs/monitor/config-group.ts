import { parseCount } from '../../base/count.ts'
import { usage } from '../../base/error.ts'
import { isAddress } from '../../base/ip.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import { quoted } from '../../base/quoted.ts'
import { DEFAULT_PORT, formatTarget, parseTarget, type Target } from '../../base/target.ts'
import { parseOption } from '../../options/parse-options.ts'
import { rawOptions } from '../../options/raw-options.ts'
import type { Path } from '../place.ts'
import { endingKey } from './config-module.ts'
import { unknownModule } from './config-keys.ts'
import type { ConfigMistakes } from './config-mistakes.ts'
import type { DnsPlan, GroupPlan, ModuleConfig } from './config-plan.ts'
import { GROUP_SHAPE } from './config-schema.ts'
import { parseFilePattern } from './file-pattern.ts'
import { labelFault, MOST_LABELS } from './labels.ts'
import { DEFAULT_MODULE, parseModuleTarget } from './module.ts'
import { MONITOR_OPTIONS } from './options.ts'

/** The modules of a file. */
export interface ReadModules {
  /** Those without mistakes. */
  readonly byName: ReadonlyMap<string, ModuleConfig>
  /** The names of all, with those that have mistakes. */
  readonly names: readonly string[]
}

const DNS_REFRESH: Nanos = 60 * SECOND
const MOST_NEIGHBOURS = 100_000

type Written = NonNullable<ReturnType<typeof GROUP_SHAPE.safeParse>['data']>

/** Reads groups. A target can be there once with each module, in whatever group. */
export class GroupReader {
  readonly #mistakes: ConfigMistakes
  readonly #modules: ReadModules
  readonly #folder: string
  /** Targets with their module that were read. */
  readonly #seen = new Set<string>()

  /** @param folder of the configuration file, for relative patterns */
  constructor(mistakes: ConfigMistakes, modules: ReadModules, folder: string) {
    this.#mistakes = mistakes
    this.#modules = modules
    this.#folder = folder
  }

  /** Undefined if it is no group. Other mistakes are added, and the rest is read. */
  read(value: unknown, path: Path): GroupPlan | undefined {
    const group = this.#mistakes.shaped(GROUP_SHAPE, value, path)
    if (group === undefined) return undefined
    const { module = DEFAULT_MODULE, labels = {}, targets = [], files = [], skipSelf = false } = group
    if (group.targets === undefined && group.files === undefined && group.dns === undefined)
      this.#mistakes.add({
        path,
        message: 'the group has no targets',
        hint: 'write targets, files or dns',
      })
    const modules = this.#used(module, path)
    this.#checkLabels(labels, [...path, 'labels'])
    const neighbours = this.#neighbours(group, path)
    const dns = this.#dns(group, [...path, 'dns'])
    return {
      modules,
      labels: Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, String(text)])),
      targets: targets.flatMap((written, index) => this.#target(written, [...path, 'targets', index], modules)),
      files: files.flatMap((written, index) => {
        const pattern = () => parseFilePattern(written, this.#folder, 'the file')
        return this.#mistakes.reading([...path, 'files', index], pattern) ?? []
      }),
      skipSelf,
      ...present({ dns, neighbours }),
    }
  }

  #used(module: string | readonly string[], path: Path): readonly ModuleConfig[] {
    const isList = typeof module !== 'string'
    const names = isList ? module : [module]
    const at = [...path, 'module']
    if (names.length === 0) this.#mistakes.add({ path: at, message: 'module cannot be []: it has no module' })
    const twice = names.findIndex((name, index) => names.indexOf(name) < index)
    if (twice >= 0)
      this.#mistakes.add({
        path: [...at, twice],
        message: `the module ${quoted(names[twice] ?? '')} is there twice`,
        hint: 'leave one of them out',
      })
    return [...new Set(names)].flatMap(name => this.#module(name, isList ? [...at, names.indexOf(name)] : at) ?? [])
  }

  #module(name: string, path: Path): ModuleConfig | undefined {
    const { byName, names } = this.#modules
    if (!names.includes(name)) this.#mistakes.add(unknownModule(name, path, names))
    const module = byName.get(name)
    const ending = module === undefined ? undefined : endingKey(module)
    if (ending !== undefined)
      this.#mistakes.add({
        path,
        message: `a group cannot use the module ${name}: with ${ending} its runs end, so it is for /probe`,
        hint: `leave ${ending} out of ${name}, or use another module`,
      })
    return module
  }

  #target(written: string, at: Path, modules: readonly ModuleConfig[]): Target[] {
    const read = modules.flatMap(({ name, options }) => {
      const target = this.#mistakes.reading(at, () => parseModuleTarget(written, rawOptions({}, options)))
      if (target === undefined) return []
      const address = formatTarget(target)
      const key = `${address} ${name}`
      if (this.#seen.has(key))
        this.#mistakes.add({
          path: at,
          message: `the target ${address} is there twice with module ${name}`,
          hint: 'leave one of them out',
        })
      this.#seen.add(key)
      return [target]
    })
    return read.slice(0, 1)
  }

  #checkLabels(labels: Readonly<Record<string, string | number>>, path: Path): void {
    const entries = Object.entries(labels)
    if (entries.length > MOST_LABELS)
      this.#mistakes.add({
        path,
        message: `the group has ${entries.length} labels`,
        hint: `write at most ${MOST_LABELS}`,
      })
    for (const [name, text] of entries) {
      const fault = labelFault(name, text)
      if (fault !== undefined) this.#mistakes.add({ path: [...path, name], atKey: true, ...fault })
    }
  }

  #neighbours({ neighbours }: Written, path: Path): number | undefined {
    if (neighbours === undefined) return undefined
    return this.#mistakes.reading([...path, 'neighbours'], () =>
      parseCount(neighbours, 'neighbours', { min: 1, max: MOST_NEIGHBOURS }),
    )
  }

  #dns({ dns }: Written, path: Path): DnsPlan | undefined {
    if (dns === undefined) return undefined
    const { type = 'A', port, refresh } = dns
    const name = this.#mistakes.reading([...path, 'name'], () => parseDnsName(dns.name))
    if (type === 'SRV' && port !== undefined)
      this.#mistakes.add({
        path: [...path, 'port'],
        atKey: true,
        message: 'SRV records have ports of their own',
        hint: 'leave port out',
      })
    const number =
      port === undefined
        ? DEFAULT_PORT
        : this.#mistakes.reading([...path, 'port'], () => parseCount(port, 'port', { min: 1, max: 65_535 }))
    const again =
      refresh === undefined
        ? DNS_REFRESH
        : this.#mistakes.reading([...path, 'refresh'], () =>
            parseOption('refresh', MONITOR_OPTIONS.refresh, String(refresh)),
          )
    if (name === undefined || number === undefined || again === undefined) return undefined
    return { name, type, port: number, refresh: again }
  }
}

function parseDnsName(written: string): string {
  if (isAddress(written.trim()))
    throw usage(`name cannot be ${quoted(written)}: it is an address`, 'write it into targets')
  const { host } = parseTarget(written, 'name')
  if (host === written.trim()) return host
  throw usage(`name cannot be ${quoted(written)}: it is not a name alone`, 'write name: host, and its port as port')
}
