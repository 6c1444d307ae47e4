import { counted } from '../../base/counted.ts'
import type { z } from 'zod'
import { UdptoolError, usage } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { nearest } from '../../base/suggestion.ts'
import { optionName } from '../../options/option.ts'
import { ANSWER_OPTIONS } from '../../runs/echo/options.ts'
import { fileOptions } from './file-options.ts'
import { mistakeAt, type CheckSource, type Path } from './place.ts'
import { RUN_KINDS } from './run-kind.ts'

/** A mistake in a check file. */
export interface Mistake {
  readonly path: Path
  /** The key is wrong, not its value. */
  readonly atKey?: boolean
  readonly message: string
  readonly hint?: string | undefined
}

/** Names of these keys in other tools and on our command line. */
const SYNONYMS: Readonly<Record<string, string>> = {
  to: 'target',
  host: 'target',
  address: 'target',
  self: 'serve',
  server: 'serve',
  severity: 'level',
  assert: 'expect',
  thresholds: 'expect',
  command: 'run',
  kind: 'run',
}

/** The mistakes that the schema finds in a value. `keysAt` gives the valid keys at a path. */
export function shapeMistakes(error: z.ZodError, path: Path, value: unknown, keysAt: KeysAt): readonly Mistake[] {
  return error.issues.flatMap(issue => {
    const here = [...path, ...issue.path]
    if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(key, here, keysAt(issue.path)))
    const found = valueAt(value, issue.path)
    const name = here.at(-1)
    if (found === undefined) return [missing(here)]
    if (found === null && here.length === 0)
      return [{ path: here, message: 'the file is empty', hint: 'docs/check.md has one to begin with' }]
    const message = `${typeof name === 'string' ? name : 'this'} cannot be ${shown(found)}: ${issue.message}`
    const meant = name === 'run' && typeof found === 'string' ? nearest(found, RUN_KINDS.keys()) : undefined
    return [{ path: here, message, hint: meant === undefined ? undefined : `did you mean ${meant}?` }]
  })
}

/** The valid keys at a path. */
export type KeysAt = (path: Path) => readonly string[]

function unknownKey(key: string, path: Path, known: readonly string[]): Mistake {
  const other = SYNONYMS[key]
  const kinds = [...RUN_KINDS].filter(([, { options }]) => Object.hasOwn(fileOptions(options), key))
  if (kinds.length > 0 && path[0] === 'checks' && path.length === 2) {
    const hint = `${key} is a key of run: ${kinds.map(([name]) => name).join(' and ')}`
    return {
      path: [...path, key],
      atKey: true,
      message: `there is no key ${quoted(key)} for what this check runs`,
      hint,
    }
  }
  const meant = other !== undefined && known.includes(other) ? other : nearest(key, known)
  const hint = meant === undefined ? `the keys here are ${known.join(', ')}` : `did you mean ${meant}?`
  return { path: [...path, key], atKey: true, message: `there is no key ${quoted(key)}`, hint }
}

function missing(path: Path): Mistake {
  const name = String(path.at(-1))
  return { path: path.slice(0, -1), message: `${name} is missing`, hint: `write ${name}: …` }
}

/** The error of an option's parser, with flags renamed to keys: `--wait-for` is `waitFor`. */
export function optionMistake(error: unknown, path: Path): Mistake {
  if (!(error instanceof UdptoolError)) throw error
  return { path, message: inKeys(error.message), hint: error.hint === undefined ? undefined : inKeys(error.hint) }
}

function inKeys(text: string): string {
  return text.replaceAll(/--[a-z][a-z0-9-]*/gu, flag => {
    const name = optionName(flag)
    if (name === 'to') return 'target'
    const tables = [ANSWER_OPTIONS, ...[...RUN_KINDS.values()].map(({ options }) => options)]
    return tables.some(table => Object.hasOwn(table, name)) ? name : flag
  })
}

/** The first mistake of a file as an error at its place, with the number of the others. */
export function mistakeError(mistakes: readonly [Mistake, ...Mistake[]], source: CheckSource): UdptoolError {
  // A mistake in the defaults is found once per check.
  const distinct = mistakes.filter((one, index) => mistakes.findIndex(other => isSame(one, other)) === index)
  const placed = distinct.map(mistake => ({ mistake, place: source.locate(mistake.path, mistake.atKey === true) }))
  const [first = { mistake: mistakes[0], place: undefined }] = placed.toSorted(
    (a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0),
  )
  const { mistake, place } = first
  const more = distinct.length - 1
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

function valueAt(value: unknown, path: Path): unknown {
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
  const json = JSON.stringify(value)
  return json.length > 60 ? `${json.slice(0, 60)}…` : json
}

function isSame(one: Mistake, other: Mistake): boolean {
  return one.message === other.message && written(one.path) === written(other.path)
}
