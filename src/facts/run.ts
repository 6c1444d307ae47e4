import type { Address } from '../base/address.ts'
import type { Nanos } from '../base/nanos.ts'
import type { ReceiptsTotals } from '../wire/receipts.ts'
import { createHeaderFacts, type HeaderFacts } from './headers.ts'
import type { HostFacts, SocketFacts } from './host.ts'
import type { IcmpError } from './icmp.ts'
import type { IgnoredIcmp } from './ignored-icmp.ts'
import type { ImplausibleCounts } from './implausible.ts'
import { isFlood, type ProbePlan } from './plan.ts'
import { createProbePage, ProbeTable } from './probe-table.ts'
import type { ReceiveErrors } from './receive-errors.ts'

/** How well the engine of a run could see; what it could not see is absent in the Result. */
export interface EngineFacts {
  readonly name: 'kernel' | 'dgram'
  /** Where ICMP errors come from: the error queue with the quoted header, a bare ECONNREFUSED, or nowhere. */
  readonly icmp: 'queue' | 'errno' | 'none'
  /** Who would cut a datagram at the read size: the kernel (MSG_TRUNC seen) or the program. */
  readonly truncation: 'kernel' | 'program'
  /** Where arrival times come from. */
  readonly timestamps: 'kernel' | 'program'
}

/** The server's account of one client's run. */
export interface ReceiptsFacts {
  /**
   * `unasked`: nothing was unanswered, or the server is not udptool. `whole`: every question was answered.
   * `partial`: totals came, some question about sequences was never answered. `none`: asked, and no answer came.
   * `foreign`: the server echoed the question.
   */
  state: 'unasked' | 'whole' | 'partial' | 'none' | 'foreign'
  /** The latest totals that the server sent. */
  totals?: ReceiptsTotals
  /** When they arrived. */
  toldAt?: Nanos
  /** How often the first question was sent until its answer came, and how long that took. */
  firstTries?: number
  firstWait?: Nanos
  /** When the latest question that was answered was first sent: what was received by then is in the totals. */
  askedAt?: Nanos
  /** A later question was answered with fewer distinct probes than an earlier answer had: another memory answered it. */
  shrank?: boolean
}

/** One of the sockets that a client's probes left from. */
export interface SourceFacts {
  port: number
  /** Probes from there with a first reply of kind `R`. */
  answered: number
}

/** What is known of one client (one socket, one run number). */
export interface ClientFacts {
  readonly run: number
  /** The local port, once bound. */
  port?: number
  /** Sequences 0…scheduled−1 were scheduled. */
  scheduled: number
  /** First replies. */
  replies: number
  duplicates: number
  foreign: number
  unidentified: number
  /** Identified arrivals of kind `R`, copies included. */
  answeredArrivals: number
  /** Identified arrivals of kind `D`, copies included: a udptool server returned the damaged probe. */
  damagedArrivals: number
  /** Identified arrivals, copies included, of which the server had no right check: they count as damaged there, or it is not udptool. */
  echoedArrivals: number
  /** Our own socket's drop counter before the first send and after the last receive. */
  dropsBefore?: number
  dropsAfter?: number
  /** Datagrams of the longest train of replies that came as one message: so many one drop of our socket may stand for. */
  longestTrain: number
  /** Seconds since 1970 that `serverArrival` counts from. */
  serverBase?: number
  firstSent: Nanos
  lastSent: Nanos
  /** Its sockets, the first one included, where probes left from more than one (docs/wire-format.md, One probe at a time). */
  sources?: SourceFacts[]
  readonly receipts: ReceiptsFacts
}

/** An address that replied, and how often. */
export interface ReplySource extends Address {
  readonly count: number
}

/** What a socket that takes replies from anywhere saw after a run in which part of the replies were missing. */
interface ReplyAddresses {
  /** Questions that it sent. */
  readonly asked: number
  readonly from: readonly ReplySource[]
}

/** Everything that was observed in a run of probes. Written by one machine, then never changed: a Result is a pure function of it. */
export interface RunFacts {
  readonly plan: ProbePlan
  readonly probes: ProbeTable
  readonly clients: readonly ClientFacts[]
  /** Distinct ICMP errors, in order of appearance. */
  readonly icmp: IcmpError[]
  /** ICMP errors that were not booked on a probe. Final at the end of the run. */
  icmpIgnored: IgnoredIcmp
  /** Our own kernel refused to give what had arrived. Final at the end of the run. */
  receiveErrors: ReceiveErrors
  /** Final at the end of the run. */
  headers: HeaderFacts
  /** Evidence of the server that cannot be true and was not used. Final at the end of the run. */
  implausible: ImplausibleCounts
  engine: EngineFacts
  /** Real time (UTC) at the driver's epoch, when the run began: seconds and nanoseconds since 1970. Absent in journals of old. */
  epoch?: { readonly seconds: number; readonly nanos: number }
  /** First schedule, and when the ledger was closed; driver's clock. */
  startedAt: Nanos
  closedAt: Nanos
  interrupted: boolean
  /**
   * These facts come from a journal without its end line, whose header says that the run scheduled so many probes: they may be part of
   * the run, and nothing proves that they are unchanged.
   */
  cut?: { readonly scheduled: number }
  /** No reply came to the connected sockets, but one came from this other address. */
  wrongReplyAddress?: Address
  /** Absent: nobody had to ask. */
  replyAddresses?: ReplyAddresses
  /** The system clock, which stamps arrivals, was set during the run: by this much at once at most. */
  clockStep?: Nanos
  /** What was asked of the sockets. */
  sockets?: SocketFacts
  /** Facts about the sending host. */
  host?: HostFacts
  /** These are the facts of several runs, one after the other, each with clients of its own; absent: of one. */
  rounds?: number
  /** `--summary`: every row below this one is final and may be folded into totals. */
  finalRows: number
}

/** The empty journal of a run that is about to begin. */
export function createRunFacts(
  plan: ProbePlan,
  engine: EngineFacts,
  probes: ProbeTable = new ProbeTable(plan.clients, () => createProbePage(isFlood(plan))),
): RunFacts {
  return {
    plan,
    probes,
    clients: plan.runs.map(run => ({
      run,
      scheduled: 0,
      replies: 0,
      duplicates: 0,
      foreign: 0,
      unidentified: 0,
      answeredArrivals: 0,
      damagedArrivals: 0,
      echoedArrivals: 0,
      longestTrain: 1,
      firstSent: Infinity,
      lastSent: -Infinity,
      receipts: { state: 'unasked' },
    })),
    icmp: [],
    icmpIgnored: {},
    receiveErrors: {},
    headers: createHeaderFacts(),
    implausible: {},
    engine,
    startedAt: 0,
    closedAt: Infinity,
    interrupted: false,
    finalRows: 0,
  }
}

/** Size of a probe as it was asked for. */
export function probeSize(plan: ProbePlan, sequence: number): number {
  const { sizes } = plan
  // Nearly every run has one size, and a division for each of millions of probes is a good part of their cost.
  return sizes[sizes.length === 1 ? 0 : sequence % sizes.length] ?? 0
}

/** A run number as people and documents have it: 8 hex digits. */
export function formatRun(run: number): string {
  return run.toString(16).toUpperCase().padStart(8, '0')
}
