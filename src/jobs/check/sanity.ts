import type { CheckRow } from '../../verdict/check-row.ts'
import { readVersion } from '../version.ts'
import { describeHost } from '../host.ts'
import { SANITY_CHECKS, type Observation } from './sanity-checks.ts'

export interface SanityHooks {
  readonly signal?: AbortSignal
  /** A check begins. */
  readonly onCheck?: (name: string) => void
}

/** The document of `udptool check` without a file. */
export interface SanityReport {
  readonly schema: 'udptool/check/1'
  readonly command: 'check'
  readonly tool: { readonly name: 'udptool'; readonly version: string }
  readonly host: ReturnType<typeof describeHost>
  readonly checks: readonly CheckRow[]
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly verdict: 'pass' | 'fail'
}

/** Runs the embedded sanity suite: servers of its own on loopback, one check after the other. */
export async function runSanity(hooks: SanityHooks = {}): Promise<SanityReport> {
  const checks: CheckRow[] = []
  for (const { id, name, expected, observe } of SANITY_CHECKS) {
    if (hooks.signal?.aborted === true) break
    hooks.onCheck?.(name)
    checks.push({ id, name, expected, ...(await attempt(observe)) })
  }
  const count = (verdict: CheckRow['verdict']): number => checks.filter(check => check.verdict === verdict).length
  const failed = count('fail')
  return {
    schema: 'udptool/check/1',
    command: 'check',
    tool: { name: 'udptool', version: readVersion() },
    host: describeHost(),
    checks,
    passed: count('pass'),
    failed,
    skipped: count('skipped'),
    verdict: failed === 0 && count('pass') > 0 ? 'pass' : 'fail',
  }
}

async function attempt(observe: () => Promise<Observation>): Promise<Observation> {
  try {
    return await observe()
  } catch (error) {
    return {
      observed: 'could not run',
      verdict: 'fail',
      reason: error instanceof Error ? error.message : String(error),
    }
  }
}
