import type { ResponderPlan } from '../facts/responder-plan.ts'
import { createServerFacts, type ServerFacts } from '../facts/server.ts'
import type { ResponderSockets, Running } from './port.ts'
import { hostWorker } from './worker-host.ts'
import type { ResponderTask } from './worker-protocol.ts'

/** Runs a server on a worker thread, where it has an event loop of its own. `facts` follow it four times a second, and at the end. */
export async function respondInWorker(
  engine: string,
  plan: ResponderPlan,
  sockets: ResponderSockets,
): Promise<Running<ServerFacts>> {
  const task: ResponderTask = { engine, plan, sockets }
  const facts = createServerFacts()
  const script = new URL('./responder-worker.js', import.meta.url)
  const worker = await hostWorker(script, task, latest => void Object.assign(facts, latest))
  return { facts, ...worker }
}
