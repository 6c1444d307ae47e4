import { inspect } from 'node:util'
import type { z } from 'zod'
import { counted } from '../base/counted.ts'
import { UdptoolError, usage } from '../base/error.ts'
import { quoted } from '../base/quoted.ts'
import { nearest } from '../base/suggestion.ts'
import { optionName } from '../options/option.ts'
import { mistakeAt, type InputSource, type Path } from './place.ts'

/** A mistake in an input file. */
export interface Mistake {
  readonly path: Path
  /** The key is wrong, not its value. */
  readonly atKey?: boolean
  readonly message: string
  readonly hint?: string | undefined
}

/** What a kind of file knows about its keys. */
export interface FileKeys {
  /** The valid keys at a path. */
  readonly keysAt: (path: Path) => readonly string[]
  /** What to do about an empty file. */
  readonly emptyHint: string
  /** The mistake of a key that this kind of file treats in its own way. `path`: where it is. */
  readonly unknownKey?: (key: string, path: Path, known: readonly string[]) => Mistake | undefined
  /** What was probably meant by a value of the key `name`. */
  readonly meant?: (name: PropertyKey | undefined, found: unknown) => string | undefined
}

/** The mistakes that the schema finds in a value. */
export function shapeMistakes(error: z.ZodError, path: Path, value: unknown, keys: FileKeys): readonly Mistake[] {
  const unknown = error.issues.flatMap(issue => (issue.code === 'unrecognized_keys' ? issue.keys : []))
  return error.issues.flatMap(issue => {
    const here = [...path, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      const known = keys.keysAt(issue.path)
      return issue.keys.map(key => keys.unknownKey?.(key, here, known) ?? unknownKey(key, here, known))
    }
    const found = valueAt(value, issue.path)
    const name = here.at(-1)
    // A misspelled key is one mistake, not two.
    if (found === undefined) return nearest(String(name), unknown) === undefined ? [missing(here)] : []
    if (found === null && here.length === 0) return [{ path: here, message: 'the file is empty', hint: keys.emptyHint }]
    const message = `${typeof name === 'string' ? name : 'this'} cannot be ${shown(found)}: ${issue.message}`
    const meant = keys.meant?.(name, found)
    return [{ path: here, message, hint: meant === undefined ? undefined : `did you mean ${meant}?` }]
  })
}

/** `other`: what this key is called here, if it is a name of another tool. */
export function unknownKey(key: string, path: Path, known: readonly string[], other?: string): Mistake {
  const meant = other !== undefined && known.includes(other) ? other : nearest(key, known)
  const others = known.length === 0 ? 'there are none here: remove it' : `the keys here are ${known.join(', ')}`
  const hint = meant === undefined ? others : `did you mean ${meant}?`
  return { path: [...path, key], atKey: true, message: `there is no key ${quoted(key)}`, hint }
}

function missing(path: Path): Mistake {
  const name = String(path.at(-1))
  return { path: path.slice(0, -1), message: `${name} is missing`, hint: `write ${name}: …` }
}

/** The error of an option's parser, with flags renamed to keys: `--wait-for` is `waitFor`. `isKey`: whether the option is a key of the file. */
export function optionMistake(error: unknown, path: Path, isKey: (option: string) => boolean): Mistake {
  if (!(error instanceof UdptoolError)) throw error
  const inKeys = (text: string): string =>
    text.replaceAll(/--[a-z][a-z0-9-]*/gu, flag => {
      const name = optionName(flag)
      if (name === 'to') return 'target'
      return isKey(name) ? name : flag
    })
  return { path, message: inKeys(error.message), hint: error.hint === undefined ? undefined : inKeys(error.hint) }
}

/** The first mistake of a file as an error at its place, with the number of the others. `elsewhere`: of those in other files. */
export function mistakeError(
  mistakes: readonly [Mistake, ...Mistake[]],
  source: InputSource,
  elsewhere = 0,
): UdptoolError {
  // A mistake in a part that is used several times is found each time.
  const distinct = mistakes.filter((one, index) => mistakes.findIndex(other => isSame(one, other)) === index)
  const placed = distinct.map(mistake => ({ mistake, place: source.locate(mistake.path, mistake.atKey === true) }))
  const [first = { mistake: mistakes[0], place: undefined }] = placed.toSorted(
    (a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0),
  )
  const { mistake, place } = first
  const more = distinct.length - 1 + elsewhere
  const message = `${mistake.message}${more === 0 ? '' : ` (and ${counted(more, 'more mistake')})`}`
  if (place === undefined) return usage(`${source.file}: ${written(mistake.path)}: ${message}`, mistake.hint)
  return mistakeAt(place, number => source.line(number), message, mistake.hint)
}

/** `checks[0].count` */
function written(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('')
}

/** The value at a path; undefined if there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<PropertyKey, unknown>>)[step] : undefined,
    value,
  )
}

function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? quoted(value) : quotedJson(value)
}

function quotedJson(value: unknown): string {
  const text = jsonOf(value) ?? inspect(value, { breakLength: Infinity })
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** Undefined if JSON has no such value: a file that is a module has functions, BigInts and circles. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function isSame(one: Mistake, other: Mistake): boolean {
  return one.message === other.message && written(one.path) === written(other.path)
}
