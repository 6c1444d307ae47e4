import { isReply, NO_COUNTER, OUTCOME, PAGE_ROWS, TRAIT, type ProbePage } from '../../facts/probe-table.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { ExtraProbe } from '../../facts/stamp.ts'
import { RECEIPT } from '../../wire/receipts.ts'

/** What is known about a request. */
export const REQUEST = {
  /** A probe without a reply, and nothing shows where it was lost. */
  lost: 0,
  /** A datagram that is in no ledger, without a reply. */
  unanswered: 1,
  /** The peer received it, but the number that it gave it is unknown. */
  received: 2,
  /** Its reply has a number. */
  numbered: 3,
} as const

/**
 * The requests of a session that may have reached the peer, in the order of sending: the probes of a client, and the datagrams of the session
 * that are in no ledger.
 */
export interface SessionRequests {
  readonly length: number
  /** One of `REQUEST`. */
  readonly states: Uint8Array
  /** The number on the reply; only of a numbered one. Those after a return to 0 continue the ones before it. */
  readonly numbers: Float64Array
  readonly sent: Float64Array
  readonly arrived: Float64Array
  /** Row in the table; -1: it is in no ledger. */
  readonly rows: Float64Array
  /** The sequence number of the session's first probe in the table: in joined runs a session does not begin with 0. */
  readonly first: number
}

export function sessionRequests(facts: RunFacts, client: number, extras: readonly ExtraProbe[]): SessionRequests {
  const { probes, clients } = facts
  const scheduled = clients[client]?.scheduled ?? 0
  const size = scheduled + extras.length
  const requests = {
    length: 0,
    states: new Uint8Array(size),
    numbers: new Float64Array(size),
    sent: new Float64Array(size),
    arrived: new Float64Array(size),
    rows: new Float64Array(size),
    first: scheduled === 0 ? 0 : firstSequence(facts, client),
  }
  let next = 0
  for (let n = 0; n < scheduled; n++) {
    const sequence = requests.first + n
    const row = sequence * clients.length + client
    const page = probes.find(row)
    const place = row % PAGE_ROWS
    const state = page === undefined ? undefined : stateOf(page, place)
    if (page === undefined || state === undefined) continue
    const sent = page.sent[place] ?? 0
    // Of two datagrams that left at the same time, the copy of a probe is the later one.
    for (let extra = extras[next]; extra !== undefined; extra = extras[next]) {
      if (extra.sent > sent || (extra.sent === sent && extra.sequence >= n)) break
      addExtra(requests, extra)
      next += 1
    }
    add(requests, row, state, page.counter?.[place] ?? NO_COUNTER, sent, page.arrived[place] ?? Infinity)
  }
  for (const extra of extras.slice(next)) addExtra(requests, extra)
  continueNumbers(requests)
  return requests
}

/** A number of a copied request, in the count of the session's other requests. */
export function continuedNumber({ numbers, length }: SessionRequests, number: number): number {
  return number < NEAR_ZERO && numbers.subarray(0, length).some(other => other >= NUMBERS) ? number + NUMBERS : number
}

/** Numbers have 32 bits: after 2^32 - 1 a peer counts from 0, which is no restart. One that counted far less has restarted. */
const NUMBERS = 2 ** 32
const NEAR_ZERO = 2 ** 24

function continueNumbers({ states, numbers, length }: Filling): void {
  let isNearEnd = false
  let isPastEnd = false
  for (let at = 0; at < length; at++) {
    if (states[at] !== REQUEST.numbered) continue
    const number = numbers[at] ?? 0
    isPastEnd ||= isNearEnd && number < NEAR_ZERO
    isNearEnd = number >= NUMBERS - NEAR_ZERO
    if (isPastEnd && !isNearEnd) numbers[at] = number + NUMBERS
  }
}

function addExtra(requests: Filling, { sent, counter, arrived = Infinity }: ExtraProbe): void {
  const unnumbered = arrived === Infinity ? REQUEST.unanswered : REQUEST.received
  const state = counter === undefined || counter === NO_COUNTER ? unnumbered : REQUEST.numbered
  add(requests, -1, state, counter ?? NO_COUNTER, sent, arrived)
}

type Filling = SessionRequests & { length: number }

function add(requests: Filling, row: number, state: number, number: number, sent: number, arrived: number): void {
  const at = requests.length
  requests.states[at] = state
  requests.numbers[at] = number
  requests.sent[at] = sent
  requests.arrived[at] = arrived
  requests.rows[at] = row
  requests.length += 1
}

/** Undefined: it did not reach the peer. */
function stateOf(page: ProbePage, place: number): number | undefined {
  const outcome = page.outcome[place]
  if (isReply(outcome)) return page.counter?.[place] === NO_COUNTER ? REQUEST.received : REQUEST.numbered
  if (outcome !== OUTCOME.waiting) return undefined
  const receipt = ((page.traits[place] ?? 0) & TRAIT.receiptMask) >>> TRAIT.receiptShift
  if (receipt === 0) return REQUEST.lost
  return receipt - 1 === RECEIPT.notReceived ? undefined : REQUEST.received
}

function firstSequence({ probes, clients }: RunFacts, client: number): number {
  for (const [number, page] of probes.pages.entries()) {
    if (page === undefined) continue
    for (let place = 0; place < page.outcome.length; place++) {
      const row = number * PAGE_ROWS + place
      if (row % clients.length === client && page.outcome[place] !== OUTCOME.unscheduled)
        return (row - client) / clients.length
    }
  }
  return 0
}
