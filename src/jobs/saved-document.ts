import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { UdptoolError, usage } from '../base/error.ts'
import { JOURNAL_FORMAT } from '../facts/journal-header.ts'
import { fileErrorReason } from './file-error.ts'
import { runOfJournal } from './send/analyze.ts'
import type { SendRun } from './send/run.ts'
import { checkSchema } from '../schema/check.ts'
import { resultSchema } from '../schema/result.ts'
import type { Result } from '../verdict/result.ts'
import type { Suite } from '../verdict/suite.ts'

/** A saved document, as it was read. Of a journal there is all that its Result was made from, too. */
export type Saved =
  | { readonly kind: 'result'; readonly file: string; readonly result: Result }
  | { readonly kind: 'suite'; readonly file: string; readonly suite: Suite }
  | ({ readonly kind: 'journal'; readonly file: string } & SendRun)

const WANTED = 'give a Result (send --json), a journal (send --journal) or a suite (check --json)'
const RESULT = 'udptool/result/1'
const SUITE = 'udptool/check/1'

/** Reads a saved Result, journal or suite. Throws `usage` where the file is none of these, or cannot be read. */
export function readSaved(file: string): Saved {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UdptoolError('usage', `cannot read ${file}: ${fileErrorReason(cause)}`, {
      hint: 'name a file that exists and may be read',
      cause,
    })
  }
  return decodeSaved(text, file)
}

/** The same of a text. */
export function decodeSaved(text: string, file: string): Saved {
  if (text.trim() === '') throw usage(`${file} is empty`, WANTED)
  const format = named(parsed(text.slice(0, Math.max(0, text.indexOf('\n')))), 'format')
  if (format?.startsWith('udptool/journal/') === true) return decodeRun(file, text, format)
  const document = parsed(text)
  if (document === undefined) throw usage(`${file} is no JSON document`, WANTED)
  const schema = named(document, 'schema')
  if (schema === undefined) throw usage(`${file} is JSON, but no document of udptool: it names no schema`, WANTED)
  if (schema === RESULT) return { kind: 'result', file, result: held(document, resultSchema, file, 'Result') as Result }
  if (schema === SUITE) return { kind: 'suite', file, suite: held(document, checkSchema, file, 'suite') as Suite }
  throw otherVersion(file, schema, [RESULT, SUITE])
}

function decodeRun(file: string, text: string, format: string): Saved {
  if (format !== JOURNAL_FORMAT) throw otherVersion(file, format, [JOURNAL_FORMAT])
  try {
    return { kind: 'journal', file, ...runOfJournal(text) }
  } catch (cause) {
    if (!(cause instanceof UdptoolError)) throw cause
    throw usage(`${file}: ${cause.message}`, cause.hint)
  }
}

function otherVersion(file: string, found: string, known: readonly string[]): UdptoolError {
  const family = found.replace(/\d+$/, '')
  const same = known.find(one => one.replace(/\d+$/, '') === family)
  return same === undefined
    ? usage(`${file} is ${found}, which this command does not read`, WANTED)
    : usage(`${file} is ${found}, and this udptool reads ${same}`, 'take the udptool that wrote it')
}

/** The document as it was read, once it is known to be whole. What a later version added does no harm. */
function held(document: unknown, schema: z.ZodType, file: string, what: string): unknown {
  const { error } = schema.safeParse(document)
  const [wrong] = error?.issues.filter(({ code }) => code !== 'unrecognized_keys') ?? []
  if (wrong === undefined) return document
  throw usage(
    `${file} is not a whole ${what}: ${wrong.path.join('.')} ${wrong.message.endsWith('received undefined') ? 'is missing' : `is wrong (${wrong.message})`}`,
    'the file was cut or changed: take it from its source again',
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A text property of what may be an object. */
function named(value: unknown, key: 'schema' | 'format'): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = Object.entries(value).find(([name]) => name === key)?.[1]
  return typeof found === 'string' ? found : undefined
}
