import { setImmediate } from 'node:timers/promises'
import { formatAddress, type Address } from '../../src/base/address.ts'
import { UdptoolError } from '../../src/base/error.ts'
import type { ProbePlan } from '../../src/facts/plan.ts'
import type { ResponderPlan } from '../../src/facts/responder-plan.ts'
import type { RunFacts } from '../../src/facts/run.ts'
import type { ServerFacts } from '../../src/facts/server.ts'
import type { Engine, ProberSockets, ResponderSockets, Running } from '../../src/engine/port.ts'
import type { Network } from './network.ts'
import { ProberStation } from './prober-station.ts'
import { ResponderStation } from './server-station.ts'
import { World } from './world.ts'

/** Where the system of this one simulated host begins to give out ports. */
const FIRST_FREE_PORT = 32_768
/** Events between two looks at the real event loop. */
const EVENTS_A_TURN = 256

interface End {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface Station {
  readonly closed: boolean
  stop(): void
}

/**
 * An engine whose sockets are all on one simulated host, behind one simulated network. Its time passes only while a prober
 * runs or a server stops, and then as fast as it can be computed.
 */
export function memoryEngine(network: Network): Engine {
  const host = new MemoryHost(network)
  return {
    name: 'memory',
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
    pathMtu: () => undefined,
  }
}

class MemoryHost {
  readonly #network: Network
  readonly #world = new World()
  readonly #servers = new Map<number, ResponderStation>()
  /** Stations for which time passes, with the end of their promise. */
  readonly #busy = new Map<Station, (error: unknown) => void>()
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
    const station = new ProberStation(this.#world, this.#network, options)
    station.facts.clients.forEach((client, n) => {
      const port = locals[n]?.port
      if (port !== undefined) client.port = port
    })
    this.#pass(station, end.reject)
    return { facts: station.facts, bound: locals.slice(0, plan.clients), stop: () => station.stop(), done: end.promise }
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
    const station = new ResponderStation(this.#world, this.#network, { plan, bound, recvSize, closed })
    this.#servers.set(bound.port, station)
    const stop = (): void => {
      station.stop()
      this.#pass(station, end.reject)
    }
    return { facts: station.facts, bound: [bound], stop, done: end.promise }
  }

  #freePort(): number {
    this.#nextPort += 1
    return this.#nextPort
  }

  /** Lets time pass until this station has closed, and all others for which it passes. */
  #pass(station: Station, reject: (error: unknown) => void): void {
    this.#busy.set(station, reject)
    if (this.#passing) return
    this.#passing = true
    void this.#run()
  }

  async #run(): Promise<void> {
    try {
      while (this.#isBusy()) {
        for (let events = 0; events < EVENTS_A_TURN && this.#isBusy(); events++) {
          if (!this.#world.step()) throw new Error('a machine of the memory engine waits for ever')
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
    for (const station of this.#busy.keys()) if (station.closed) this.#busy.delete(station)
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
