import type { Address } from '../../src/base/address.ts'
import type { Nanos } from '../../src/base/nanos.ts'
import type { ProbePlan } from '../../src/facts/plan.ts'
import type { ResponderPlan } from '../../src/facts/responder-plan.ts'
import type { RunFacts } from '../../src/facts/run.ts'
import { createServerFacts, type ServerFacts } from '../../src/facts/server.ts'
import type { Mac } from '../../src/wire/mac.ts'
import type { ForeignServer } from './foreign.ts'
import type { Network } from './network.ts'
import { SimulatedProber } from './simulated-prober.ts'
import { SimulatedForeignServer, SimulatedResponder, type SimulatedServer } from './simulated-server.ts'
import type { NetworkTruth } from './truth.ts'
import { VirtualTime } from './virtual-time.ts'

const SERVER: Address = { address: '127.0.0.1', port: 9000, family: 'udp4' }
const FIRST_CLIENT_PORT = 40_000

export interface Simulation {
  readonly probe: ProbePlan
  /** The server of udptool, a foreign one, or a closed port. */
  readonly respond?: ResponderPlan | ForeignServer
  readonly network: Network
  /** The server program reads at most this number of bytes of each datagram. */
  readonly recvSize?: number
  /** Each client has only one port, as with `--bind ADDR:PORT`. */
  readonly fixedPort?: boolean
  /** Of the keys of the prober's protocol. */
  readonly macs?: readonly Mac[]
  /** Time of the first Ctrl-C of the prober after the start. */
  readonly stopAfter?: Nanos
  /** Called after each event until the prober has closed, as a reader of its live facts. */
  readonly onStep?: (facts: RunFacts, now: Nanos) => void
}

export interface Simulated {
  readonly facts: RunFacts
  readonly server: ServerFacts
  readonly truth: NetworkTruth
}

/**
 * Runs the real prober against the real responder (or a foreign server) over a seeded network in virtual time to the end: no timers, no
 * sockets, no waiting, always the same result. `truth` is the network's own record, to compare the facts with.
 *
 * ```ts
 * const { facts, truth } = simulate({
 * probe,
 * respond,
 * network: { seed: 1, up: [{ rule: 'drop', ratio: 0.1 }], down: [], latency: MILLISECOND }
 * })
 * ```
 */
export function simulate({
  probe,
  respond,
  network,
  recvSize,
  fixedPort,
  macs,
  stopAfter,
  onStep,
}: Simulation): Simulated {
  const time = new VirtualTime()
  const server = createServer(time, network, respond, recvSize)
  const locals = Array.from({ length: probe.clients + 1 }, (_, n) => ({ ...SERVER, port: FIRST_CLIENT_PORT + n }))
  let port = FIRST_CLIENT_PORT + locals.length
  const freePort = fixedPort === true ? undefined : (): number => port++
  const prober = new SimulatedProber(time, network, { plan: probe, locals, target: SERVER, freePort, server, macs })
  if (stopAfter !== undefined) time.at(time.now + stopAfter, () => prober.stop())
  while (!prober.closed) {
    if (!time.step()) throw new Error('the prober runs, but no event is scheduled')
    onStep?.(prober.facts, time.now)
  }
  server?.stop()
  // Datagrams still in flight are too late for the ledger, but the network must record their fate.
  while (time.step());
  return { facts: prober.facts, server: server?.facts ?? createServerFacts(), truth: prober.truth }
}

function createServer(
  time: VirtualTime,
  network: Network,
  respond: ResponderPlan | ForeignServer | undefined,
  recvSize: number | undefined,
): SimulatedServer | undefined {
  if (respond === undefined) return undefined
  if (typeof respond === 'function') return new SimulatedForeignServer(time, network, respond)
  return new SimulatedResponder(time, network, { plan: respond, bound: SERVER, recvSize })
}
