import { startResponder, type ResponderRun } from '../responder-run.ts'
import type { StampServePlan } from './plan.ts'

/** A listening reflector. */
export interface StampServeRun extends ResponderRun {
  readonly mode: 'stateful' | 'stateless'
  readonly auth: 'hmac' | 'no'
}

/** Starts a reflector. `worker`: in a worker thread, so that it does not share the event loop of the sender that measures it. */
export async function startStampServe(plan: StampServePlan, worker: boolean): Promise<StampServeRun> {
  const { isStateful, isAuthenticated } = plan.respond.protocol
  return {
    ...(await startResponder(plan, worker)),
    mode: isStateful ? 'stateful' : 'stateless',
    auth: isAuthenticated ? 'hmac' : 'no',
  }
}
