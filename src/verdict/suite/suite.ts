import type { z } from 'zod'
import type { checkSchema } from '../../schema/check.ts'
import type { DeepReadonly } from '../result.ts'

/** The document of a suite of checks, version 1. Every field is described in `schema/check.ts` and in docs/check.md. */
export type Suite = DeepReadonly<z.infer<typeof checkSchema>>
export type SuiteCheck = Suite['checks'][number]
export type CheckVerdict = SuiteCheck['verdict']

/** The fields of a suite that do not follow from its checks. */
export type SuiteHead = Pick<Suite, 'command' | 'tool' | 'host' | 'file' | 'startedAt' | 'durationMs' | 'interrupted'>

/** Makes the document of a suite: counts checks by verdict and derives the verdict of the suite. */
export function createSuite(head: SuiteHead, checks: readonly SuiteCheck[]): Suite {
  const { command, tool, host, file, startedAt, durationMs, interrupted } = head
  const count = (verdict: CheckVerdict): number => checks.filter(check => check.verdict === verdict).length
  return {
    schema: 'udptool/check/1',
    command,
    tool,
    host,
    ...(file === undefined ? {} : { file }),
    startedAt,
    durationMs,
    interrupted,
    checks,
    passed: count('pass'),
    warned: count('warn'),
    failed: count('fail'),
    errors: count('error'),
    skipped: count('skipped'),
    verdict: suiteVerdict(checks, interrupted),
  }
}

/** A suite passes only if at least one check ran and nothing failed. */
export function suiteVerdict(checks: readonly SuiteCheck[], interrupted: boolean): Suite['verdict'] {
  if (checks.some(({ verdict }) => verdict === 'fail')) return 'fail'
  if (interrupted || checks.some(({ verdict, level }) => verdict === 'error' && level === 'error')) return 'error'
  return checks.some(({ verdict }) => verdict === 'pass' || verdict === 'warn') ? 'pass' : 'error'
}
