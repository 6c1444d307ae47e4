import { dirname, resolve } from 'node:path'
import { parseCount } from '../../base/count.ts'
import { present } from '../../base/present.ts'
import { parseOption } from '../../options/parse-options.ts'
import { AllowedFiles } from '../allowed-files.ts'
import type { InputSource } from '../place.ts'
import { parseAllowEntry } from './allow-entry.ts'
import { parseBucket } from './buckets.ts'
import { GroupReader, type ReadModules } from './config-group.ts'
import { unknownModule } from './config-keys.ts'
import { ConfigMistakes } from './config-mistakes.ts'
import { ModuleReader } from './config-module.ts'
import type { ModuleConfig, MonitorConfig, ProbeRules } from './config-plan.ts'
import { CONFIG_SHAPE } from './config-schema.ts'
import { DEFAULT_MODULE } from './module.ts'
import { MONITOR_OPTIONS } from './options.ts'

const MOST_BUCKETS = 100
const MAX_CONCURRENT = { default: 20, max: 1000 }
const MAX_RATE = { default: 1000, max: 1_000_000 }

type Written = NonNullable<ReturnType<typeof CONFIG_SHAPE.safeParse>['data']>

/** Validates a configuration file. Throws a `usage` error with the place of the first mistake, the value, and the likely correction. */
export function readConfig(source: InputSource): MonitorConfig {
  return new ConfigReader(source).read()
}

/** What a file without any key says. */
export function emptyConfig(): MonitorConfig {
  return readConfig({ file: 'empty', value: {}, locate: () => undefined, line: () => '' })
}

class ConfigReader {
  readonly #source: InputSource
  readonly #file: string
  readonly #mistakes = new ConfigMistakes()

  constructor(source: InputSource) {
    this.#source = source
    // Paths of files stay true wherever the process works.
    this.#file = resolve(source.file)
  }

  read(): MonitorConfig {
    const head = this.#mistakes.shaped(CONFIG_SHAPE, this.#source.value, []) ?? {}
    const refresh = this.#refresh(head)
    const buckets = this.#buckets(head)
    const modules = this.#modules(head)
    const reader = new GroupReader(this.#mistakes, modules, dirname(this.#file))
    const groups = (head.groups ?? []).flatMap((group, index) => reader.read(group, ['groups', index]) ?? [])
    const probe = this.#probe(head.probe ?? {}, modules)
    this.#mistakes.check(this.#source)
    return { modules: modules.byName, groups, probe, ...present({ refresh, buckets }) }
  }

  #refresh({ refresh }: Written): MonitorConfig['refresh'] {
    if (refresh === undefined) return undefined
    return this.#mistakes.reading(['refresh'], () => parseOption('refresh', MONITOR_OPTIONS.refresh, String(refresh)))
  }

  #buckets({ buckets }: Written): MonitorConfig['buckets'] {
    if (buckets === undefined) return undefined
    if (buckets.length > MOST_BUCKETS)
      this.#mistakes.add({
        path: ['buckets'],
        message: `there are ${buckets.length} buckets, and each is a series of each target`,
        hint: `write at most ${MOST_BUCKETS}`,
      })
    const bounds = buckets.map((bound, index) => this.#mistakes.reading(['buckets', index], () => parseBucket(bound)))
    for (const [index, bound] of bounds.entries()) {
      const before = bounds[index - 1]
      if (bound !== undefined && before !== undefined && bound <= before)
        this.#mistakes.add({
          path: ['buckets', index],
          message: `the bucket ${bound} is not above ${before}, which stands before it`,
          hint: 'sort them, each once',
        })
    }
    return bounds.filter(bound => bound !== undefined)
  }

  #modules({ modules = {} }: Written): ReadModules {
    const reader = new ModuleReader(
      this.#mistakes,
      new AllowedFiles(this.#file, 'configuration file', this.#source.isProgram === true),
    )
    const written = Object.hasOwn(modules, DEFAULT_MODULE) ? modules : { [DEFAULT_MODULE]: {}, ...modules }
    const byName = new Map<string, ModuleConfig>()
    for (const [name, value] of Object.entries(written)) {
      const module = reader.read(name, value)
      if (module !== undefined) byName.set(name, module)
    }
    return { byName, names: Object.keys(written) }
  }

  #probe(written: NonNullable<Written['probe']>, { names }: ReadModules): ProbeRules {
    const { modules, allow } = written
    for (const [index, name] of (modules ?? []).entries())
      if (!names.includes(name)) this.#mistakes.add(unknownModule(name, ['probe', 'modules', index], names))
    for (const [index, entry] of (allow ?? []).entries())
      this.#mistakes.reading(['probe', 'allow', index], () => parseAllowEntry(entry, 'allow'))
    const limit = (key: 'maxConcurrent' | 'maxRate', range: typeof MAX_RATE): number =>
      this.#mistakes.reading(['probe', key], () =>
        parseCount(written[key] ?? range.default, key, { min: 1, max: range.max }),
      ) ?? range.default
    return {
      maxConcurrent: limit('maxConcurrent', MAX_CONCURRENT),
      maxRate: limit('maxRate', MAX_RATE),
      ...present({ modules, allow }),
    }
  }
}
