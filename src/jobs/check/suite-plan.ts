import { z } from 'zod'
import { parseCount } from '../../base/count.ts'
import { parseDuration } from '../../base/duration.ts'
import { UdptoolError } from '../../base/error.ts'
import type { Nanos } from '../../base/nanos.ts'
import { quoted } from '../../base/quoted.ts'
import { parseTarget } from '../../base/target.ts'
import { planEcho, type EchoPlan } from '../../runs/echo/plan.ts'
import { ANSWER_OPTIONS } from '../../runs/echo/options.ts'
import type { OptionTable } from '../../options/option.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { CheckKeys } from './check-keys.ts'
import type { InputSource, Path, Place } from '../place.ts'
import { AllowedFiles } from '../allowed-files.ts'
import { optionMistakes, rawValues, type Values } from '../file-options.ts'
import { CHECK_SHAPES, HEAD_SHAPE } from './file-schema.ts'
import { optionMistake, type Mistake, mistakeError, shapeMistakes } from '../mistake.ts'
import { checkKeys, isCheckKey } from './check-mistakes.ts'
import { DEFAULT_RUN, kindOf, RUN_KINDS, type RunPlan } from '../run-kind.ts'

/** A validated check. */
export interface PlannedCheck {
  readonly id: string
  readonly name: string
  readonly level: 'error' | 'warn'
  readonly tags: readonly string[]
  readonly retryFor: Nanos
  /** The target as written. Absent if the check starts its own server. */
  readonly target?: string
  readonly place?: Place
  readonly serve?: EchoPlan
  readonly plan: RunPlan
}

/** A validated check file. */
export interface SuitePlan {
  readonly file: string
  /** Number of checks that run at the same time. */
  readonly parallel: number
  readonly checks: readonly PlannedCheck[]
}

/** The keys of every check besides the options of its run. */
type Common = Pick<PlannedCheck, 'level' | 'tags' | 'retryFor'>

const HEAD = z.strictObject(
  {
    ...HEAD_SHAPE,
    checks: z.array(z.unknown(), { error: 'it is a list of checks' }).min(1, { error: 'it has no check' }),
  },
  { error: 'a check file has a list of checks' },
)

/** What a check file may do outside its folder. */
export interface SuitePermissions {
  /** Allow files outside its folder. */
  readonly allowFiles?: boolean
}

/** Validates a check file. Throws a `usage` error with the place of the first mistake, the value, and the likely correction. */
export function planSuite(source: InputSource, { allowFiles = false }: SuitePermissions = {}): SuitePlan {
  const fence = new AllowedFiles(source.file, 'check file', allowFiles || source.isProgram === true)
  return new SuiteReader(source, fence).read()
}

class SuiteReader {
  readonly #source: InputSource
  readonly #fence: AllowedFiles
  readonly #mistakes: Mistake[] = []
  readonly #names = new Set<string>()
  readonly #ids = new Set<string>()

  constructor(source: InputSource, fence: AllowedFiles) {
    this.#source = source
    this.#fence = fence
  }

  read(): SuitePlan {
    const head = HEAD.safeParse(this.#source.value)
    if (!head.success) {
      const defaults = Object.keys(HEAD_SHAPE.defaults.unwrap().shape)
      const keysAt = ([key]: Path): readonly string[] =>
        key === undefined ? Object.keys(HEAD.shape) : key === 'defaults' ? defaults : Object.keys(ANSWER_OPTIONS)
      this.#mistakes.push(...shapeMistakes(head.error, [], this.#source.value, checkKeys(keysAt)))
      throw this.#error()
    }
    const { targets = {}, parallel = 1, defaults = {}, checks } = head.data
    const at = this.#reading(['parallel'], () => parseCount(parallel, 'parallel', { min: 1, max: 64 }))
    const known = Object.fromEntries(
      Object.entries(targets).filter(([name, target]) => {
        return this.#reading(['targets', name], () => parseTarget(target, name)) !== undefined
      }),
    )
    const planned = checks.map((check, index) => this.#check(check, ['checks', index], defaults, known))
    if (this.#mistakes.length > 0) throw this.#error()
    return { file: this.#source.file, parallel: at ?? 1, checks: planned.filter(check => check !== undefined) }
  }

  #error(): Error {
    const [first, ...others] = this.#mistakes
    return first === undefined ? new RangeError('no mistake') : mistakeError([first, ...others], this.#source)
  }

  /** Records the error of a parser as a mistake at this path, or at the path of the option that it names. */
  #reading<T>(path: Path, read: () => T, pathOf: (option: string) => Path = () => path): T | undefined {
    try {
      return read()
    } catch (error) {
      const option = error instanceof UdptoolError ? error.option : undefined
      this.#mistakes.push(optionMistake(error, option === undefined ? path : pathOf(option), isCheckKey))
      return undefined
    }
  }

  #check(
    value: unknown,
    path: Path,
    defaults: Values,
    targets: Readonly<Record<string, string>>,
  ): PlannedCheck | undefined {
    const run = kindOf(value)
    const shape = CHECK_SHAPES.get(run)
    const kind = RUN_KINDS.get(run)
    const parsed = (shape ?? CHECK_SHAPES.get(DEFAULT_RUN))?.safeParse(value)
    if (kind === undefined || parsed?.success !== true) {
      const known = Object.keys(shape?.shape ?? {})
      const keysAt = (inner: Path): readonly string[] => (inner.length === 0 ? known : Object.keys(ANSWER_OPTIONS))
      if (parsed?.success === false) this.#mistakes.push(...shapeMistakes(parsed.error, path, value, checkKeys(keysAt)))
      return undefined
    }
    const own: Values = parsed.data
    const keys = new CheckKeys(own, defaults, kind, path)
    const before = this.#mistakes.length
    const name = this.#name(String(own['name']), path)
    const common = this.#common(keys)
    const where = this.#where(keys, targets)
    const plan = this.#plan(keys, where)
    if (plan === undefined || common === undefined || this.#mistakes.length > before) return undefined
    const { to: _, ...answering } = where
    const place = this.#source.locate([...path, 'name'])
    return { id: this.#id(name), name, ...common, ...answering, ...(place === undefined ? {} : { place }), plan }
  }

  /** Names must be unique, because some outputs show only the name. */
  #name(name: string, path: Path): string {
    if (this.#names.has(name))
      this.#mistakes.push({ path: [...path, 'name'], message: `two checks are called ${quoted(name)}` })
    this.#names.add(name)
    return name
  }

  #id(name: string): string {
    const plain =
      name
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
        .replaceAll(/^-|-$/gu, '') || 'check'
    let id = plain
    for (let number = 2; this.#ids.has(id); number++) id = `${plain}-${number}`
    this.#ids.add(id)
    return id
  }

  #common(keys: CheckKeys): Common | undefined {
    const { level = 'error', tags = [], retryFor = 0 } = keys.values
    const wait = this.#reading(keys.path('retryFor'), () => parseDuration(String(retryFor), 'retryFor'))
    if (wait === undefined) return undefined
    return { level: level === 'warn' ? 'warn' : 'error', tags: [tags].flat().map(String), retryFor: wait }
  }

  /** The target of a check: a name of `targets` or an address, or a server that the check starts. */
  #where(
    keys: CheckKeys,
    targets: Readonly<Record<string, string>>,
  ): Pick<PlannedCheck, 'target' | 'serve'> & { readonly to?: string } {
    const { target, serve } = keys.values
    if (target !== undefined && serve !== undefined) {
      this.#mistakes.push({
        path: keys.path('serve'),
        atKey: true,
        message: 'target and serve both say who answers',
        hint: 'leave one of them out',
      })
      return {}
    }
    if (serve !== undefined) {
      const raw = rawValues(ANSWER_OPTIONS, serve as Values)
      const path = keys.path('serve')
      const plan = this.#planned(
        ANSWER_OPTIONS,
        raw,
        path,
        (...place) => [...path, ...place],
        () => planEcho({ port: 0, ...rawOptions(ANSWER_OPTIONS, raw) }),
      )
      return plan === undefined ? {} : { serve: plan }
    }
    if (target === undefined) {
      this.#mistakes.push({
        path: keys.path(),
        message: 'the check says neither target nor serve',
        hint: 'write target: host:port, or serve: {} for a server of its own',
      })
      return {}
    }
    const written = typeof target === 'string' ? target : ''
    const to = Object.hasOwn(targets, written) ? targets[written] : written
    const read = this.#reading(keys.path('target'), () => parseTarget(to ?? written, 'target'))
    return read === undefined || to === undefined ? {} : { target: written, to }
  }

  #plan(keys: CheckKeys, { to }: { readonly to?: string }): RunPlan | undefined {
    const { size, sizes } = keys.own
    if (size !== undefined && sizes !== undefined) {
      const path = keys.path('sizes')
      this.#mistakes.push({ path, atKey: true, message: 'size and sizes are the same', hint: 'leave one of them out' })
    }
    const before = this.#mistakes.length
    const raw = this.#fence.options(keys.raw, (key, read) => this.#reading(keys.path(key), read))
    if (this.#mistakes.length > before) return undefined
    const { kind } = keys
    return this.#planned(
      kind.options,
      raw,
      keys.path(),
      (...place) => keys.path(...place),
      () => kind.plan(to === undefined ? raw : { ...raw, to }),
    )
  }

  /** Parses each option by itself first, to find every mistake at its place, then all together. */
  #planned<T>(
    table: OptionTable,
    raw: Values,
    path: Path,
    pathOf: (name: string, ...entry: readonly number[]) => Path,
    plan: () => T,
  ): T | undefined {
    const mistakes = optionMistakes(table, raw)
    this.#mistakes.push(...mistakes.map(({ place, error }) => optionMistake(error, pathOf(...place), isCheckKey)))
    return mistakes.length > 0 ? undefined : this.#reading(path, plan, pathOf)
  }
}
