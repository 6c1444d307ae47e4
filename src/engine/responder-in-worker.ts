import type { ResponderPlan } from '../facts/responder-plan.ts'
import { createServerFacts, type ServerFacts } from '../facts/server.ts'
import type { ResponderSockets, Running } from './port.ts'
import { startWorker } from './start-worker.ts'
import type { ResponderTask } from './worker-messages.ts'

/**
 * Runs a server of the dgram engine on a worker thread, where it has an event loop of its own. `facts` follow it four times a second,
 * and at the end.
 */
export async function respondInWorker(plan: ResponderPlan, sockets: ResponderSockets): Promise<Running<ServerFacts>> {
  const task: ResponderTask = { plan, sockets }
  const facts = createServerFacts()
  const script = new URL('./responder-worker.js', import.meta.url)
  const worker = await startWorker(script, task, latest => void Object.assign(facts, latest as ServerFacts))
  return { facts, ...worker }
}
