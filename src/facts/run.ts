import type { Address } from '../base/address.ts'
import { toMs, type Nanos } from '../base/nanos.ts'
import type { ReceiptsTotals } from '../wire/receipts.ts'
import type { EarlyReceipts } from './early-receipts.ts'
import { createHeaderFacts, type HeaderFacts } from './headers.ts'
import type { HostFacts, SocketFacts } from './host.ts'
import type { IcmpError } from './icmp.ts'
import type { IgnoredIcmp } from './ignored-icmp.ts'
import type { IrttFacts } from './irtt.ts'
import type { ImplausibleCounts } from './implausible.ts'
import { pageShape, type ProbePlan } from './plan.ts'
import { createProbePage, ProbeTable } from './probe-table.ts'
import type { ReceiveErrors } from './receive-errors.ts'
import { createStampFacts, type StampFacts } from './stamp.ts'

/** What the engine of a run can observe; anything else is absent in the Result. */
export interface EngineFacts {
  readonly name: 'kernel' | 'dgram'
  /** Source of ICMP errors: the error queue with the quoted header, a bare ECONNREFUSED, or none. */
  readonly icmp: 'queue' | 'errno' | 'none'
  /** What would cut a datagram at the read size: the kernel (MSG_TRUNC is visible) or the program. */
  readonly truncation: 'kernel' | 'program'
  /** Source of arrival times. */
  readonly timestamps: 'kernel' | 'program'
}

/** The server's receipts for one client's run. */
export interface ReceiptsFacts {
  /**
   * `unasked`: nothing was unanswered, or the server is not udptool. `whole`: every request was answered. `partial`: totals arrived, but some
   * request about sequences was never answered. `none`: requested, and no answer arrived. `foreign`: the server echoed the request.
   */
  state: 'unasked' | 'whole' | 'partial' | 'none' | 'foreign'
  totals?: ReceiptsTotals
  /** When they arrived. */
  toldAt?: Nanos
  /** How often the first request was sent until its answer arrived, and how long that took. */
  firstTries?: number
  firstWait?: Nanos
  /** When the latest answered request was first sent: the totals include everything received by then. */
  askedAt?: Nanos
  /** A later answer had fewer distinct probes than an earlier one: it came from another memory. */
  shrank?: boolean
}

/** One of the sockets from which a client sent probes. */
export interface SourceFacts {
  port: number
  /** Probes from this socket with a first reply of kind `R`. */
  answered: number
}

/** Facts about one client (one socket, one run number). */
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
  /** Identified arrivals of kind `D`, copies included: damaged probes returned by a udptool server. */
  damagedArrivals: number
  /** Identified arrivals, copies included, without a right check of the server: either damaged there, or the server is not udptool. */
  echoedArrivals: number
  /** Our own socket's drop counter before the first send and after the last receive. */
  dropsBefore?: number
  dropsAfter?: number
  /** Number of datagrams in the longest train of replies: one drop of our socket may represent this many. */
  longestTrain: number
  /** `serverArrival` counts from this second (Unix time). */
  serverBase?: number
  firstSent: Nanos
  lastSent: Nanos
  /** Its sockets, the first one included, if it sent from more than one (docs/wire-format.md, One probe at a time). */
  sources?: SourceFacts[]
  readonly receipts: ReceiptsFacts
}

/** An address that replied, and how often. */
export interface ReplySource extends Address {
  readonly count: number
}

/** What a socket that accepts replies from any address received after a run with missing replies. */
interface ReplyAddresses {
  /** Number of requests that it sent. */
  readonly asked: number
  readonly from: readonly ReplySource[]
}

/** Everything observed in a run of probes. One machine writes it, then it never changes: a Result is a pure function of it. */
export interface RunFacts {
  readonly plan: ProbePlan
  readonly probes: ProbeTable
  readonly clients: readonly ClientFacts[]
  /** Distinct ICMP errors, in order of appearance. */
  readonly icmp: IcmpError[]
  /** ICMP errors that were not assigned to a probe. Final at the end of the run. */
  icmpIgnored: IgnoredIcmp
  /** Failed receives on our sockets. Final at the end of the run. */
  receiveErrors: ReceiveErrors
  /** Final at the end of the run. */
  headers: HeaderFacts
  /** Server evidence that is implausible and was not used. Final at the end of the run. */
  implausible: ImplausibleCounts
  engine: EngineFacts
  /** Real time (UTC) at the driver's epoch, when the run began: seconds and nanoseconds since 1970. Absent in old journals. */
  epoch?: { readonly seconds: number; readonly nanos: number }
  /** Time of the first schedule, and when the ledger was closed; driver's clock. */
  startedAt: Nanos
  closedAt: Nanos
  interrupted: boolean
  /**
   * The facts come from a journal without its end line, so rows may be missing. `scheduled`: the number of probes in its header; absent: the
   * run had not ended.
   */
  cut?: { readonly scheduled?: number }
  /** No reply arrived at the connected sockets, but one came from this other address. */
  wrongReplyAddress?: Address
  /** Absent: no such socket was needed. */
  replyAddresses?: ReplyAddresses
  /** The largest step of the system clock, which stamps arrivals, during the run. */
  clockStep?: Nanos
  sockets?: SocketFacts
  host?: HostFacts
  /** Number of runs if these facts are those of consecutive runs, each with its own clients; absent: one run. */
  rounds?: number
  /** `--summary`: every row below this one is final and may be folded into totals. */
  finalRows: number
  /** Only in a run whose plan has `earlyReceipts`. */
  early?: EarlyReceipts
  /** Only in a run of STAMP probes. Final at the end of the run. */
  stamp?: StampFacts
  /** Only in a run of irtt probes. Final at the end of the run. */
  irtt?: IrttFacts
}

/** The empty facts of a run that is about to begin. */
export function createRunFacts(
  plan: ProbePlan,
  engine: EngineFacts,
  probes: ProbeTable = new ProbeTable(plan.clients, () => createProbePage(pageShape(plan))),
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
    ...(plan.protocol?.name === 'stamp' ? { stamp: createStampFacts(plan.clients) } : {}),
  }
}

export function probeSize(plan: ProbePlan, sequence: number): number {
  const { sizes } = plan
  // Nearly every run has one size, and a division for each of millions of probes is a significant part of their cost.
  return sizes[sizes.length === 1 ? 0 : sequence % sizes.length] ?? 0
}

/** The row after the last one that may be scheduled: that of the client with the most probes. */
export function endOfRows(clients: RunFacts['clients']): number {
  return clients.reduce((most, { scheduled }) => Math.max(most, scheduled), 0) * clients.length
}

/** A moment of the driver's clock in real time: ms since 1970 (UTC). `epoch` is real time at the driver's epoch. */
export function realTimeMs({ seconds, nanos }: NonNullable<RunFacts['epoch']>, moment: Nanos): number {
  return seconds * 1000 + toMs(nanos + moment)
}

/** A run number for people and documents: 8 hex digits. */
export function formatRun(run: number): string {
  return run.toString(16).toUpperCase().padStart(8, '0')
}
