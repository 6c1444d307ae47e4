import type { Address } from '../base/address.ts'
import type { Engine, ResponderSockets, Running } from '../engine/port.ts'
import { openAtFirst, resolveHost } from '../engine/resolve.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { ServerFacts } from '../facts/server.ts'
import type { EngineChoice } from '../options/engine.ts'
import { chooseEngine } from './engine-choice.ts'

/** The plan of a server that answers datagrams, with checked values in base units. `host` may still be a name. */
export interface ResponderRunPlan {
  readonly engine: EngineChoice
  readonly respond: ResponderPlan
  readonly sockets: Omit<ResponderSockets, 'family'>
}

/** A listening server. */
export interface ResponderRun {
  readonly engine: Engine['name']
  readonly address: Address
  /** Live counters. `peers` is set at the end. */
  readonly facts: ServerFacts
  stop(): void
  /** Resolves when the server has closed. */
  readonly done: Promise<void>
}

/** Starts a server. `worker`: in a worker thread, so that it does not share the event loop of the client that measures it. */
export async function startResponder(plan: ResponderRunPlan, worker: boolean): Promise<ResponderRun> {
  const engine = chooseEngine(plan.engine)
  const { running, bound } = await openAtFirst(await resolveHost(plan.sockets.host), async ({ address, family }) => {
    const sockets = { ...plan.sockets, host: address, family }
    const opened: Running<ServerFacts> = worker
      ? await engine.respondInWorker(plan.respond, sockets)
      : await engine.respond(plan.respond, sockets)
    return { running: opened, bound: opened.bound[0] ?? { address, port: sockets.port, family } }
  })
  return {
    engine: engine.name,
    address: bound,
    facts: running.facts,
    stop: () => running.stop(),
    done: running.done,
  }
}
