import { usage, type UdptoolError } from './error.ts'
import { quoted } from './quoted.ts'
import { nearest } from './suggestion.ts'
import { isError } from './thrown.ts'

type Takes =
  | 'switch'
  | 'value'
  | 'either'
  | 'port'
  | 'texts'
  | 'sizes'
  | 'text'
  | 'number'
  | 'numbers'
  | 'family'
  | 'object'
  | 'textOrObject'
  | 'signal'
  | 'function'

/** The options that a function accepts, by name. An option whose value is an object with options has the kinds of those in its place. */
export interface OptionKinds {
  readonly [name: string]: Takes | OptionKinds
}

interface Kind {
  readonly accepts: (value: unknown) => boolean
  /** The type as an error names it. */
  readonly what: string
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isSwitch = (value: unknown): boolean => typeof value === 'boolean'
const isNumber = (value: unknown): boolean => typeof value === 'number'
const isValue = (value: unknown): boolean => isText(value) || isNumber(value)
const listOf =
  (accepts: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(accepts)

const KINDS: Readonly<Record<Takes, Kind>> = {
  switch: { accepts: isSwitch, what: 'true or false' },
  value: { accepts: isValue, what: 'a text or a number' },
  either: { accepts: value => isSwitch(value) || isText(value), what: 'true, false or a text' },
  port: { accepts: value => isSwitch(value) || isValue(value), what: 'true, false or a port' },
  texts: { accepts: value => isText(value) || listOf(isText)(value), what: 'a text or a list of texts' },
  sizes: { accepts: value => isValue(value) || listOf(isValue)(value), what: 'a size or a list of sizes' },
  text: { accepts: isText, what: 'a text' },
  number: { accepts: isNumber, what: 'a number' },
  numbers: { accepts: listOf(isNumber), what: 'a list of numbers' },
  family: { accepts: value => value === 4 || value === 6, what: '4 or 6' },
  object: { accepts: isObject, what: 'an object' },
  textOrObject: { accepts: value => isText(value) || isObject(value), what: 'a text or an object' },
  signal: { accepts: value => isObject(value) && 'aborted' in value, what: 'an AbortSignal' },
  function: { accepts: value => typeof value === 'function', what: 'a function' },
}

/**
 * Checks the options that an untyped program passes to a function. Throws a `usage` error that names an unknown option and the nearest known
 * one, or an option whose value has the wrong type. An option that is undefined is absent.
 */
export function checkOptions(given: unknown, kinds: OptionKinds, name: string, required: readonly string[] = []): void {
  if (!isObject(given) || Array.isArray(given)) {
    throw usage(
      `${name} takes an object of options, not ${shown(given)}`,
      `the options are ${Object.keys(kinds).join(', ')}`,
    )
  }
  for (const [key, value] of Object.entries(given)) {
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined
    if (kind === undefined) throw unknown(key, kinds, name)
    if (value === undefined) continue
    if (typeof kind === 'object') checkOptions(value, kind, `${name}: ${key}`)
    else if (!KINDS[kind].accepts(value))
      throw usage(`${name}: ${key} cannot be ${shown(value)}: it is ${KINDS[kind].what}`)
  }
  const values: Readonly<Record<string, unknown>> = { ...given }
  const missing = required.find(key => values[key] === undefined)
  if (missing !== undefined) throw usage(`${name} needs the option ${missing}`)
}

function unknown(key: string, kinds: OptionKinds, name: string): UdptoolError {
  const known = Object.keys(kinds)
  const meant = nearest(key, known)
  return usage(
    `${name} has no option ${quoted(key)}`,
    meant === undefined ? `the options are ${known.join(', ')}` : `did you mean ${meant}?`,
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function shown(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return quoted(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  if (isError(value)) return 'an error'
  return isObject(value) ? 'an object' : String(value)
}
