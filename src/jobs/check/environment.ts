import { quoted } from '../../base/quoted.ts'
import { nearest } from '../../base/suggestion.ts'
import type { Mistake } from '../mistake.ts'
import type { Path } from '../place.ts'

/** Variables of the environment, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The value of a file with its variables replaced. */
export interface Expanded {
  readonly value: unknown
  readonly mistakes: readonly Mistake[]
  /** The replaced variables that a report must not show: none of them is a target, a name or a tag. */
  readonly secrets: ReadonlyMap<string, string>
}

/** `$` signs and `{env:…}`. Two `$` are one that replaces nothing. */
const REFERENCE = /(\$+)\{env:([^}]*)(\}?)/gu
/** POSIX.1-2017 section 8.1, with lower case; `:-` and a default as in sh(1). */
const INSIDE = /^([a-z_]\w*)(?::-(.*))?$/isu

/** Keys whose values reports show anyway. */
const SHOWN: ReadonlySet<PropertyKey | undefined> = new Set(['target', 'name', 'tags'])
const SHOWN_IN_FILE: ReadonlySet<PropertyKey | undefined> = new Set(['targets', 'include'])

/** Replaces `${env:NAME}` in every text of a value, but for its keys. */
export function withEnvironment(value: unknown, environment: Environment): Expanded {
  const reader = new EnvironmentReader(environment)
  const expanded = reader.value(value, [])
  const secrets = [...reader.hidden].filter(([name]) => !reader.shown.has(name))
  return { value: expanded, mistakes: reader.mistakes, secrets: new Map(secrets) }
}

class EnvironmentReader {
  readonly mistakes: Mistake[] = []
  readonly hidden = new Map<string, string>()
  readonly shown = new Set<string>()
  readonly #environment: Environment
  /** The objects being read: a module can have circles. */
  readonly #open = new Set<unknown>()

  constructor(environment: Environment) {
    this.#environment = environment
  }

  value(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return this.#text(value, path)
    if (typeof value !== 'object' || value === null || this.#open.has(value)) return value
    if (!Array.isArray(value) && !isPlain(value)) return value
    this.#open.add(value)
    const read = Array.isArray(value)
      ? value.map((entry, index) => this.value(entry, [...path, index]))
      : Object.fromEntries(
          Object.entries(value).map(([key, inner]) => {
            if (key.includes('${env:')) this.#wrong([...path, key], 'a key has no variables', 'write its text', true)
            return [key, this.value(inner, [...path, key])]
          }),
        )
    this.#open.delete(value)
    return read
  }

  #text(text: string, path: Path): string {
    return text.replaceAll(REFERENCE, (whole, signs: string, inside: string, end: string) => {
      const literal = '$'.repeat(Math.floor(signs.length / 2))
      if (signs.length % 2 === 0) return `${literal}${whole.slice(signs.length)}`
      return end === '' ? this.#unclosed(whole, path) : `${literal}${this.#variable(inside, path)}`
    })
  }

  #unclosed(whole: string, path: Path): string {
    this.#wrong(path, `there is no } after ${quoted(whole.slice(0, 20))}`, 'write ${env:NAME}')
    return whole
  }

  #variable(inside: string, path: Path): string {
    const [, name, fallback] = INSIDE.exec(inside) ?? []
    if (name === undefined) {
      const message = `${quoted(inside)} is no name of a variable`
      this.#wrong(path, message, 'write ${env:NAME}, or ${env:NAME:-default} with a default')
      return ''
    }
    const found = Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined
    if (fallback !== undefined && (found === undefined || found === '')) return fallback
    if (found === undefined) {
      const meant = nearest(name, Object.keys(this.#environment))
      const others = meant === undefined ? '' : `; there is ${meant}`
      const hint = `set ${name}, or write a default: \${env:${name}:-…}${others}`
      this.#wrong(path, `the environment has no variable ${name}`, hint)
      return ''
    }
    const isShown = SHOWN_IN_FILE.has(path[0]) || SHOWN.has(keyOf(path))
    if (isShown) this.shown.add(name)
    else this.hidden.set(name, found)
    return found
  }

  #wrong(path: Path, message: string, hint: string, atKey = false): void {
    this.mistakes.push({ path, message, hint, atKey })
  }
}

/** The key of the check or of the defaults that a path is in, also if a matrix has its values. */
function keyOf(path: Path): PropertyKey | undefined {
  const [top, second, third, fourth] = path
  if (top === 'defaults') return second
  return third === 'for' ? fourth : third
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
