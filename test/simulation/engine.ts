import { setImmediate } from 'node:timers/promises'
import { formatAddress, type Address } from '../../src/base/address.ts'
import { UdptoolError } from '../../src/base/error.ts'
import type { ProbePlan } from '../../src/facts/plan.ts'
import type { ResponderPlan } from '../../src/facts/responder-plan.ts'
import type { RunFacts } from '../../src/facts/run.ts'
import type { ServerFacts } from '../../src/facts/server.ts'
import type { Engine, ProberSockets, ResponderSockets, Running } from '../../src/engine/port.ts'
import type { Network } from './network.ts'
import { SimulatedProber } from './simulated-prober.ts'
import { SimulatedResponder } from './simulated-server.ts'
import { VirtualTime } from './virtual-time.ts'

/** First ephemeral port of the simulated host. */
const FIRST_FREE_PORT = 32_768
/** Events between two turns of the real event loop. */
const EVENTS_A_TURN = 256

interface End {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface SimulatedHost {
  readonly closed: boolean
  stop(): void
}

/** The simulation has no relay and no workers. */
type SimulatedEngine = Pick<Engine, 'name' | 'can' | 'probe' | 'respond'>

/**
 * An engine with all sockets on one simulated host in one simulated network. Time passes only while a prober runs or a server stops, as
 * fast as it can be computed.
 */
export function simulatedEngine(network: Network): SimulatedEngine {
  const host = new SimulatedHosts(network)
  return {
    name: 'kernel',
    can: {
      icmp: network.icmp ?? 'queue',
      truncation: 'kernel',
      timestamps: 'kernel',
      drops: network.dropsObservable ?? true,
      df: false,
      tos: false,
      reusePort: false,
    },
    probe: async (plan, sockets) => host.probe(plan, sockets),
    respond: async (plan, sockets) => host.respond(plan, sockets),
  }
}

class SimulatedHosts {
  readonly #network: Network
  readonly #time = new VirtualTime()
  readonly #servers = new Map<number, SimulatedResponder>()
  /** Running hosts, each with the rejection of its promise. */
  readonly #busy = new Map<SimulatedHost, (error: unknown) => void>()
  #nextPort = FIRST_FREE_PORT
  #passing = false

  constructor(network: Network) {
    this.#network = network
  }

  probe(plan: ProbePlan, { target, bind }: ProberSockets): Running<RunFacts> {
    const local = bind?.host ?? target.address
    const locals = Array.from({ length: plan.clients + 1 }, (_, n): Address => {
      return { address: local, port: n === 0 && bind?.port ? bind.port : this.#freePort(), family: target.family }
    })
    const end = createEnd()
    const server = this.#servers.get(target.port)
    const freePort = bind?.port ? undefined : (): number => this.#freePort()
    const options = { plan, locals, target, freePort, server, closed: end.resolve }
    const simulated = new SimulatedProber(this.#time, this.#network, options)
    simulated.facts.clients.forEach((client, n) => {
      const port = locals[n]?.port
      if (port !== undefined) client.port = port
    })
    this.#pass(simulated, end.reject)
    return {
      facts: simulated.facts,
      bound: locals.slice(0, plan.clients),
      stop: () => simulated.stop(),
      done: end.promise,
    }
  }

  respond(plan: ResponderPlan, { host, family, port, recvSize }: ResponderSockets): Running<ServerFacts> {
    const bound: Address = { address: host, port: port === 0 ? this.#freePort() : port, family }
    if (this.#servers.has(bound.port)) {
      const address = formatAddress(bound)
      throw new UdptoolError('addressInUse', `cannot bind ${address}: another socket has this port`, {
        operation: 'bind',
        address,
        hint: 'choose another port, or 0 for a free one',
      })
    }
    const end = createEnd()
    const closed = (): void => {
      this.#servers.delete(bound.port)
      end.resolve()
    }
    const simulated = new SimulatedResponder(this.#time, this.#network, { plan, bound, recvSize, closed })
    this.#servers.set(bound.port, simulated)
    const stop = (): void => {
      simulated.stop()
      this.#pass(simulated, end.reject)
    }
    return { facts: simulated.facts, bound: [bound], stop, done: end.promise }
  }

  #freePort(): number {
    this.#nextPort += 1
    return this.#nextPort
  }

  /** Advances time until this host and all other running ones have closed. */
  #pass(simulated: SimulatedHost, reject: (error: unknown) => void): void {
    this.#busy.set(simulated, reject)
    if (this.#passing) return
    this.#passing = true
    void this.#run()
  }

  async #run(): Promise<void> {
    try {
      while (this.#isBusy()) {
        for (let events = 0; events < EVENTS_A_TURN && this.#isBusy(); events++) {
          if (!this.#time.step()) throw new Error('a simulated machine runs, but no event is scheduled')
        }
        await setImmediate()
      }
    } catch (error) {
      for (const reject of this.#busy.values()) reject(error)
      this.#busy.clear()
    }
    this.#passing = false
  }

  #isBusy(): boolean {
    for (const simulated of this.#busy.keys()) if (simulated.closed) this.#busy.delete(simulated)
    return this.#busy.size > 0
  }
}

/** Promise.withResolvers, which Node 20 lacks. */
function createEnd(): End {
  let settle: Omit<End, 'promise'> = { resolve: () => {}, reject: () => {} }
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, ...settle }
}
