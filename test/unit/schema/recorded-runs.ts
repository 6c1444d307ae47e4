import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { packetSize } from '../../../src/base/fragments.ts'
import { analyze } from '../../../src/runs/send/analyze.ts'
import { checkSchema } from '../../../src/schema/check.ts'
import { diffSchema } from '../../../src/schema/diff.ts'
import { doctorSchema } from '../../../src/schema/doctor.ts'
import { enginesSchema } from '../../../src/schema/engines.ts'
import { querySchema } from '../../../src/schema/query.ts'
import { resultSchema } from '../../../src/schema/result.ts'
import type { Result } from '../../../src/verdict/result.ts'
import { mtuFindings, type MtuSearchEnd } from '../../../src/verdict/search/mtu-findings.ts'
import { sweepFindings } from '../../../src/verdict/search/sweep-findings.ts'

const FOLDER = fileURLToPath(new URL('../../../fixtures/runs/', import.meta.url))

/** The schema of each kind of document. */
export const SCHEMAS = {
  result: resultSchema,
  suite: checkSchema,
  diff: diffSchema,
  engines: enginesSchema,
  doctor: doctorSchema,
  query: querySchema,
} as const

export type DocumentKind = keyof typeof SCHEMAS

const RESULT = 'udptool/result/1'

/** The kind of a document, by its field `schema`. */
const KINDS: ReadonlyMap<unknown, DocumentKind> = new Map([
  [RESULT, 'result'],
  ['udptool/check/1', 'suite'],
  ['udptool/engines/1', 'engines'],
  ['udptool/doctor/1', 'doctor'],
])

/** A document of a run that really happened. */
interface RecordedRun {
  readonly name: string
  readonly kind: DocumentKind
  readonly document: unknown
}

/** The runs of fixtures/runs: what today's code makes of their journals and searches, and the documents of the others. */
export function recordedRuns(): readonly RecordedRun[] {
  return recordedNames().map(name => {
    const { schema } = name.endsWith('.journal') ? { schema: RESULT } : readDocument(name)
    const kind = KINDS.get(schema)
    if (kind === undefined) throw new Error(`${name} has the schema ${String(schema)}`)
    return { name, kind, document: kind === 'result' ? recordedResult(name) : readDocument(name) }
  })
}

export function recordedNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter(name => /\.(?:journal|json)$/u.test(name))
    .toSorted()
}

/** The text of a file of fixtures/runs. */
export function readRecorded(name: string): string {
  return readFileSync(FOLDER + name, 'utf8')
}

/** The Result of a recorded run. The findings of a search are computed again. */
export function recordedResult(name: string): Result {
  if (name.endsWith('.journal')) return analyze(readRecorded(name))
  const result = resultSchema.parse(readDocument(name))
  return { ...result, ...mtuAgain(result), ...sweepAgain(result) }
}

function readDocument(name: string): { readonly schema?: unknown } {
  return JSON.parse(readRecorded(name)) as { readonly schema?: unknown }
}

function mtuAgain(result: Result): Pick<Result, 'mtu'> {
  if (result.mtu === undefined) return {}
  const { payload, state, limit = 'local', restarts, rounds, forward, return: back, proof, datagrams = [] } = result.mtu
  const end: MtuSearchEnd = {
    confirmed: payload === undefined ? 0 : packetSize(payload, result.target.family),
    complete: state === 'complete',
    limit,
    restarts,
    rounds,
    delivered: back === undefined ? undefined : forward,
    inFragments: proof === 'fragments',
  }
  return {
    mtu: mtuFindings(
      result,
      end,
      datagrams.map(({ size }) => size),
    ),
  }
}

function sweepAgain(result: Result): Pick<Result, 'sweep'> {
  if (result.sweep === undefined) return {}
  const { controls, rounds } = result.sweep
  // The document has the controls apart from the other sizes.
  const [first] = result.sizes
  const sizes = first === undefined ? [] : [...result.sizes, { ...first, ...controls }]
  return { sweep: sweepFindings({ ...result, sizes }, controls.size, rounds) }
}
