import { driveQuery } from '../../engine/query-driver.ts'
import type { QueryFacts } from '../../facts/query.ts'
import { resolveTarget } from '../target-addresses.ts'
import type { Waiting } from '../waiting.ts'
import { findAnswerSizes } from './answer-sizes.ts'
import type { QueryPlan } from './plan.ts'
import { ServiceWait } from './service-wait.ts'

/** Callbacks during a run. */
export interface QueryHooks {
  /** Interrupts the run like the first Ctrl-C: it still resolves, with `interrupted`, unless the target has no address yet. */
  readonly signal?: AbortSignal
  /** Called with the live facts after each request is sent, and after each change of its fate. A request in flight is `unfinished`. */
  readonly onProgress?: (facts: QueryFacts) => void
  /** Called during `--wait-for`: twice per second, and when its reason changes. */
  readonly onWait?: (waiting: Waiting) => void
}

/** A finished run. */
export interface QueryRun {
  readonly facts: QueryFacts
}

/**
 * Asks a service. Rejects with a UdptoolError if it cannot start (`resolve`, `addressInUse`, `addressUnavailable`, …). A question without
 * an answer is never an error.
 */
export async function runQuery(plan: QueryPlan, hooks: QueryHooks = {}): Promise<QueryRun> {
  const { signal, onProgress, onWait } = hooks
  const wait = plan.waitFor > 0 ? new ServiceWait(plan, { signal, onWait }) : undefined
  try {
    const targets = await (wait === undefined ? resolveTarget(plan, signal) : wait.firstAddresses())
    const { service, timeout, count, retries, samples, bind } = plan
    const facts = await driveQuery(
      {
        service,
        timeout,
        count,
        retries,
        samples,
        waitFor: wait?.left ?? 0,
        resolve: async () => wait?.nextAddresses(targets) ?? targets,
        onChange: live => {
          wait?.look(live)
          onProgress?.(live)
        },
        ...(bind === undefined ? {} : { bind }),
        ...(signal === undefined ? {} : { signal }),
      },
      targets,
    )
    const answerSizes = await findAnswerSizes(plan, facts, signal)
    return { facts: answerSizes === undefined ? facts : { ...facts, answerSizes } }
  } finally {
    wait?.close()
  }
}
