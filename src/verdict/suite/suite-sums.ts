import { contradictionIn } from '../result-sums.ts'
import { createSuite, type Suite, type SuiteCheck } from './suite.ts'

const COUNTS = ['passed', 'warned', 'failed', 'errors', 'skipped', 'verdict'] as const

/** What a saved suite says against itself, as a clause; undefined: nothing. */
export function suiteContradiction(suite: Suite): string | undefined {
  const right = createSuite(suite, suite.checks)
  for (const count of COUNTS) {
    if (suite[count] !== right[count]) return `${count} is ${suite[count]}, and its checks make it ${right[count]}`
  }
  const ids = suite.checks.map(({ id }) => id)
  if (new Set(ids).size < ids.length) return 'two checks have one id'
  for (const check of suite.checks) {
    const fault = checkFault(check)
    if (fault !== undefined) return `check ${check.id}: ${fault}`
  }
  return undefined
}

function checkFault({ verdict, level, result }: SuiteCheck): string | undefined {
  if (verdict === 'warn' && level !== 'warn') return 'it warns, and its level is error'
  if (result === undefined) return undefined
  const fault = contradictionIn(result)
  if (fault !== undefined) return fault
  return verdict === 'pass' && result.verdict === 'fail' ? 'it passes, and its Result fails' : undefined
}
