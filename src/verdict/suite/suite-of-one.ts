import { formatAddress } from '../../base/address.ts'
import { judgeResult } from './judged-result.ts'
import type { Result } from '../result.ts'
import { createSuite, type Suite, type SuiteCheck } from './suite.ts'

/** A Result as a suite of one check, for the formats that write suites. */
export function suiteOfOne(result: Result): Suite {
  const { command, tool, host, startedAt, durationMs, interrupted } = result
  const target = targetOf(result)
  const check: SuiteCheck = {
    id: command,
    name: `${command} to ${target}`,
    ...judgeResult(result, 'error'),
    level: 'error',
    tags: [],
    target,
    attempts: 1,
    startedAt,
    durationMs,
    result,
  }
  return createSuite({ command, tool, host, startedAt, durationMs, interrupted }, [check])
}

/** The host name that the user gave, if any. */
function targetOf({ target }: Result): string {
  return target.name === undefined ? formatAddress(target) : `${target.name}:${target.port}`
}
