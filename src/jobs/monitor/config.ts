import type { z } from 'zod'
import { UdptoolError } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { nearest } from '../../base/suggestion.ts'
import { formatTarget, type Target } from '../../base/target.ts'
import { parseOption } from '../../options/parse-options.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { AllowedFiles } from '../allowed-files.ts'
import { optionMistakes, rawValues, type Values } from '../file-options.ts'
import { mistakeError, optionMistake, shapeMistakes, type FileKeys, type Mistake } from '../mistake.ts'
import type { InputSource, Path } from '../place.ts'
import { CONFIG_SHAPE, configKeys, GROUP_SHAPE, labelFault, MODULE_SHAPE } from './config-schema.ts'
import { DEFAULT_MODULE, parseModuleTarget, planModule } from './module.ts'
import { MODULE_OPTIONS, MONITOR_OPTIONS } from './options.ts'
import type { GroupPlan, ModuleConfig, MonitorConfig } from './config-plan.ts'

/** Validates a configuration file. Throws a `usage` error with the place of the first mistake, the value, and the likely correction. */
export function readConfig(source: InputSource): MonitorConfig {
  return new ConfigReader(source).read()
}

class ConfigReader {
  readonly #source: InputSource
  readonly #files: AllowedFiles
  readonly #mistakes: Mistake[] = []
  /** Targets with their module that were read. */
  readonly #seen = new Set<string>()

  constructor(source: InputSource) {
    this.#source = source
    this.#files = new AllowedFiles(source.file, 'configuration file', source.isProgram === true)
  }

  read(): MonitorConfig {
    const head = this.#shaped(CONFIG_SHAPE, this.#source.value, [])
    const { modules: written = {}, groups = [], refresh: again } = head ?? {}
    const refresh =
      again === undefined
        ? undefined
        : this.#reading(['refresh'], () => parseOption('refresh', MONITOR_OPTIONS.refresh, String(again)))
    const modules = new Map<string, ModuleConfig>([
      [DEFAULT_MODULE, { name: DEFAULT_MODULE, run: 'send', options: {}, probes: planModule(DEFAULT_MODULE, {}) }],
    ])
    for (const [name, value] of Object.entries(written)) {
      const module = this.#module(name, value)
      if (module !== undefined) modules.set(name, module)
    }
    const known = [...new Set([...Object.keys(written), DEFAULT_MODULE])]
    const read = groups.map((group, index) => this.#group(group, ['groups', index], modules, known))
    const [first, ...others] = this.#mistakes
    if (first !== undefined) throw mistakeError([first, ...others], this.#source)
    return {
      modules,
      groups: read.filter(group => group !== undefined),
      probe: { maxConcurrent: 20, maxRate: 1000 },
      ...(refresh === undefined ? {} : { refresh }),
    }
  }

  #shaped<Shape extends z.ZodType>(shape: Shape, value: unknown, path: Path): z.infer<Shape> | undefined {
    const parsed = shape.safeParse(value)
    if (parsed.success) return parsed.data
    const keys: FileKeys = configKeys(path)
    this.#mistakes.push(...shapeMistakes(parsed.error, path, value, keys))
    return undefined
  }

  #module(name: string, value: unknown): ModuleConfig | undefined {
    const path = ['modules', name]
    const own: Values | undefined = this.#shaped(MODULE_SHAPE, value, path)
    if (own === undefined) return undefined
    const before = this.#mistakes.length
    const raw = this.#files.options(rawValues(MODULE_OPTIONS, own), (key, read) => this.#reading([...path, key], read))
    if (this.#mistakes.length > before) return undefined
    const mistakes = optionMistakes(MODULE_OPTIONS, raw)
    for (const { place, error } of mistakes)
      this.#mistakes.push(optionMistake(error, [...path, ...entryOf(own, place)], isModuleKey))
    if (mistakes.length > 0) return undefined
    const probes = this.#reading(path, () => planModule(name, rawOptions(MODULE_OPTIONS, raw)))
    return probes === undefined ? undefined : { name, run: 'send', options: raw, probes }
  }

  #group(
    value: unknown,
    path: Path,
    modules: ReadonlyMap<string, ModuleConfig>,
    known: readonly string[],
  ): GroupPlan | undefined {
    const group = this.#shaped(GROUP_SHAPE, value, path)
    if (group === undefined) return undefined
    const { module: wanted = DEFAULT_MODULE, labels = {} } = group
    const names = [wanted].flat()
    for (const [index, name] of names.entries())
      if (!known.includes(name))
        this.#unknownModule(name, [...path, 'module', ...(Array.isArray(wanted) ? [index] : [])], known)
    for (const [name, text] of Object.entries(labels)) {
      const fault = labelFault(name, text)
      if (fault !== undefined) this.#mistakes.push({ path: [...path, 'labels', name], atKey: true, ...fault })
    }
    const used = names.flatMap(name => modules.get(name) ?? [])
    const targets = group.targets.flatMap((written, index) => this.#target(written, [...path, 'targets', index], used))
    return { modules: used, labels: textLabels(labels), targets, files: [], skipSelf: false }
  }

  #target(written: string, at: Path, modules: readonly ModuleConfig[]): Target[] {
    const read = modules.flatMap(({ name, probes }) => {
      const target = this.#reading(at, () => parseModuleTarget(written, probes ?? {}))
      if (target === undefined) return []
      const address = formatTarget(target)
      const key = `${address} ${name}`
      if (this.#seen.has(key))
        this.#mistakes.push({
          path: at,
          message: `the target ${address} is there twice with module ${name}`,
          hint: 'leave one of them out',
        })
      this.#seen.add(key)
      return [target]
    })
    return read.slice(0, 1)
  }

  #unknownModule(name: string, path: Path, known: readonly string[]): void {
    const meant = nearest(name, known)
    this.#mistakes.push({
      path,
      message: `there is no module ${quoted(name)}`,
      hint: meant === undefined ? `the modules are ${known.join(', ')}` : `did you mean ${meant}?`,
    })
  }

  /** Records the error of a parser as a mistake at this path, or at the option below it that the error names. */
  #reading<T>(path: Path, read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      const option = error instanceof UdptoolError ? error.option : undefined
      const at = option === undefined || option === path.at(-1) ? path : [...path, option]
      this.#mistakes.push(optionMistake(error, at, isModuleKey))
      return undefined
    }
  }
}

/** The path of a value below a module: an entry of a list only if it is written as one. */
function entryOf(own: Values, [name, ...entry]: readonly [string, ...number[]]): Path {
  return [name, ...(Array.isArray(own[name]) ? entry : [])]
}

function isModuleKey(option: string): boolean {
  return Object.hasOwn(MODULE_OPTIONS, option) || option === 'refresh'
}

function textLabels(labels: Readonly<Record<string, string | number>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]))
}
