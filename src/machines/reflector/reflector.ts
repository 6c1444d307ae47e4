import type { DropReason } from '../../facts/drop-reason.ts'
import type { ReflectorPlan } from '../../facts/protocol.ts'
import type { ServerFacts } from '../../facts/server.ts'
import { readUint32 } from '../../wire/big-endian.ts'
import type { Mac } from '../../wire/mac.ts'
import { errorEstimate, isValidEstimate } from '../../wire/stamp/error-estimate.ts'
import { checkTlvs, writeBaseMac } from '../../wire/stamp/integrity.ts'
import {
  BASE_SIZE,
  layoutOf,
  LIGHT_REQUEST_SIZE,
  readErrorEstimate,
  readSequence,
  readSsid,
  reflect,
  type Layout,
} from '../../wire/stamp/packet.ts'
import { NO_ANSWER, type AnswerRules, type RulesParts } from '../answer-rules.ts'
import type { Datagram } from '../datagram.ts'
import type { Guard } from '../guard.ts'
import { UNSEEN, type Inbox } from '../machine.ts'
import type { Peer } from '../peer-table.ts'
import { KeyRing } from './key-ring.ts'
import { PlainRow } from './plain-row.ts'
import { ReflectedTlvs } from './reflected-tlvs.ts'
import { ReflectionTimes } from './reflection-times.ts'
import { isReply } from './reply-check.ts'
import { ReplayWindow } from './replay-window.ts'
import { SessionTable, type Session } from './session-table.ts'

/** Of T2 and T3, in seconds: a stamp of the program may be late by this on a busy host. We do not know how wrong the system clock is. */
const CLOCK_ERROR = 0.001
const UNKNOWN_TTL = 255

/** A reflector of STAMP test packets (RFC 8762, RFC 8972, docs/stamp.md). */
export class Reflector implements AnswerRules {
  // It answers no probe with receipts or evidence.
  readonly run = undefined
  readonly sequence = 0
  readonly declared = 0
  readonly forReceipts = false
  hops = 0
  reason: DropReason = 'kind'
  readonly #plan: ReflectorPlan
  readonly #layout: Layout
  readonly #mayBeLonger: (peer: Peer) => boolean
  readonly #facts: ServerFacts
  readonly #guard: Guard
  readonly #keys: KeyRing | undefined
  readonly #times: ReflectionTimes
  readonly #estimate: number
  readonly #sessions: SessionTable
  readonly #tlvs: ReflectedTlvs
  readonly #row = new PlainRow()
  /** The peer of the row. */
  #flow = 0
  /** The session of a request of the row. Absent: replies have the numbers of their requests. */
  readonly #sessionOfRow: ((ssid: number) => Session) | undefined
  /** The reply to a shorter request of TWAMP-Light, which is sent by itself. */
  readonly #longer = new Uint8Array(BASE_SIZE)
  #isLonger = false

  constructor(protocol: ReflectorPlan, { plan, facts, environment, guard }: RulesParts) {
    this.#plan = protocol
    this.#layout = layoutOf(protocol.isAuthenticated)
    // With an allow list all others are denied.
    const isAllowed = plan.allow.length > 0
    const isLight = protocol.isLight && !protocol.isAuthenticated
    this.#mayBeLonger = peer => isLight && (isAllowed || peer.loopback)
    this.#facts = facts
    this.#guard = guard
    this.#keys = protocol.isAuthenticated ? new KeyRing(environment.macs ?? []) : undefined
    this.#times = new ReflectionTimes(environment, protocol.timestamps)
    this.#estimate = errorEstimate(false, protocol.timestamps, CLOCK_ERROR)
    this.#sessions = new SessionTable(protocol.maxSessions, () => (facts.runsEvicted += 1))
    this.#tlvs = new ReflectedTlvs(protocol, this.#sessions)
    if (protocol.isStateful) this.#sessionOfRow = ssid => this.#sessions.open(this.#flow, protocol.isLight ? 0 : ssid)
  }

  /** DSCP of the last answer; 0: this host's default. */
  get dscp(): number {
    return this.#tlvs.dscp
  }

  answer(datagram: Datagram, peer: Peer): number {
    const { at, size } = datagram
    this.hops = 0
    this.#tlvs.dscp = 0
    this.#isLonger = false
    if (peer.denied) return this.#drop('denied')
    if (this.#guard.refusesPort(peer.address)) return this.#drop('sourcePort')
    if (size >= this.#layout.size) return this.#answerRequest(datagram, peer, datagram.bytes, at, size)
    if (size < LIGHT_REQUEST_SIZE || !this.#mayBeLonger(peer)) return this.#drop('short')
    this.#isLonger = true
    // What follows is padding.
    this.#longer.fill(0, LIGHT_REQUEST_SIZE)
    this.#longer.set(datagram.bytes.subarray(at, at + LIGHT_REQUEST_SIZE))
    return this.#answerRequest(datagram, peer, this.#longer, 0, BASE_SIZE)
  }

  /** Answers a row of plain requests of an unauthenticated session. */
  answerPlain(inbox: Inbox, m: number): number {
    const ttl = inbox.ttl[m] ?? UNSEEN
    const size = inbox.size[m] ?? 0
    if (this.#keys !== undefined || ttl === 1 || (inbox.whole[m] ?? size) > size) return 0
    // A stateless reflector has sessions only for those that count by Direct Measurement.
    if (!this.#plan.isStateful && this.#sessions.has(inbox.flow[m] ?? 0)) return 0
    const count = this.#row.begin(inbox, m)
    if (count === 0) return 0
    const arrived = inbox.arrived[m] ?? 0
    this.#flow = inbox.flow[m] ?? 0
    this.#times.read(arrived, arrived)
    this.#row.reflect(this.#times, this.#estimate, ttl === UNSEEN ? UNKNOWN_TTL : ttl, this.#sessionOfRow)
    this.#facts.probes += count
    this.hops = ttl > 1 ? ttl - 1 : 0
    return count
  }

  finish(): void {}

  isDelayed(): boolean {
    return this.#isLonger
  }

  detach(): Uint8Array {
    return this.#longer.slice()
  }

  evict(flow: number): void {
    this.#sessions.forget(flow)
  }

  /** Answers the whole request of `size` octets at `at`, in place. */
  #answerRequest(datagram: Datagram, peer: Peer, bytes: Uint8Array, at: number, size: number): number {
    const { inbox, m, flow, arrived, now } = datagram
    const layout = this.#layout
    let mac: Mac | undefined
    if (this.#keys !== undefined) {
      mac = this.#keys.find(bytes, at, layout)
      if (mac === undefined) return this.#drop('unauthenticated')
    }
    if (!isValidEstimate(readErrorEstimate(bytes, at, layout))) return this.#drop('malformed')
    if (isReply(bytes, at, layout)) {
      this.#facts.answers += 1
      return this.#drop('kind')
    }
    const ttl = inbox.ttl[m] ?? UNSEEN
    if (ttl === 1) return this.#drop('hops')
    this.#facts.probes += 1
    const ssid = this.#ssidOf(bytes, at)
    const proved = mac === undefined ? undefined : this.#sessions.open(flow, ssid)
    if (proved !== undefined && this.#isReplay(proved, bytes, at)) return this.#drop('replayed')
    const withheld = this.#guard.withhold(peer, size, false, arrived, now)
    // A datagram that is not answered opens no session.
    const session = proved ?? (withheld === undefined ? this.#sessionOf(flow, ssid) : this.#sessions.find(flow, ssid))
    if (session !== undefined) session.received += 1
    if (withheld !== undefined) {
      if (session !== undefined) session.number += 1
      return this.#drop(withheld)
    }
    if (ttl > 1) this.hops = ttl - 1
    const request = {
      flow,
      ssid,
      session,
      tos: inbox.tos[m] ?? UNSEEN,
      mac,
      // Before the sequence number changes, which the HMAC covers.
      integrity: mac === undefined ? 'unneeded' : checkTlvs(bytes, at, layout, at + size, mac),
    } as const
    const number = this.#plan.isStateful && session !== undefined ? session.number : readSequence(bytes, at)
    this.#times.read(arrived, now)
    const { received, sent } = this.#times
    reflect(bytes, at, layout, {
      sequence: number,
      seconds: sent.seconds,
      nanos: sent.nanos,
      receivedSeconds: received.seconds,
      receivedNanos: received.nanos,
      format: this.#plan.timestamps,
      errorEstimate: this.#estimate,
      ttl: ttl === UNSEEN ? UNKNOWN_TTL : ttl,
    })
    const counted = size === layout.size ? session : this.#tlvs.write(bytes, at, layout, at + size, request)
    if (mac !== undefined) writeBaseMac(bytes, at, layout, mac)
    if (counted !== undefined) this.#noteReply(counted, number)
    return size
  }

  /** The session identifier of a request. A sender of TWAMP-Light has padding there, which may be random in each request. */
  #ssidOf(bytes: Uint8Array, at: number): number {
    return this.#plan.isLight ? 0 : readSsid(bytes, at, this.#layout)
  }

  /** The session in which a request is counted, if it is. */
  #sessionOf(flow: number, ssid: number): Session | undefined {
    if (this.#plan.isStateful) return this.#sessions.open(flow, ssid)
    return this.#sessions.size === 0 ? undefined : this.#sessions.find(flow, ssid)
  }

  #isReplay(session: Session, bytes: Uint8Array, at: number): boolean {
    const { timestamp } = this.#layout
    const window = (session.window ??= new ReplayWindow())
    const high = readUint32(bytes, at + timestamp)
    return !window.accept(readSequence(bytes, at), high, readUint32(bytes, at + timestamp + 4))
  }

  #noteReply(session: Session, number: number): void {
    session.sent += 1
    session.number += 1
    session.previous = number
    session.previousSeconds = this.#times.sent.seconds
    session.previousNanos = this.#times.sent.nanos
  }

  #drop(reason: DropReason): number {
    this.reason = reason
    return NO_ANSWER
  }
}
