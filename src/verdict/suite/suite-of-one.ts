import { formatAddress } from '../../base/address.ts'
import type { QueryDocument } from '../query/query-document.ts'
import type { Result } from '../result.ts'
import { judgeQuery } from './judged-query.ts'
import { judgeResult, type Judgement } from './judged-result.ts'
import { createSuite, type Suite, type SuiteCheck } from './suite.ts'

/** A Result as a suite of one check, for the formats that write suites. */
export function suiteOfOne(result: Result): Suite {
  return suiteOf(result, result.command, judgeResult(result, 'error'), { result })
}

/** The document of a query as a suite of one check, for the formats that write suites. */
export function suiteOfQuery(query: QueryDocument): Suite {
  return suiteOf(query, `${query.command} ${query.service}`, judgeQuery(query, 'error'), { query })
}

/** What the documents of a run and of a query have in common. */
type Head = Pick<
  Result | QueryDocument,
  'command' | 'tool' | 'host' | 'target' | 'startedAt' | 'durationMs' | 'interrupted'
>

/** `run`: what was run, for the name. */
function suiteOf(head: Head, run: string, judgement: Judgement, document: Pick<SuiteCheck, 'result' | 'query'>): Suite {
  const { command, tool, host, startedAt, durationMs, interrupted } = head
  const target = targetOf(head)
  const check: SuiteCheck = {
    id: command,
    name: `${run} to ${target}`,
    ...judgement,
    level: 'error',
    tags: [],
    target,
    attempts: 1,
    startedAt,
    durationMs,
    ...document,
  }
  return createSuite({ command, tool, host, startedAt, durationMs, interrupted }, [check])
}

/** The host name that the user gave, if any. */
function targetOf({ target }: Head): string {
  return target.name === undefined ? formatAddress(target) : `${target.name}:${target.port}`
}
