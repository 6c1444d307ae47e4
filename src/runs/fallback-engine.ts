import { UdptoolError } from '../base/error.ts'
import type { ProbePlan } from '../facts/plan.ts'
import type { RelayPlan } from '../facts/relay-plan.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { RunFacts } from '../facts/run.ts'
import type { ServerFacts } from '../facts/server.ts'
import type {
  Capabilities,
  Engine,
  ProberSockets,
  RelaySockets,
  ResponderSockets,
  Running,
  RunningRelay,
  WorkerRelay,
} from '../engine/port.ts'

/**
 * The engine that `auto` takes: the first, and from the moment on at which that one cannot begin (no thread, no memory, a call that a
 * sandbox denies) the second, which needs less. Any other failure is the user's to know.
 */
export class FallbackEngine implements Engine {
  #engine: Engine
  readonly #second: Engine

  constructor(first: Engine, second: Engine) {
    this.#engine = first
    this.#second = second
  }

  get name(): Engine['name'] {
    return this.#engine.name
  }

  get can(): Capabilities {
    return this.#engine.can
  }

  async probe(plan: ProbePlan, sockets: ProberSockets): Promise<Running<RunFacts>> {
    return this.#begin(engine => engine.probe(plan, sockets))
  }

  async respond(plan: ResponderPlan, sockets: ResponderSockets): Promise<Running<ServerFacts>> {
    return this.#begin(engine => engine.respond(plan, sockets))
  }

  async respondInWorker(plan: ResponderPlan, sockets: ResponderSockets): Promise<Running<ServerFacts>> {
    const first = this.#engine
    // The first engine may have failed because this host grants no thread: then the second one serves on the caller's.
    return this.#begin(engine =>
      engine === first ? engine.respondInWorker(plan, sockets) : engine.respond(plan, sockets),
    )
  }

  async relay(plan: RelayPlan, sockets: RelaySockets): Promise<RunningRelay> {
    return this.#begin(engine => engine.relay(plan, sockets))
  }

  async relayInWorker(plan: RelayPlan, sockets: RelaySockets): Promise<WorkerRelay> {
    return this.#begin(engine => engine.relayInWorker(plan, sockets))
  }

  pathMtu(sockets: ProberSockets): number | undefined {
    return this.#engine.pathMtu(sockets)
  }

  async #begin<T>(start: (engine: Engine) => Promise<T>): Promise<T> {
    try {
      return await start(this.#engine)
    } catch (error) {
      if (!(error instanceof UdptoolError) || error.code !== 'engine' || this.#engine === this.#second) throw error
      const running = await start(this.#second).catch((other: unknown) => {
        // If the second engine is unsuitable, the error of the first one matters.
        throw other instanceof UdptoolError && other.code === 'engine' ? error : other
      })
      this.#engine = this.#second
      return running
    }
  }
}
