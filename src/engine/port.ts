import type { Address, Family } from '../base/address.ts'
import type { PortRange } from '../base/port-range.ts'
import type { Target } from '../base/target.ts'
import type { EngineFacts, RunFacts } from '../facts/run.ts'
import type { PathUpdate, PathPlan } from '../facts/path.ts'
import type { ProbePlan } from '../facts/plan.ts'
import type { SharedKey } from '../facts/protocol.ts'
import type { RelayFacts } from '../facts/relay.ts'
import type { RelayPlan } from '../facts/relay-plan.ts'
import type { RelayTruth } from '../facts/relay-truth.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { ServerFacts } from '../facts/server.ts'

/** A socket to open. */
export interface SocketPlan {
  readonly host: string
  readonly family: Family
  /** 0: the kernel chooses. */
  readonly port: number
  /** Requested with SO_RCVBUF (the kernel may grant less: net.core.rmem_max). */
  readonly recvBuffer: number
}

/** The sockets of a prober: one per client, each connected to the target. */
export interface ProberSockets {
  readonly target: Address
  /** Local address and port. Absent: the kernel chooses. A port is possible with one client only. */
  readonly bind?: Target
  /** Local ports of the clients, one each. Absent: the kernel chooses, or `bind` has the port. */
  readonly sourcePorts?: PortRange
  readonly recvBuffer: number
  readonly ttl?: number
  /** Options that node:dgram cannot set. An engine refuses a plan with one that it cannot set. */
  /** `cut`: allow fragmentation everywhere. Datagrams leave without DF, and over IPv6 in fragments of the minimum MTU. */
  readonly df?: 'do' | 'probe' | 'cut'
  readonly tos?: number
  /** Of the plan's protocol, if it authenticates. */
  readonly key?: SharedKey
}

/** The socket of a server. */
export interface ResponderSockets extends SocketPlan {
  /** The program reads at most this number of bytes of each datagram, as recvfrom(N) does. */
  readonly recvSize?: number
  readonly workers: number
  /** Of the plan's protocol, if it authenticates. */
  readonly keys?: readonly SharedKey[]
}

/** The sockets of a relay: one for clients, and one per client towards the server. */
export interface RelaySockets extends SocketPlan {
  readonly server: Address
  /** Further addresses of the server's name, each used if the one before refuses or is unreachable. */
  readonly alternatives?: readonly Address[]
}

/** Sockets that a machine works with. */
export interface RunningSockets {
  /** Local addresses of the sockets, by client number. A server has one. */
  readonly bound: readonly Address[]
  /** The first Ctrl-C: finishes the current work. */
  stop(): void
  /** Resolves when the machine has closed and the sockets are closed. Rejects with a UdptoolError if the sockets failed. */
  readonly done: Promise<void>
}

/** A run in progress. */
export interface Running<Facts> extends RunningSockets {
  /** Live. Final when `done` resolves. */
  readonly facts: Facts
}

/** A monitor on its own thread: many paths, each with one socket, without end. */
export interface RunningMonitor {
  /** Opens a socket and probes with it; an update reports whether it is open. */
  add(path: PathPlan, sockets: ProberSockets): void
  /** Sends nothing more on a path; its last epochs are closed as usual, then its socket. */
  remove(path: number): void
  /** Slots are skipped while paused. */
  pause(isPaused: boolean): void
  /** The first Ctrl-C: sends nothing more, and closes all epochs. */
  stop(): void
  /** Ends at once: the open epochs are never closed. */
  abandon(): void
  /** Resolves when all paths are closed after `stop` or `abandon`. Rejects with a UdptoolError if the thread failed. */
  readonly done: Promise<void>
}

/** A relay on its own thread, whose live counters are only there. */
export interface WorkerRelay extends RunningSockets {
  /** The record so far. Final when `done` has settled. */
  truth(): RelayTruth
}

/** A relay on the caller's event loop. */
export type RunningRelay = WorkerRelay & Running<RelayFacts>

/** Capabilities of an engine on this machine. */
export interface Capabilities extends Omit<EngineFacts, 'name'> {
  /** The drop counter of our own socket can be read. */
  readonly drops: boolean
  readonly df: boolean
  readonly tos: boolean
  readonly reusePort: boolean
}

/**
 * Moves datagrams for every machine. Opening rejects with a UdptoolError (`addressInUse`, `addressUnavailable`, `permission`, or `engine`
 * if the engine cannot do it).
 */
export interface Engine {
  readonly name: 'kernel' | 'dgram'
  readonly can: Capabilities
  /** `onArrival` is called soon after something arrived, at most every few milliseconds. */
  probe(plan: ProbePlan, sockets: ProberSockets, onArrival?: () => void): Promise<Running<RunFacts>>
  respond(plan: ResponderPlan, sockets: ResponderSockets): Promise<Running<ServerFacts>>
  /** A server that does not share the caller's event loop. */
  respondInWorker(plan: ResponderPlan, sockets: ResponderSockets): Promise<Running<ServerFacts>>
  /** Probes paths without end on a thread of its own. `onUpdates` is called in order, soon after something became known. */
  monitor(onUpdates: (updates: readonly PathUpdate[]) => void): Promise<RunningMonitor>
  /** The kernel's path MTU to the target, IP header included. Undefined if this engine cannot read it. */
  pathMtu(sockets: ProberSockets): number | undefined
}

/** An engine that also relays. */
export interface RelayEngine extends Engine {
  relay(plan: RelayPlan, sockets: RelaySockets): Promise<RunningRelay>
  /** A relay that does not share the caller's event loop. */
  relayInWorker(plan: RelayPlan, sockets: RelaySockets): Promise<WorkerRelay>
}
