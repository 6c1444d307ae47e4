import type { Address, Family } from '../base/address.ts'
import type { Target } from '../base/target.ts'
import type { EngineFacts, RunFacts } from '../facts/run.ts'
import type { ProbePlan } from '../facts/plan.ts'
import type { RelayFacts } from '../facts/relay.ts'
import type { RelayPlan } from '../facts/relay-plan.ts'
import type { RelayTruth } from '../facts/relay-truth.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { ServerFacts } from '../facts/server.ts'

/** The sockets of a prober: one a client, each connected to the target. */
export interface ProberSockets {
  readonly target: Address
  /** Local address and port; absent: the kernel chooses. A port goes with one client only. */
  readonly bind?: Target
  /** Bytes asked of SO_RCVBUF (the kernel may give less: net.core.rmem_max). */
  readonly recvBuffer: number
  readonly ttl?: number
  /** What node:dgram cannot set; the engine refuses a plan that has one it cannot. */
  /** `cut`: anybody may cut the datagrams: they leave without DF, over IPv6 in fragments of the least MTU. */
  readonly df?: 'do' | 'probe' | 'cut'
  readonly tos?: number
}

/** The socket of a server. */
export interface ResponderSockets {
  readonly host: string
  readonly family: Family
  /** 0: the kernel chooses. */
  readonly port: number
  readonly recvBuffer: number
  /** The program reads at most so many bytes of each datagram, as recvfrom(N) does. */
  readonly recvSize?: number
  readonly workers: number
}

/** The sockets of a relay: one that clients send to, and one a client towards the server. */
export interface RelaySockets {
  readonly host: string
  readonly family: Family
  /** 0: the kernel chooses. */
  readonly port: number
  readonly server: Address
  /** Further addresses of the server's name: the next one where the one before refuses or cannot be reached. */
  readonly alternatives?: readonly Address[]
  readonly recvBuffer: number
}

/** A run under way. */
export interface Running<Facts> {
  /** Live; final once `done` resolves. */
  readonly facts: Facts
  /** Local addresses of the sockets, by client number; a server has one. */
  readonly bound: readonly Address[]
  /** First Ctrl-C: finish what is under way. */
  stop(): void
  /** Resolves when the machine has closed and the sockets are gone; rejects with a UdptoolError if the sockets broke. */
  readonly done: Promise<void>
}

/** A relay on a thread of its own: its live counters stay there. */
export interface WorkerRelay extends Omit<Running<RelayFacts>, 'facts'> {
  /** The record so far; the final one once `done` has settled. */
  truth(): RelayTruth
}

/** A relay on the caller's event loop. */
export type RunningRelay = WorkerRelay & Running<RelayFacts>

/** What an engine can observe and do on this machine. */
export interface Capabilities extends Omit<EngineFacts, 'name'> {
  /** Our own socket's drop counter can be read. */
  readonly drops: boolean
  readonly df: boolean
  readonly tos: boolean
  readonly reusePort: boolean
}

/**
 * Moves datagrams for every machine. Opening rejects with a UdptoolError (`addressInUse`, `addressUnavailable`, `permission`; `engine` where
 * the engine cannot do it).
 */
export interface Engine {
  readonly name: 'kernel' | 'dgram'
  readonly can: Capabilities
  probe(plan: ProbePlan, sockets: ProberSockets): Promise<Running<RunFacts>>
  respond(plan: ResponderPlan, sockets: ResponderSockets): Promise<Running<ServerFacts>>
  /** A server that does not share the caller's event loop. */
  respondInWorker(plan: ResponderPlan, sockets: ResponderSockets): Promise<Running<ServerFacts>>
  relay(plan: RelayPlan, sockets: RelaySockets): Promise<RunningRelay>
  /** A relay that does not share the caller's event loop. */
  relayInWorker(plan: RelayPlan, sockets: RelaySockets): Promise<WorkerRelay>
  /** The kernel's path MTU to the target, IP header included; undefined where this engine cannot read it. */
  pathMtu(sockets: ProberSockets): number | undefined
}
