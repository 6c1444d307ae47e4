import type { QueryDocument } from '../query/query-document.ts'
import type { Result } from '../result.ts'
import { createSuite, type Suite, type SuiteCheck } from './suite.ts'
import { suiteOfOne, suiteOfQuery } from './suite-of-one.ts'

/** A Result, a query or a suite, and the file that it was read from. */
export type Part = { readonly file: string } & (
  { readonly result: Result } | { readonly query: QueryDocument } | { readonly suite: Suite }
)

/**
 * Several saved documents as one suite: one check per Result or query, and every check of each suite, in the order of the files. Ledgers are not added
 * up. Host and version are those of the first file; the suite starts with the earliest and lasts as long as all together.
 */
export function mergeSuites(parts: readonly [Part, ...Part[]]): Suite {
  const suites = parts.map(suiteOf)
  const folder = folderLength(parts.map(({ file }) => file))
  const checks = parts.flatMap((part, index) => (suites[index]?.checks ?? []).map(check => placed(check, part, folder)))
  const [first] = parts
  const { tool, host } = suiteOf(first)
  return createSuite(
    {
      command: 'report',
      tool,
      host,
      // ISO 8601 in UTC sorts by time.
      startedAt: suites.map(({ startedAt }) => startedAt).toSorted()[0] ?? '',
      durationMs: suites.reduce((sum, { durationMs }) => sum + durationMs, 0),
      interrupted: suites.some(({ interrupted }) => interrupted),
    },
    distinct(checks),
  )
}

function suiteOf(part: Part): Suite {
  if ('suite' in part) return part.suite
  return 'query' in part ? suiteOfQuery(part.query) : suiteOfOne(part.result)
}

/** Adds the file to id and name, to distinguish runs of one target. */
function placed(check: SuiteCheck, part: Part, folder: number): SuiteCheck {
  const id = 'suite' in part ? `${part.file}/${check.id}` : part.file
  return { ...check, id, name: `${part.file.slice(folder)}: ${check.name}` }
}

/** The length of the common folder of all files, which names leave out. */
function folderLength(files: readonly string[]): number {
  const [first = '', ...others] = files
  let length = first.lastIndexOf('/') + 1
  while (length > 0 && !others.every(file => file.startsWith(first.slice(0, length))))
    length = first.lastIndexOf('/', length - 2) + 1
  return length
}

/** A file may be given twice. */
function distinct(checks: readonly SuiteCheck[]): SuiteCheck[] {
  const seen = new Map<string, number>()
  return checks.map(check => {
    const times = (seen.get(check.id) ?? 0) + 1
    seen.set(check.id, times)
    return times === 1 ? check : { ...check, id: `${check.id}#${times}` }
  })
}
