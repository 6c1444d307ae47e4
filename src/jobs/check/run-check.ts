import { messageOf } from '../../base/thrown.ts'
import { setTimeout as pause } from 'node:timers/promises'
import { UdptoolError } from '../../base/error.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import type { Judgement } from '../../verdict/suite/judged-result.ts'
import type { SuiteCheck } from '../../verdict/suite/suite.ts'
import { withEcho } from '../../runs/echo/run.ts'
import type { RoundHooks } from '../size-rounds.ts'
import type { CheckOutcome } from './check-kind.ts'
import type { PlannedCheck } from './planned-check.ts'

/** Pause between two attempts of `retryFor`: a network takes seconds to come up, not milliseconds. */
const RETRY_MS = 1000

export interface CheckHooks extends Pick<RoundHooks, 'onProgress' | 'onRound'> {
  readonly signal?: AbortSignal | undefined
}

/** A check that ran, and how its last run ended if one started. */
export interface RunCheck {
  readonly check: SuiteCheck
  readonly outcome?: CheckOutcome | undefined
}

/** Runs a check until it passes or its `retryFor` is over. Never rejects: a check that could not run has the verdict `error`. */
export async function runCheck(planned: PlannedCheck, hooks: CheckHooks): Promise<RunCheck> {
  const startedAt = new Date().toISOString()
  const start = performance.now()
  const until = start + planned.retryFor / MILLISECOND
  let attempts = 0
  for (;;) {
    const { judgement, outcome } = await attempt(planned, hooks)
    attempts += 1
    const over = performance.now() + RETRY_MS > until || hooks.signal?.aborted === true
    if (!over && judgement.verdict !== 'pass') {
      await pause(RETRY_MS, undefined, hooks.signal === undefined ? {} : { signal: hooks.signal }).catch(() => {})
      continue
    }
    const durationMs = performance.now() - start
    const check = { ...described(planned), ...judgement, attempts, startedAt, durationMs, ...outcome?.document }
    return { check: planned.secrets.hideIn(check), outcome }
  }
}

/** A check that did not start. */
export function notRun(planned: PlannedCheck): SuiteCheck {
  const { expected } = planned.plan
  return planned.secrets.hideIn({
    ...described(planned),
    expected,
    ...INTERRUPTED,
    observed: 'not run',
    attempts: 0,
  })
}

const INTERRUPTED = { verdict: 'skipped', reason: 'interrupted' } as const

function described(planned: PlannedCheck): Pick<SuiteCheck, 'id' | 'name' | 'level' | 'tags' | 'target' | 'place'> {
  const { id, name, level, tags, target, place } = planned
  return {
    id,
    name,
    level,
    tags,
    ...(target === undefined ? {} : { target }),
    ...(place === undefined ? {} : { place }),
  }
}

interface Attempt {
  readonly judgement: Judgement
  readonly outcome?: CheckOutcome
}

async function attempt(planned: PlannedCheck, hooks: CheckHooks): Promise<Attempt> {
  try {
    const outcome = await runOnce(planned, hooks)
    return { judgement: outcome.judge(planned.level), outcome }
  } catch (error) {
    const hint = error instanceof UdptoolError && error.hint !== undefined ? ` (${error.hint})` : ''
    const reason = `${messageOf(error)}${hint}`
    const { expected } = planned.plan
    return { judgement: { expected, observed: 'could not run', verdict: 'error', reason } }
  }
}

async function runOnce({ serve, plan }: PlannedCheck, { signal, ...callbacks }: CheckHooks): Promise<CheckOutcome> {
  const hooks = { ...callbacks, ...(signal === undefined ? {} : { signal }) }
  if (serve === undefined) return plan.run(undefined, hooks)
  return withEcho(serve, async ({ address: { address, port } }) => plan.run({ host: address, port }, hooks))
}
