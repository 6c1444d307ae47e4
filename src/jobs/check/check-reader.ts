import { parseDuration } from '../../base/duration.ts'
import { parseTarget } from '../../base/target.ts'
import type { OptionTable } from '../../options/option.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { ANSWER_OPTIONS } from '../../runs/echo/options.ts'
import { planEcho } from '../../runs/echo/plan.ts'
import { optionMistakes, rawValues, type Values } from '../file-options.ts'
import { optionMistake, shapeMistakes } from '../mistake.ts'
import type { Path } from '../place.ts'
import type { CheckPlan } from './check-kind.ts'
import { checkKind, kindName } from './check-kinds.ts'
import { CheckKeys } from './check-keys.ts'
import { checkKeys, isCheckKey } from './check-mistakes.ts'
import type { FileMistakes } from './file-mistakes.ts'
import { checkShape } from './file-schema.ts'
import { variantsOf } from './matrix.ts'
import type { SuiteFile } from './suite-file.ts'
import type { SuiteNames } from './suite-names.ts'
import type { PlannedCheck } from './planned-check.ts'

/** The keys of every check besides the options of its run. */
type Common = Pick<PlannedCheck, 'level' | 'tags' | 'retryFor'>

/** Who answers a check: `to` is its address, `target` as written. */
type Where = Pick<PlannedCheck, 'target' | 'serve'> & { readonly to?: string }

/** Reads the checks of one file of a suite. What is wrong is in the mistakes of the file. */
export class CheckReader {
  readonly #file: SuiteFile
  readonly #names: SuiteNames
  readonly #mistakes: FileMistakes

  constructor(file: SuiteFile, names: SuiteNames, mistakes = file.mistakes) {
    this.#file = file
    this.#names = names
    this.#mistakes = mistakes
  }

  read(): readonly PlannedCheck[] {
    return this.#file.checks.flatMap((check, index) => {
      const path = ['checks', index]
      return variantsOf(check, path, this.#mistakes).flatMap(({ value, base, placed }) => {
        const reader = new CheckReader(this.#file, this.#names, this.#mistakes.at(placed))
        const planned = reader.#check(value, path)
        return planned === undefined ? [] : [{ ...planned, ...(base === undefined ? {} : { base }) }]
      })
    })
  }

  #check(value: unknown, path: Path): PlannedCheck | undefined {
    const named = kindName(value)
    const shape = checkShape(named)
    const kind = checkKind(named)
    const parsed = shape.safeParse(value)
    if (kind === undefined || !parsed.success) {
      const inQuery = Object.keys(kind?.nested ?? {})
      const keysAt = ([key]: Path): readonly string[] =>
        key === undefined
          ? [...Object.keys(shape.shape), 'for']
          : key === 'query'
            ? inQuery
            : Object.keys(ANSWER_OPTIONS)
      if (!parsed.success) this.#mistakes.add(...shapeMistakes(parsed.error, path, value, checkKeys(keysAt)))
      return undefined
    }
    const own: Values = parsed.data
    const keys = new CheckKeys(own, this.#file.defaults, kind, path)
    const before = this.#mistakes.all.length
    const name = String(own['name'])
    const taken = this.#names.take(name, this.#file.source, [...path, 'name'])
    if (taken !== undefined) this.#mistakes.add(taken)
    const common = this.#common(keys)
    const where = this.#where(keys)
    const plan = this.#plan(keys, where)
    if (plan === undefined || common === undefined || this.#mistakes.all.length > before) return undefined
    const { to: _, ...answering } = where
    const place = this.#file.source.locate([...path, 'name'])
    const placed = place === undefined ? {} : { place }
    return { id: this.#names.id(name), name, ...common, ...answering, ...placed, plan, secrets: this.#file.secrets }
  }

  #common(keys: CheckKeys): Common | undefined {
    const { level = 'error', tags = [], retryFor = 0 } = keys.values
    const wait = this.#mistakes.reading(keys.path('retryFor'), () => parseDuration(String(retryFor), 'retryFor'))
    if (wait === undefined) return undefined
    return { level: level === 'warn' ? 'warn' : 'error', tags: [tags].flat().map(String), retryFor: wait }
  }

  /** The target of a check: a name of `targets` or an address, or a server that the check starts. */
  #where(keys: CheckKeys): Where {
    const { target, serve } = keys.values
    if (target !== undefined && serve !== undefined) {
      this.#mistakes.add({
        path: keys.path('serve'),
        atKey: true,
        message: 'target and serve both say who answers',
        hint: 'leave one of them out',
      })
      return {}
    }
    if (serve !== undefined) return this.#server(serve as Values, keys.path('serve'))
    if (target === undefined) {
      this.#mistakes.add({
        path: keys.path(),
        message: 'the check says neither target nor serve',
        hint: 'write target: host:port, or serve: {} for a server of its own',
      })
      return {}
    }
    const written = typeof target === 'string' ? target : ''
    const found = this.#names.target(written, this.#file, keys.path('target'))
    if (typeof found === 'object') {
      this.#mistakes.add(found)
      return {}
    }
    const to = found ?? written
    const read = this.#mistakes.reading(keys.path('target'), () => parseTarget(to, 'target'))
    return read === undefined ? {} : { target: written, to }
  }

  #server(serve: Values, path: Path): Where {
    const raw = rawValues(ANSWER_OPTIONS, serve)
    const plan = this.#planned(
      ANSWER_OPTIONS,
      raw,
      path,
      (...place) => [...path, ...place],
      () => planEcho({ port: 0, ...rawOptions(ANSWER_OPTIONS, raw) }),
    )
    return plan === undefined ? {} : { serve: plan }
  }

  #plan(keys: CheckKeys, { to }: Where): CheckPlan | undefined {
    const { size, sizes } = keys.own
    if (size !== undefined && sizes !== undefined) {
      const path = keys.path('sizes')
      this.#mistakes.add({ path, atKey: true, message: 'size and sizes are the same', hint: 'leave one of them out' })
    }
    const before = this.#mistakes.all.length
    const raw = this.#file.fence.options(keys.raw, (key, read) => this.#mistakes.reading(keys.path(key), read))
    if (this.#mistakes.all.length > before) return undefined
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
    this.#mistakes.add(...mistakes.map(({ place, error }) => optionMistake(error, pathOf(...place), isCheckKey)))
    return mistakes.length > 0 ? undefined : this.#mistakes.reading(path, plan, pathOf)
  }
}
