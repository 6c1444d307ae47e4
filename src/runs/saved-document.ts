import type { z } from 'zod'
import { UdptoolError, usage } from '../base/error.ts'
import { isObject, parseJson } from '../base/json.ts'
import { decodeLines, decodeText, firstLine } from '../base/text-encoding.ts'
import { JOURNAL_FORMAT } from '../facts/journal-header.ts'
import { readBytes } from './read-file.ts'
import { runOfJournal } from './send/analyze.ts'
import type { SendRun } from './send/run.ts'
import { checkSchema } from '../schema/check.ts'
import { querySchema } from '../schema/query.ts'
import { resultSchema } from '../schema/result.ts'
import type { QueryDocument } from '../verdict/query/query-document.ts'
import { queryContradiction } from '../verdict/query/query-sums.ts'
import type { Result } from '../verdict/result.ts'
import { contradictionIn } from '../verdict/result-sums.ts'
import { suiteContradiction } from '../verdict/suite/suite-sums.ts'
import type { Suite } from '../verdict/suite/suite.ts'

/** A saved document. A journal comes with everything that its Result was made from. */
export type Saved =
  | { readonly kind: 'result'; readonly file: string; readonly result: Result }
  | { readonly kind: 'suite'; readonly file: string; readonly suite: Suite }
  | { readonly kind: 'query'; readonly file: string; readonly query: QueryDocument }
  | ({ readonly kind: 'journal'; readonly file: string } & SendRun)

const WANTED =
  'give a Result (send --json), a journal (send --journal), a query (query --json) or a suite (check --json)'
const CHANGED = 'the file was cut or changed: take it from its source again'
const RESULT = 'udptool/result/1'
const SUITE = 'udptool/check/1'
const QUERY = 'udptool/query/1'

/** Reads a saved Result, journal, query or suite. Throws `usage` if the file is none of these, or cannot be read. */
export function readSaved(file: string): Saved {
  return decodeSaved(readBytes(file), file)
}

/** The same from the bytes of a file. */
export function decodeSaved(bytes: Uint8Array, file: string): Saved {
  const format = named(parseJson(firstLine(bytes)), 'format')
  if (format?.startsWith('udptool/journal/') === true) return decodeRun(file, bytes, format)
  const text = decodeText(bytes, file)
  if (text.trim() === '') throw usage(`${file} is empty`, WANTED)
  const document = parseJson(text)
  if (document === undefined) throw usage(`${file} is not a JSON document`, WANTED)
  const schema = named(document, 'schema')
  if (schema === undefined) throw usage(`${file} is JSON, but not a document of udptool: it names no schema`, WANTED)
  if (schema === RESULT) {
    const result = held(document, resultSchema, file, 'Result') as Result
    checkSums(file, 'Result', contradictionIn(result))
    return { kind: 'result', file, result }
  }
  if (schema === SUITE) {
    const suite = held(document, checkSchema, file, 'suite') as Suite
    checkSums(file, 'suite', suiteContradiction(suite))
    return { kind: 'suite', file, suite }
  }
  if (schema === QUERY) {
    const query = held(document, querySchema, file, 'query') as QueryDocument
    checkSums(file, 'query', queryContradiction(query))
    return { kind: 'query', file, query }
  }
  throw otherVersion(file, schema, [RESULT, SUITE, QUERY])
}

function checkSums(file: string, what: string, contradiction: string | undefined): void {
  if (contradiction !== undefined) throw usage(`${file}: the ${what} contradicts itself: ${contradiction}`, CHANGED)
}

function decodeRun(file: string, bytes: Uint8Array, format: string): Saved {
  if (format !== JOURNAL_FORMAT) throw otherVersion(file, format, [JOURNAL_FORMAT])
  const lines = decodeLines(bytes, file)
  try {
    return { kind: 'journal', file, ...runOfJournal(lines) }
  } catch (cause) {
    if (!(cause instanceof UdptoolError) || cause.message.startsWith(file)) throw cause
    throw usage(`${file}: ${cause.message}`, cause.hint)
  }
}

function otherVersion(file: string, found: string, known: readonly string[]): UdptoolError {
  const family = found.replace(/\d+$/, '')
  const same = known.find(one => one.replace(/\d+$/, '') === family)
  return same === undefined
    ? usage(`${file} is ${shortened(found)}, which this command does not read`, WANTED)
    : usage(`${file} is ${shortened(found)}, and this udptool reads ${same}`, 'take the udptool that wrote it')
}

/** The validated document. Fields added by later versions are ignored. */
function held(document: unknown, schema: z.ZodType, file: string, what: string): unknown {
  const { error } = schema.safeParse(document)
  const [wrong] = error?.issues.filter(({ code }) => code !== 'unrecognized_keys') ?? []
  if (wrong === undefined) return document
  const where = wrong.path.map(String).join('.')
  const fault = valueAt(document, wrong.path) === undefined ? 'is missing' : 'is not what udptool writes there'
  throw usage(`${file} is not a whole ${what}: ${where} ${fault}`, CHANGED)
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    return (value as Readonly<Record<PropertyKey, unknown>>)[key]
  }, document)
}

/** Shortens the name of an unknown format for an error message. */
function shortened(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name
}

/** A text property, if the value is an object that has it. */
function named(value: unknown, key: 'schema' | 'format'): string | undefined {
  const found = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return typeof found === 'string' ? found : undefined
}
