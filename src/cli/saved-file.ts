import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { UdptoolError, usage } from '../base/error.ts'
import { decodeJournal } from '../facts/journal.ts'
import { JOURNAL_FORMAT } from '../facts/journal-header.ts'
import type { RunFacts } from '../facts/run.ts'
import { fileErrorReason } from '../jobs/file-error.ts'
import { analyze } from '../jobs/send/analyze.ts'
import { analyzeRun, type Analysis } from '../ledger/analysis.ts'
import type { Result } from '../verdict/result.ts'
import type { Suite } from '../verdict/suite.ts'

/** A saved document, as it was read. Of a journal there is all that its Result was made from, too. */
export type Saved =
  | { readonly kind: 'result'; readonly file: string; readonly result: Result }
  | { readonly kind: 'suite'; readonly file: string; readonly suite: Suite }
  | {
      readonly kind: 'journal'
      readonly file: string
      readonly result: Result
      readonly facts: RunFacts
      readonly analysis: Analysis
    }

const WANTED = 'give a Result (send --json), a journal (send --journal) or a suite (check --json)'
const RESULT = 'udptool/result/1'
const SUITE = 'udptool/check/1'

/** Reads a saved Result, journal or suite; `-` is standard input. Rejects with `usage` where the file is none of these, or cannot be read. */
export async function readSaved(file: string): Promise<Saved> {
  const text = await textOf(file)
  const name = file === '-' ? 'standard input' : file
  if (text.trim() === '') throw usage(`${name} is empty`, WANTED)
  const first = parsed(text.slice(0, Math.max(0, text.indexOf('\n'))))
  if (named(first, 'format')?.startsWith('udptool/journal/') === true)
    return readJournal(name, text, named(first, 'format'))
  const document = parsed(text)
  if (document === undefined) throw usage(`${name} is no JSON document`, WANTED)
  const schema = named(document, 'schema')
  if (schema === undefined) throw usage(`${name} is JSON, but no document of udptool: it names no schema`, WANTED)
  if (schema === RESULT) {
    const { resultSchema } = await import('../schema/result.ts')
    return { kind: 'result', file: name, result: held(document, resultSchema, name, 'Result') as Result }
  }
  if (schema === SUITE) {
    const { checkSchema } = await import('../schema/check.ts')
    return { kind: 'suite', file: name, suite: held(document, checkSchema, name, 'suite') as Suite }
  }
  throw otherVersion(name, schema, [RESULT, SUITE])
}

async function textOf(file: string): Promise<string> {
  try {
    if (file !== '-') return await readFile(file, 'utf8')
    process.stdin.setEncoding('utf8')
    let text = ''
    for await (const chunk of process.stdin) text += String(chunk)
    return text
  } catch (cause) {
    throw new UdptoolError('usage', `cannot read ${file}: ${fileErrorReason(cause)}`, {
      hint: 'name a file that exists and may be read, or - for standard input',
      cause,
    })
  }
}

function readJournal(file: string, text: string, format: string | undefined): Saved {
  if (format !== JOURNAL_FORMAT) throw otherVersion(file, format ?? '', [JOURNAL_FORMAT])
  try {
    const { facts } = decodeJournal(text)
    return { kind: 'journal', file, result: analyze(text), facts, analysis: analyzeRun(facts) }
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
