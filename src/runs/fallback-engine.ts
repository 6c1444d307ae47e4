import { UdptoolError } from '../base/error.ts'
import type { PathUpdate } from '../facts/path.ts'
import type { ProbePlan } from '../facts/plan.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { RunFacts } from '../facts/run.ts'
import type { ServerFacts } from '../facts/server.ts'
import type { Capabilities, Engine, ProberSockets, ResponderSockets, Running, RunningMonitor } from '../engine/port.ts'

/**
 * The engine of `auto`: the first one, until it fails to start (no thread, no memory, a system call denied by a sandbox), then the second
 * one, which needs less. Other failures are passed on.
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

  async probe(plan: ProbePlan, sockets: ProberSockets, onArrival?: () => void): Promise<Running<RunFacts>> {
    return this.#begin(engine => engine.probe(plan, sockets, onArrival))
  }

  async respond(plan: ResponderPlan, sockets: ResponderSockets): Promise<Running<ServerFacts>> {
    return this.#begin(engine => engine.respond(plan, sockets))
  }

  async respondInWorker(plan: ResponderPlan, sockets: ResponderSockets): Promise<Running<ServerFacts>> {
    const first = this.#engine
    // The first engine may have failed because this host grants no thread, so the second one serves on the caller's thread.
    return this.#begin(engine =>
      engine === first ? engine.respondInWorker(plan, sockets) : engine.respond(plan, sockets),
    )
  }

  async monitor(onUpdates: (updates: readonly PathUpdate[]) => void): Promise<RunningMonitor> {
    return this.#begin(engine => engine.monitor(onUpdates))
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
        // If the second engine cannot do it, the error of the first one is the useful one.
        throw other instanceof UdptoolError && other.code === 'engine' ? error : other
      })
      this.#engine = this.#second
      return running
    }
  }
}
