import { parsePortRange, portCount } from '../../base/port-range.ts'
import { givenOptions, type OptionTable } from '../../options/option.ts'
import { parseOption } from '../../options/parse-options.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { SEND_OPTIONS } from '../../runs/send/options.ts'
import type { AllowedFiles } from '../allowed-files.ts'
import { fileOptions, optionMistakes, rawValues, type Values } from '../file-options.ts'
import { optionMistake } from '../mistake.ts'
import type { Path } from '../place.ts'
import { DEFAULT_RUN, kindOf, RUN_KINDS, type RunKind } from '../run-kind.ts'
import { isConfigOption } from './config-keys.ts'
import type { ConfigMistakes } from './config-mistakes.ts'
import type { ModuleConfig } from './config-plan.ts'
import { MODULE_SHAPES } from './config-schema.ts'
import { planModule } from './module.ts'
import { MODULE_OPTIONS, SEARCH_OPTIONS } from './options.ts'

const LONGEST_NAME = 200

/** Options that only runs with an end have. */
const ENDING_OPTIONS: OptionTable = Object.fromEntries(
  Object.entries(fileOptions(SEND_OPTIONS)).filter(([name]) => !Object.hasOwn(MODULE_OPTIONS, name)),
)

/** A target to plan with: `/probe` names the real one. It is no loopback address, so that the rules for networks apply. */
const ANY_TARGET = 'target.invalid:9000'

/** The first key of a module by which its runs end, so that groups cannot use it. */
export function endingKey({ run, settings }: Pick<ModuleConfig, 'run' | 'settings'>): string | undefined {
  return run === DEFAULT_RUN ? givenOptions(ENDING_OPTIONS, settings)[0] : undefined
}

/** Reads modules: their options, planned once as `/probe` will plan them, so that each mistake is found at its place. */
export class ModuleReader {
  readonly #mistakes: ConfigMistakes
  readonly #files: AllowedFiles

  constructor(mistakes: ConfigMistakes, files: AllowedFiles) {
    this.#mistakes = mistakes
    this.#files = files
  }

  /** Undefined if the module has a mistake. */
  read(name: string, value: unknown): ModuleConfig | undefined {
    const path = ['modules', name]
    const before = this.#mistakes.count
    if (name === '' || name.length > LONGEST_NAME)
      this.#mistakes.add({ path, atKey: true, message: `the name of a module has 1 to ${LONGEST_NAME} characters` })
    const run = kindOf(value)
    const shape = MODULE_SHAPES.get(run)
    const kind = RUN_KINDS.get(run)
    if (shape === undefined || kind === undefined) return undefined
    const own: Values | undefined = this.#mistakes.shaped(shape, value, path, run)
    if (own === undefined) return undefined
    const read = run === 'sweep' || run === 'mtu' ? this.#search(name, run, kind, own) : this.#send(name, kind, own)
    return this.#mistakes.count > before ? undefined : read
  }

  #send(name: string, kind: RunKind, own: Values): ModuleConfig | undefined {
    const path = ['modules', name]
    const { perFlow, oneWay } = own
    const run = 'send'
    const isEndless = endingKey({ run, settings: own }) === undefined
    const table = {
      ...(isEndless ? {} : fileOptions(SEND_OPTIONS)),
      ...(isEndless ? MODULE_OPTIONS : { flows: MODULE_OPTIONS.flows }),
      expect: kind.options.expect,
    }
    const raw = this.#raw(path, table, own)
    if (raw === undefined) return undefined
    if (!isEndless) this.#checkEnding(path, own)
    const series = { ...(perFlow === undefined ? {} : { perFlow }), ...(oneWay === undefined ? {} : { oneWay }) }
    const { size, timeout, interval } = MODULE_OPTIONS
    const settings = {
      size: String(size.default),
      ...(isEndless ? { interval: interval.default } : {}),
      timeout: timeout.default,
      ...raw,
      ...series,
    }
    const {
      flows: written,
      sourcePorts,
      perFlow: _,
      oneWay: __,
      ...options
    } = {
      flows: undefined,
      sourcePorts: undefined,
      perFlow,
      oneWay,
      ...settings,
    }
    // Each flow is a socket of its own, as each client of `send` is. The source ports belong to the probes without end.
    const flows =
      written ?? (sourcePorts === undefined ? undefined : portCount(parsePortRange(String(sourcePorts), 'sourcePorts')))
    const config: ModuleConfig = {
      name,
      run,
      settings,
      options: flows === undefined ? options : { ...options, clients: flows },
    }
    if (!isEndless) return this.#planned(path, kind, config)
    const probes = this.#mistakes.reading(path, () =>
      planModule(name, rawOptions(MODULE_OPTIONS, settings), { perFlow: perFlow === true, oneWay: oneWay === true }),
    )
    return probes === undefined ? undefined : this.#planned(path, kind, { ...config, probes })
  }

  #search(name: string, run: 'sweep' | 'mtu', kind: RunKind, own: Values): ModuleConfig | undefined {
    const path = ['modules', name]
    const table = { ...fileOptions(kind.options), ...SEARCH_OPTIONS, expect: kind.options.expect }
    const raw = this.#raw(path, table, own)
    if (raw === undefined) return undefined
    const settings = {
      run,
      interval: SEARCH_OPTIONS.interval.default,
      timeout: kind.options['timeout']?.default,
      ...raw,
    }
    const { interval: period, run: _, ...options } = settings
    const interval = parseOption('interval', SEARCH_OPTIONS.interval, period)
    return this.#planned(path, kind, { name, run, settings, options, interval })
  }

  /** The raw options, each of which its parser accepts. */
  #raw(path: Path, table: OptionTable, own: Values): Values | undefined {
    const before = this.#mistakes.count
    const raw = this.#files.options(rawValues(table, own), (key, read) => this.#mistakes.reading([...path, key], read))
    for (const { place, error } of optionMistakes(table, raw))
      this.#mistakes.add(optionMistake(error, [...path, ...entryOf(own, place)], isConfigOption))
    return this.#mistakes.count > before ? undefined : raw
  }

  #planned(path: Path, kind: RunKind, config: ModuleConfig): ModuleConfig | undefined {
    const plan = this.#mistakes.reading(path, () => kind.plan({ ...config.options, to: ANY_TARGET }))
    return plan === undefined ? undefined : config
  }

  #checkEnding(path: Path, own: Values): void {
    const ending = String(endingKey({ run: 'send', settings: own }))
    const { flows, clients, perFlow, oneWay, sourcePorts } = own
    if (flows !== undefined && clients !== undefined)
      this.#mistakes.add({
        path: [...path, 'flows'],
        atKey: true,
        message: 'flows and clients both set the number of sockets',
        hint: 'leave one of them out',
      })
    for (const [key, isGiven] of Object.entries({
      perFlow: perFlow === true,
      oneWay: oneWay === true,
      sourcePorts: sourcePorts !== undefined,
    }))
      if (isGiven)
        this.#mistakes.add({
          path: [...path, key],
          atKey: true,
          message: `${key} is for probes without end, and ${ending} for runs that end`,
          hint: 'leave one of them out',
        })
  }
}

/** The path of a value below a module: an entry of a list only if it is written as one. */
function entryOf(own: Values, [name, ...entry]: readonly [string, ...number[]]): Path {
  return [name, ...(Array.isArray(own[name]) ? entry : [])]
}
