import type { HostFacts, SocketFacts } from './host.ts'
import type { IcmpError } from './icmp.ts'
import { ICMP_DOUBTS } from './ignored-icmp.ts'
import { IMPLAUSIBLE_FIELDS } from './implausible.ts'
import type { ProbePlan } from './plan.ts'
import type { ClientFacts, RunFacts } from './run.ts'

export const JOURNAL_FORMAT = 'udptool/journal/1'

/** The first line of a journal: all that is not a row. */
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
  readonly sockets?: SocketFacts
  readonly host?: HostFacts
  readonly rounds?: number
  readonly context: Readonly<Record<string, unknown>>
}

type Check = (value: unknown) => boolean

/** Whether a line is meant as the header of a journal. */
export function isJournal(value: unknown): boolean {
  return isObject(value) && value['format'] === JOURNAL_FORMAT
}

/** Whether a header has all that the analysis reads: a journal may have been cut or changed. */
export function isWholeHeader(value: unknown): value is JournalHeader {
  return isJournal(value) && HEADER(value) && sameClients(value)
}

function sameClients(value: unknown): boolean {
  const { plan, clients } = value as JournalHeader
  return plan.runs.length === plan.clients && clients.length === plan.clients
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shape(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  return value => {
    if (!isObject(value)) return false
    const present = Object.entries(required).every(([name, check]) => check(value[name]))
    return present && Object.entries(optional).every(([name, check]) => value[name] === undefined || check(value[name]))
  }
}

const text: Check = value => typeof value === 'string'
const flag: Check = value => typeof value === 'boolean'
const number: Check = value => typeof value === 'number'
const count: Check = value => Number.isSafeInteger(value) && Number(value) >= 0
const positive: Check = value => count(value) && value !== 0
const time: Check = value => number(value) && Number(value) >= 0
/** JSON has no infinity: a client that never sent has no times. */
const timeOrNone: Check = value => value === null || number(value)
const oneOf =
  (...texts: readonly string[]): Check =>
  value =>
    texts.some(known => known === value)
const list =
  (check: Check, least = 0): Check =>
  value =>
    Array.isArray(value) && value.length >= least && value.every(check)

const PLAN = shape(
  {
    clients: positive,
    runs: list(count, 1),
    sizes: list(count, 1),
    interval: time,
    burst: positive,
    timeout: time,
    payload: shape({ kind: text, seed: number }),
    receipts: flag,
    strayCheck: flag,
    summary: flag,
  },
  { count, duration: time, bitRate: time, window: count, linger: time },
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
    run: count,
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
      { totals: TOTALS, toldAt: number, askedAt: number, shrank: flag, firstTries: count, firstWait: time },
    ),
  },
  {
    port: count,
    dropsBefore: count,
    dropsAfter: count,
    serverBase: count,
    longestTrain: positive,
    damagedArrivals: count,
    sources: list(shape({ port: count, answered: count }), 2),
  },
)

const TOS_COUNTS: Check = value =>
  isObject(value) && Object.entries(value).every(([tos, seen]) => count(Number(tos)) && count(seen))

const WAY_HEADERS = shape({ tos: TOS_COUNTS }, { fragment: count })

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

const HEADER = shape(
  {
    plan: PLAN,
    engine: shape({ name: text, icmp: text, truncation: text, timestamps: text }),
    clients: list(CLIENT, 1),
    icmp: list(shape({ errno: count }, { type: count, code: count, reporter: text, here: flag, mtu: count })),
    startedAt: number,
    closedAt: number,
    interrupted: flag,
    context: isObject,
  },
  {
    wrongReplyAddress: shape({ address: text, port: count, family: oneOf('udp4', 'udp6') }),
    replyAddresses: shape({
      asked: count,
      from: list(shape({ address: text, port: count, family: oneOf('udp4', 'udp6'), count })),
    }),
    clockStep: time,
    epoch: shape({ seconds: count, nanos: count }),
    headers: shape({ up: WAY_HEADERS, down: WAY_HEADERS }),
    implausible: shape({}, Object.fromEntries(IMPLAUSIBLE_FIELDS.map(field => [field, count]))),
    icmpIgnored: shape({}, Object.fromEntries(ICMP_DOUBTS.map(doubt => [doubt, count]))),
    sockets: shape({ recvBuffer: count }, { df: oneOf('do', 'probe'), tos: count, ttl: count }),
    rounds: positive,
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
