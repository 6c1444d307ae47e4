import type { Path } from '../place.ts'
import { fileOptions, rawValues, type Values } from '../file-options.ts'
import type { CheckKind } from './check-kind.ts'

/** If a check has one of these itself, the defaults of the others are ignored. */
const TARGETS: readonly string[] = ['target', 'serve']
const SIZES: readonly string[] = ['size', 'sizes']

/** The keys of a check with defaults filled in, and the path of each key. */
export class CheckKeys {
  readonly kind: CheckKind
  readonly values: Values
  /** The options of the run, with the expectations. */
  readonly raw: Values
  /** The keys written in the check itself. */
  readonly own: Values
  readonly #path: Path

  constructor(own: Values, defaults: Values, kind: CheckKind, path: Path) {
    const excluded = [...kind.exclusive, TARGETS, SIZES]
      .filter(group => group.some(key => own[key] !== undefined))
      .flat()
    const kept = Object.entries(defaults).filter(([key]) => !excluded.includes(key))
    this.kind = kind
    this.values = { ...Object.fromEntries(kept), ...own }
    const { expect, size, sizes = size } = this.values
    const bytes = 'size' in kind.options ? { size: sizes } : { sizes }
    const { options, nested = {} } = kind
    const inCheck = Object.fromEntries(Object.entries(fileOptions(options)).filter(([key]) => !(key in nested)))
    this.raw = {
      ...rawValues({ ...inCheck, expect: options.expect }, { ...this.values, ...bytes, expect }),
      ...rawValues(nested, (this.values['query'] ?? {}) as Values),
    }
    this.own = own
    this.#path = path
  }

  /** The path of a key: in the check, or in the defaults that it came from. Without a key: of the check. */
  path(key?: string, ...entry: readonly number[]): Path {
    if (key === undefined) return this.#path
    if (this.kind.nested !== undefined && key in this.kind.nested) return [...this.#path, 'query', key]
    const name = key in this.values ? key : (SIZES.find(one => SIZES.includes(key) && one in this.values) ?? key)
    const inside = Array.isArray(this.values[name]) ? entry : []
    return [...(this.own[name] === undefined ? ['defaults'] : this.#path), name, ...inside]
  }
}
