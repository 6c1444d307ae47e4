import type { Address } from '../../base/address.ts'
import type { Engine, Running } from '../../engine/port.ts'
import { openAtFirst, resolveHost } from '../../engine/resolve.ts'
import type { ServerFacts } from '../../facts/server.ts'
import { chooseEngine } from '../engine-choice.ts'
import type { EchoPlan } from './plan.ts'

/** A listening server. */
export interface EchoRun {
  readonly engine: Engine['name']
  readonly mode: EchoPlan['respond']['mode']
  readonly address: Address
  /** Live counters. `peers` is set at the end. */
  readonly facts: ServerFacts
  stop(): void
  /** Resolves when the server has closed. */
  readonly done: Promise<void>
}

/** Starts a server. `worker`: in a worker thread, so that it does not share the event loop of the client that measures it. */
export async function startEcho(plan: EchoPlan, worker: boolean): Promise<EchoRun> {
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
    mode: plan.respond.mode,
    address: bound,
    facts: running.facts,
    stop: () => running.stop(),
    done: running.done,
  }
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
