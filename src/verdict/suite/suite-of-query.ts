import { formatAddress } from '../../base/address.ts'
import type { QueryDocument } from '../query/query-document.ts'
import { judgeQuery } from './judged-query.ts'
import { createSuite, type Suite, type SuiteCheck } from './suite.ts'

/** The document of a query as a suite of one check, for the formats that write suites. */
export function suiteOfQuery(query: QueryDocument): Suite {
  const { command, service, tool, host, target, startedAt, durationMs, interrupted } = query
  const place = target.name === undefined ? formatAddress(target) : `${target.name}:${target.port}`
  const check: SuiteCheck = {
    id: command,
    name: `${command} ${service} to ${place}`,
    ...judgeQuery(query, 'error'),
    level: 'error',
    tags: [],
    target: place,
    attempts: 1,
    startedAt,
    durationMs,
    query,
  }
  return createSuite({ command, tool, host, startedAt, durationMs, interrupted }, [check])
}
