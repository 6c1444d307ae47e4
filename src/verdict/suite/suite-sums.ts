import { queryContradiction } from '../query/query-sums.ts'
import { contradictionIn } from '../result-sums.ts'
import { createSuite, type Suite, type SuiteCheck } from './suite.ts'

const COUNTS = ['passed', 'warned', 'failed', 'errors', 'skipped', 'verdict'] as const

/** The first contradiction in a saved suite, as a clause; undefined: none. */
export function suiteContradiction(suite: Suite): string | undefined {
  const right = createSuite(suite, suite.checks)
  for (const count of COUNTS) {
    if (suite[count] !== right[count]) return `${count} is ${suite[count]}, but its checks give ${right[count]}`
  }
  const ids = suite.checks.map(({ id }) => id)
  if (new Set(ids).size < ids.length) return 'two checks have the same id'
  for (const check of suite.checks) {
    const fault = checkFault(check)
    if (fault !== undefined) return `check ${check.id}: ${fault}`
  }
  return undefined
}

function checkFault({ verdict, level, result, query }: SuiteCheck): string | undefined {
  if (verdict === 'warn' && level !== 'warn') return 'its verdict is warn, but its level is error'
  const queryFault = query && queryContradiction(query)
  if (queryFault !== undefined) return queryFault
  if (verdict === 'pass' && query?.verdict === 'fail') return 'it passes, but its query fails'
  if (result === undefined) return undefined
  const fault = contradictionIn(result)
  if (fault !== undefined) return fault
  return verdict === 'pass' && result.verdict === 'fail' ? 'it passes, but its Result fails' : undefined
}
