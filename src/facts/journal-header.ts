import { isObject } from '../base/json.ts'
import type { HostFacts, SocketFacts } from './host.ts'
import type { IcmpError } from './icmp.ts'
import { ICMP_DOUBTS } from './ignored-icmp.ts'
import { IMPLAUSIBLE_FIELDS } from './implausible.ts'
import type { IrttFacts } from './irtt.ts'
import { IRTT_FACTS, PROTOCOL, protocolAgrees, STAMP_FACTS } from './journal-protocol.ts'
import {
  byteCounts,
  count,
  flag,
  list,
  moment,
  number,
  oneOf,
  port,
  positive,
  positiveNumber,
  shape,
  text,
  time,
  timeOrNone,
  within,
  word32,
} from './json-shape.ts'
import type { ProbePlan } from './plan.ts'
import type { ClientFacts, RunFacts } from './run.ts'
import type { StampFacts } from './stamp.ts'

export const JOURNAL_FORMAT = 'udptool/journal/1'

/** The first line of a journal: everything but the rows. */
export interface JournalHeader {
  readonly format: string
  readonly plan: ProbePlan
  readonly engine: RunFacts['engine']
  readonly clients: readonly ClientFacts[]
  readonly icmp: readonly IcmpError[]
  readonly epoch?: RunFacts['epoch']
  readonly startedAt: number
  readonly closedAt: number
  readonly interrupted: boolean
  readonly wrongReplyAddress?: RunFacts['wrongReplyAddress']
  readonly replyAddresses?: RunFacts['replyAddresses']
  readonly clockStep?: number
  readonly headers?: RunFacts['headers']
  readonly implausible?: RunFacts['implausible']
  readonly icmpIgnored?: RunFacts['icmpIgnored']
  readonly receiveErrors?: RunFacts['receiveErrors']
  readonly sockets?: SocketFacts
  readonly host?: HostFacts
  readonly rounds?: number
  readonly stamp?: StampFacts
  readonly irtt?: IrttFacts
  readonly context: Readonly<Record<string, unknown>>
}

/** The maximum of a run (`--size`). */
const MAX_SIZES = 100_000

/** Whether a line claims to be the header of a journal. */
export function isJournal(value: unknown): boolean {
  return isObject(value) && value['format'] === JOURNAL_FORMAT
}

/** Whether a header has every field that the analysis reads: a journal may have been cut or changed. */
export function isWholeHeader(value: unknown): value is JournalHeader {
  return isJournal(value) && HEADER(value) && agrees(value)
}

/** Whether the parts of a header are consistent. */
function agrees(value: unknown): boolean {
  const header = value as JournalHeader
  const { plan, clients, startedAt, closedAt } = header
  return (
    plan.runs.length === plan.clients &&
    clients.length === plan.clients &&
    clients.every(({ run, scheduled, replies }, client) => {
      const most = plan.count ?? Infinity
      return run === plan.runs[client] && replies <= scheduled && scheduled <= most
    }) &&
    closedAt >= startedAt &&
    protocolAgrees(header)
  )
}

/** The plan of a run with rows. */
export const PLAN = shape(
  {
    clients: positive,
    runs: list(word32, 1),
    sizes: list(within(0, 0xffff), 1, MAX_SIZES),
    interval: time,
    burst: positive,
    timeout: time,
    payload: shape({ kind: oneOf('text', 'binary', 'zeros', 'random', 'file'), seed: number }),
    receipts: flag,
    strayCheck: flag,
    // A run with --summary has no rows to write.
    summary: oneOf(false),
  },
  { count, duration: time, bitRate: positiveNumber, window: positive, linger: time, protocol: PROTOCOL },
)

const TOTALS = shape(
  {
    distinct: count,
    copies: count,
    damaged: count,
    answered: count,
    withheld: count,
    sendFailed: count,
    pending: count,
    strangers: count,
    completeMs: time,
  },
  { drops: count, dropUnit: count },
)

const CLIENT = shape(
  {
    run: word32,
    scheduled: count,
    replies: count,
    duplicates: count,
    foreign: count,
    unidentified: count,
    answeredArrivals: count,
    echoedArrivals: count,
    firstSent: timeOrNone,
    lastSent: timeOrNone,
    receipts: shape(
      { state: oneOf('unasked', 'whole', 'partial', 'none', 'foreign') },
      { totals: TOTALS, toldAt: moment, askedAt: moment, shrank: flag, firstTries: count, firstWait: time },
    ),
  },
  {
    port,
    dropsBefore: count,
    dropsAfter: count,
    serverBase: count,
    longestTrain: positive,
    damagedArrivals: count,
    sources: list(shape({ port, answered: count }), 2),
  },
)

const WAY_HEADERS = shape({ tos: byteCounts }, { fragment: count })

const HOST_COUNTERS = shape(
  {},
  {
    reassemblyFailures: count,
    incomplete: count,
    badChecksums: count,
    otherDrops: count,
    noSocket: count,
    sendBufferErrors: count,
  },
)

const ERRNO = /^(?:E[A-Z0-9]{1,20}|errno \d{1,4})$/u

export const ENGINE = shape({
  name: oneOf('kernel', 'dgram'),
  icmp: oneOf('queue', 'errno', 'none'),
  truncation: oneOf('kernel', 'program'),
  timestamps: oneOf('kernel', 'program'),
})

export const ICMP_ERRORS = list(
  shape({ errno: count }, { type: count, code: count, reporter: text, here: flag, mtu: count }),
)
export const EPOCH = shape({ seconds: within(0, 1e11), nanos: within(0, 999_999_999) })
export const SOCKETS = shape({ recvBuffer: count }, { df: oneOf('do', 'probe'), tos: count, ttl: count })

const HEADER = shape(
  {
    plan: PLAN,
    engine: ENGINE,
    clients: list(CLIENT, 1),
    icmp: ICMP_ERRORS,
    startedAt: moment,
    closedAt: moment,
    interrupted: flag,
    context: isObject,
  },
  {
    wrongReplyAddress: shape({ address: text, port, family: oneOf('udp4', 'udp6') }),
    replyAddresses: shape({
      asked: count,
      from: list(shape({ address: text, port, family: oneOf('udp4', 'udp6'), count })),
    }),
    clockStep: time,
    epoch: EPOCH,
    headers: shape({ up: WAY_HEADERS, down: WAY_HEADERS }),
    implausible: shape({}, Object.fromEntries(IMPLAUSIBLE_FIELDS.map(field => [field, count]))),
    icmpIgnored: shape({}, Object.fromEntries(ICMP_DOUBTS.map(doubt => [doubt, count]))),
    receiveErrors: value =>
      isObject(value) && Object.entries(value).every(([name, times]) => ERRNO.test(name) && count(times)),
    sockets: SOCKETS,
    rounds: positive,
    stamp: STAMP_FACTS,
    irtt: IRTT_FACTS,
    host: shape(
      { grown: HOST_COUNTERS },
      {
        mtu: positive,
        recvBufferMost: count,
        pathMtu: shape({}, { before: positive, after: positive }),
        packetChecks: list(shape({ size: count, answered: flag })),
      },
    ),
  },
)
