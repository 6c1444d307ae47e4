import type { Nanos } from '../../base/nanos.ts'
import type { QueryFacts } from '../../facts/query.ts'
import type { QueryPlan } from './plan.ts'

/** The state of a wait for a service. */
export interface QueryWaiting {
  /** The host as written. */
  readonly host: string
  readonly port: number
  /** Why the wait continues, as a clause. */
  readonly reason: string
  readonly elapsed: Nanos
  /** `--wait-for` */
  readonly atMost: Nanos
}

/** Callbacks during a run. */
export interface QueryHooks {
  /** Interrupts the run like the first Ctrl-C: it still resolves, with `interrupted`, unless the target has no address yet. */
  readonly signal?: AbortSignal
  /** Called with the live facts after each request is sent, and after each change of its fate. A request in flight is `unfinished`. */
  readonly onProgress?: (facts: QueryFacts) => void
  /** Called during `--wait-for`: twice per second, and after each failed attempt. */
  readonly onWait?: (waiting: QueryWaiting) => void
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
  throw new Error(`not written yet: ${plan.service.name} ${String(hooks.signal?.aborted)}`)
}
