import { ANSWER_FLAGS } from '../../runs/echo/flags.ts'
import { optionName } from '../../options/flag.ts'
import type { Options } from '../../options/written-options.ts'
import type { Path } from './place.ts'
import { runOptions, writtenOptions } from './file-options.ts'
import type { RunKind } from './run-kind.ts'

/** Keys and what they say, as a check file has them. */
export type Values = Readonly<Record<string, unknown>>

/** Whichever of these a check says itself, the defaults' others do not hold for it. */
const WHO_ANSWERS: readonly string[] = ['target', 'serve']
const SIZES: readonly string[] = ['size', 'sizes']

/** What a check says, its defaults filled in, and where each key stands. */
export class CheckKeys {
  readonly kind: RunKind
  readonly values: Values
  /** The options of its run, as a command line would have them. */
  readonly written: Options
  /** `wait-for` → `waitFor`: what parsers call by the flag is called by its key here. */
  readonly flags: ReadonlyMap<string, string>
  /** What the check says itself. */
  readonly own: Values
  readonly #path: Path

  constructor(own: Values, defaults: Values, kind: RunKind, path: Path) {
    const options = runOptions(kind)
    const excluded = [...kind.exclusive, WHO_ANSWERS, SIZES]
      .filter(group => group.some(key => own[key] !== undefined))
      .flat()
    const kept = Object.entries(defaults).filter(([key]) => !excluded.includes(key))
    this.kind = kind
    this.values = { ...Object.fromEntries(kept), ...own }
    const sizes = this.values['size'] ?? this.values['sizes']
    this.written = writtenOptions(
      { ...this.values, ...(options.some(({ name }) => name === 'size') ? { size: sizes } : { sizes }) },
      options,
    )
    this.flags = new Map([
      ...[...ANSWER_FLAGS, ...kind.flags].map(flag => [longName(flag.form), optionName(flag)] as const),
      ['to', 'target'],
    ])
    this.own = own
    this.#path = path
  }

  /** Where a key stands: in the check, or in the defaults that it took it from. Without a key: the check. */
  path(key?: string, ...inner: readonly number[]): Path {
    if (key === undefined) return this.#path
    const written = key in this.values ? key : (SIZES.find(name => SIZES.includes(key) && name in this.values) ?? key)
    const items = Array.isArray(this.values[written]) ? inner : []
    return [...(this.own[written] === undefined ? ['defaults'] : this.#path), written, ...items]
  }
}

function longName(form: string): string {
  return /--([a-z0-9-]+)/u.exec(form)?.[1] ?? form
}
