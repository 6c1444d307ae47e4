import { startResponder, type ResponderRun } from '../responder-run.ts'
import type { EchoPlan } from './plan.ts'

/** A listening echo server. */
export interface EchoRun extends ResponderRun {
  readonly mode: EchoPlan['respond']['mode']
}

/** Starts a server. `worker`: in a worker thread, so that it does not share the event loop of the client that measures it. */
export async function startEcho(plan: EchoPlan, worker: boolean): Promise<EchoRun> {
  return { ...(await startResponder(plan, worker)), mode: plan.respond.mode }
}

/** Calls `use` with a server in a worker thread. Rejects as `startEcho` or `use` does. */
export async function withEcho<T>(plan: EchoPlan, use: (server: EchoRun) => Promise<T>): Promise<T> {
  const server = await startEcho(plan, true)
  try {
    return await use(server)
  } finally {
    server.stop()
    await server.done
  }
}
