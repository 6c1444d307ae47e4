import type { ProbePlan } from '../../facts/plan.ts'
import { countCopy, isReply, NO_COUNTER, OUTCOME, PAGE_ROWS, TRAIT, type ProbePage } from '../../facts/probe-table.ts'
import type { StampPlan } from '../../facts/protocol.ts'
import { probeSize, type ClientFacts, type RunFacts } from '../../facts/run.ts'
import { clientOfSource } from '../../facts/source.ts'
import type { ExtraProbe, StampFacts } from '../../facts/stamp.ts'
import type { Mac } from '../../wire/mac.ts'
import { isValidEstimate } from '../../wire/stamp/error-estimate.ts'
import { hasRightBaseMac } from '../../wire/stamp/integrity.ts'
import { layoutOf, readErrorEstimate, readSequence, readSsid, type Layout } from '../../wire/stamp/packet.ts'
import { bookArrival } from '../book-arrival.ts'
import type { Datagram } from '../datagram.ts'
import type { OpenProbes } from '../open-probes.ts'
import type { Reception } from '../reception.ts'
import type { ExtraProbes } from './extra-probes.ts'
import type { PacketShapes } from './packet-shape.ts'
import type { ProbeClock } from './probe-clock.ts'
import type { ReflectorClock } from './reflector-clock.ts'
import type { ReflectorKinds } from './reflector-kinds.ts'
import type { ReplyIdentity } from './reply-identity.ts'
import type { ReplyJudge } from './reply-judge.ts'
import type { ReplyTlvs } from './reply-tlvs.ts'

/** Further replies of a client, each with another number of the reflector, that are kept. */
const MAX_COPIES = 1024
/** TTL of a request that the reflector does not know (RFC 8762 section 4.3.1). */
const UNKNOWN_TTL = 255

/** What books replies. */
export interface ReplyParts {
  readonly plan: ProbePlan
  readonly protocol: StampPlan
  readonly facts: RunFacts
  readonly stamp: StampFacts
  readonly open: OpenProbes
  readonly identity: ReplyIdentity
  readonly reception: Reception
  readonly clock: ProbeClock
  readonly shapes: PacketShapes
  readonly judge: ReplyJudge
  readonly tlvs: ReplyTlvs
  readonly reflectorClock: ReflectorClock
  readonly extras: ExtraProbes
  readonly kinds: ReflectorKinds
  readonly mac: Mac | undefined
}

/**
 * Books each datagram that arrives at a client's socket: a first reply, judged, on its probe; a further one as a duplicate; one to an extra
 * probe there; the rest as forged, foreign or unidentified.
 */
export class StampReplies {
  readonly #parts: ReplyParts
  readonly #layout: Layout

  constructor(parts: ReplyParts) {
    this.#parts = parts
    this.#layout = layoutOf(parts.protocol.isAuthenticated)
  }

  book(reply: Datagram, client: ClientFacts): void {
    const { reception, mac, stamp, plan, protocol, identity } = this.#parts
    const layout = this.#layout
    reception.receivedAny = true
    const { bytes, at, size } = reply
    if (mac !== undefined && (size < layout.size || !hasRightBaseMac(bytes, at, layout, mac))) {
      stamp.forged += 1
      return
    }
    if (!identity.read(reply, client)) {
      client.unidentified += 1
      return
    }
    if (protocol.ssid !== 0 && readSsid(bytes, at, layout) !== protocol.ssid) {
      client.foreign += 1
      return
    }
    const number = clientOfSource(reply.socket, plan.clients)
    if (identity.isProbe(number, client)) this.#bookReply(reply, client, number, identity.sequence)
    else this.#bookOther(reply, client, number)
  }

  /** Books a reply whose T1 is not that of the probe with its number. */
  #bookOther(reply: Datagram, client: ClientFacts, number: number): void {
    const { extras, identity } = this.#parts
    const { sequence } = identity
    const extra = extras.find(number, sequence, identity.isTime)
    if (extra !== undefined) {
      this.#bookExtra(reply, number, extra)
      return
    }
    const found = identity.damaged(reply, number, client)
    if (found < 0) client.foreign += 1
    else this.#bookReply(reply, client, number, found, found === sequence)
  }

  #bookExtra(reply: Datagram, number: number, extra: ExtraProbe): void {
    const { tlvs, shapes, plan, extras } = this.#parts
    tlvs.read(reply, shapes.of(probeSize(plan, extra.sequence)))
    const counter = this.#counter(reply)
    this.#learn(reply, number, extra.sequence)
    if (extra.arrived !== undefined) {
      this.#noteCopy(reply, number, extra.sequence, extra.counter, counter)
      return
    }
    extra.arrived = Math.max(extra.sent, reply.arrived)
    if (counter !== NO_COUNTER) extra.counter = counter
    this.#compare(number, extra.sequence)
    extras.answered(number, extra)
  }

  #bookReply(reply: Datagram, client: ClientFacts, number: number, sequence: number, isNumbered = true): void {
    const { plan, facts, judge, tlvs, shapes, clock, open, reception, kinds } = this.#parts
    const row = sequence * plan.clients + number
    const page = facts.probes.find(row)
    const place = row % PAGE_ROWS
    // A final row is counted already, even if its page is still here.
    if (page === undefined || row < facts.finalRows) {
      client.duplicates += 1
      return
    }
    const sent = page.sent[place] ?? 0
    const size = probeSize(plan, sequence)
    const shape = shapes.of(size)
    tlvs.read(reply, shape)
    const outcome = page.outcome[place]
    if (isReply(outcome)) {
      client.duplicates += 1
      countCopy(page, place)
      this.#noteCopy(reply, number, sequence, page.counter?.[place], this.#counter(reply))
      return
    }
    clock.set(sent)
    judge.judge(reply, size, sequence, isNumbered)
    client.replies += 1
    page.order[place] = client.replies
    page.outcome[place] = judge.outcome
    page.detail[place] = judge.detail
    page.traits[place] = TRAIT.same | (judge.outcome === OUTCOME.whole ? 0 : TRAIT.sideHidden)
    bookArrival(reply, page, place, facts, reception)
    this.#bookSize(reply.size)
    if (judge.outcome === OUTCOME.wrong) this.#bookEstimate(reply)
    else this.#bookContents(reply, client, number, sequence, page, place)
    kinds.answered(number, sequence)
    // A refusal or an ICMP error had closed the probe already; the reply replaces it.
    if (outcome === OUTCOME.waiting) open.settle(reply.socket, sequence, reply.now)
  }

  /** Books what the reflector wrote into a reply that is right. */
  #bookContents(
    reply: Datagram,
    client: ClientFacts,
    number: number,
    sequence: number,
    page: ProbePage,
    place: number,
  ): void {
    const { stamp, plan, shapes, tlvs, reflectorClock } = this.#parts
    const { bytes, at } = reply
    reflectorClock.book(reply, page, place, client)
    tlvs.book(reply, shapes.of(probeSize(plan, sequence)), number, readSequence(bytes, at))
    if (page.counter !== undefined) page.counter[place] = this.#counter(reply)
    const { senderTtl } = this.#layout
    const ttl = reply.size > senderTtl ? (bytes[at + senderTtl] ?? 0) : UNKNOWN_TTL
    if (ttl > 0 && ttl !== UNKNOWN_TTL) stamp.requestTtl[ttl] = (stamp.requestTtl[ttl] ?? 0) + 1
    this.#learn(reply, number, sequence)
    this.#compare(number, sequence)
  }

  /** The number of the reflector that counts in this run; NO_COUNTER: the reply has none. */
  #counter({ bytes, at }: Datagram): number {
    const { stamp, tlvs } = this.#parts
    stamp.counts ??= tlvs.received < 0 ? 'sequence' : 'direct'
    if (stamp.counts === 'direct') return tlvs.received < 0 ? NO_COUNTER : tlvs.received
    return readSequence(bytes, at)
  }

  /** Notes that the reflector counts, if the reply shows it. */
  #learn({ bytes, at }: Datagram, number: number, sequence: number): void {
    const { stamp, kinds } = this.#parts
    if (stamp.counts === 'direct' || readSequence(bytes, at) !== sequence >>> 0) kinds.counts(number)
  }

  /** If a probe and a copy of it are answered: the same number on both shows that the reflector does not count. */
  #compare(number: number, sequence: number): void {
    const { stamp, facts, plan, kinds } = this.#parts
    if (kinds.isProved(number)) return
    const row = sequence * plan.clients + number
    const counter = facts.probes.find(row)?.counter?.[row % PAGE_ROWS] ?? NO_COUNTER
    const extras = stamp.sessions[number]?.extras ?? []
    const isSame = extras.some(extra => extra.sequence === sequence && extra.counter === counter)
    if (counter !== NO_COUNTER && isSame) kinds.copies(number)
  }

  /** A further reply to a packet: another number of the reflector shows that the path copied the request, and not the reply. */
  #noteCopy(reply: Datagram, number: number, sequence: number, first = NO_COUNTER, counter = NO_COUNTER): void {
    if (first === NO_COUNTER || counter === NO_COUNTER || first === counter) return
    const session = this.#parts.stamp.sessions[number]
    if (session === undefined) return
    if (session.copies.length < MAX_COPIES) session.copies.push({ sequence, counter, arrived: reply.arrived })
    else session.copiesOmitted += 1
  }

  #bookSize(got: number): void {
    const { stamp } = this.#parts
    const range = (stamp.replyBytes ??= { least: got, most: got })
    range.least = Math.min(range.least, got)
    range.most = Math.max(range.most, got)
  }

  #bookEstimate({ bytes, at }: Datagram): void {
    if (!isValidEstimate(readErrorEstimate(bytes, at, this.#layout))) this.#parts.stamp.times.zeroMultiplier += 1
  }
}
