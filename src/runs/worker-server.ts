import type { Engine, ResponderSockets, Running } from '../engine/port.ts'
import { respondInWorker } from '../engine/responder-in-worker.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { ServerFacts } from '../facts/server.ts'

/** Starts a server that never waits for the caller's event loop. The kernel engine's are on threads of their own anyway. */
export async function startWorkerServer(
  engine: Engine,
  plan: ResponderPlan,
  sockets: ResponderSockets,
): Promise<Running<ServerFacts>> {
  return engine.name === 'dgram' ? respondInWorker(plan, sockets) : engine.respond(plan, sockets)
}
