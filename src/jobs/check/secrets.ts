import { quoted } from '../../base/quoted.ts'
import type { SuiteCheck } from '../../verdict/suite/suite.ts'

/** Shorter values are parts of too many other texts. */
const SHORTEST = 4

/** Texts that a report shows as the variable that they come from. */
export class Secrets {
  /** The forms in which messages have them. The longest first, because one can be a part of another. */
  readonly #forms: readonly (readonly [form: string, shown: string])[]
  readonly #hex: readonly (readonly [digits: string, shown: string])[]

  constructor(variables: Iterable<readonly [name: string, value: string]>) {
    const secrets = [...variables]
      .filter(([, value]) => value.length >= SHORTEST)
      .map(([name, value]) => [value, `\${env:${name}}`] as const)
    this.#hex = secrets.map(([value, shown]) => [Buffer.from(value).toString('hex'), shown])
    this.#forms = secrets
      .flatMap(([value, shown]) => formsOf(value).map(form => [form, shown] as const))
      .toSorted(([a], [b]) => b.length - a.length)
  }

  hide(text: string): string {
    return this.#forms.reduce(
      (hidden, [form, shown]) =>
        withoutCut(
          hidden.replaceAll(form, () => shown),
          form,
          shown,
        ),
      text,
    )
  }

  /** Hides them in what a check says of its options and expectations. What a server sent back stays. */
  hideIn(check: SuiteCheck): SuiteCheck {
    if (this.#forms.length === 0) return check
    const { expected, observed, reason, attention, result, query } = check
    return {
      ...check,
      ...this.#texts({ expected, observed, reason, attention }),
      ...(result === undefined ? {} : { result: this.#document(result) }),
      ...(query === undefined ? {} : { query: this.#document(query) }),
    }
  }

  #document<Document extends { readonly options: unknown; readonly expectations: unknown; readonly warnings: unknown }>(
    document: Document,
  ): Document {
    const { options, expectations, warnings } = document
    const reason = 'reason' in document ? { reason: document.reason } : {}
    return { ...document, ...this.#texts({ options: this.#withoutHex(options), expectations, warnings, ...reason }) }
  }

  /** A message in hexadecimal digits. */
  #withoutHex(options: unknown): unknown {
    if (typeof options !== 'object' || options === null || !('sendHex' in options)) return options
    const digits = String(options.sendHex)
    const found = this.#hex.find(([secret]) => digits.includes(secret))
    return found === undefined ? options : { ...options, sendHex: found[1] }
  }

  #texts<Value>(value: Value): Value {
    return this.#inner(value) as Value
  }

  #inner(value: unknown): unknown {
    if (typeof value === 'string') return this.hide(value)
    if (Array.isArray(value)) return value.map(entry => this.#inner(entry))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, this.#inner(inner)]])),
    )
  }
}

/** As it is, as `quoted` and as JSON escape it. */
function formsOf(value: string): readonly string[] {
  const escaped = Array.from(value, character => quoted(character).slice(1, -1)).join('')
  return [...new Set([value, escaped, JSON.stringify(value).slice(1, -1)])]
}

/** Hides the beginning of a form before the `…` where a message cuts a long text. */
function withoutCut(text: string, form: string, shown: string): string {
  return text
    .split('…')
    .map((part, index, parts) => (index === parts.length - 1 ? part : withoutBeginning(part, form, shown)))
    .join('…')
}

function withoutBeginning(part: string, form: string, shown: string): string {
  for (let length = Math.min(form.length - 1, part.length); length >= SHORTEST; length--) {
    if (part.endsWith(form.slice(0, length))) return `${part.slice(0, -length)}${shown}`
  }
  return part
}
