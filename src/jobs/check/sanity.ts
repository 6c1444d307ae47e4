import { messageOf } from '../../base/thrown.ts'
import { createSuite, type Suite, type SuiteCheck } from '../../verdict/suite/suite.ts'
import { describeHost } from '../../runs/host.ts'
import { readVersion } from '../../runs/version.ts'
import { SANITY_CHECKS, type Observation, type SanityCheck } from './sanity-checks.ts'

export interface SanityHooks {
  readonly signal?: AbortSignal
  /** Called when a check starts, after `done` of `total` checks. */
  readonly onCheck?: (name: string, done: number, total: number) => void
}

/** Runs the embedded sanity suite with its own servers on loopback, one check at a time. */
export async function runSanity(hooks: SanityHooks = {}): Promise<Suite> {
  const startedAt = new Date().toISOString()
  const start = performance.now()
  const checks: SuiteCheck[] = []
  for (const check of SANITY_CHECKS) {
    if (hooks.signal?.aborted === true) {
      checks.push(notRun(check))
      continue
    }
    hooks.onCheck?.(check.name, checks.length, SANITY_CHECKS.length)
    checks.push(await runCheck(check))
  }
  return createSuite(
    {
      command: 'check',
      tool: { name: 'udptool', version: readVersion() },
      host: describeHost(),
      startedAt,
      durationMs: performance.now() - start,
      interrupted: hooks.signal?.aborted === true,
    },
    checks,
  )
}

async function runCheck(check: SanityCheck): Promise<SuiteCheck> {
  const startedAt = new Date().toISOString()
  const start = performance.now()
  const observation = await attempt(check.observe)
  return { ...described(check), ...observation, attempts: 1, startedAt, durationMs: performance.now() - start }
}

function notRun(check: SanityCheck): SuiteCheck {
  return { ...described(check), observed: 'not run', verdict: 'skipped', reason: 'interrupted', attempts: 0 }
}

function described({
  id,
  name,
  expected,
}: SanityCheck): Pick<SuiteCheck, 'id' | 'name' | 'expected' | 'level' | 'tags'> {
  return { id, name, expected, level: 'error', tags: [] }
}

async function attempt(observe: () => Promise<Observation>): Promise<Observation> {
  try {
    return await observe()
  } catch (error) {
    return {
      observed: 'could not run',
      verdict: 'error',
      reason: messageOf(error),
    }
  }
}
