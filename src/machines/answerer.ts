import type { DropReason } from '../facts/drop-reason.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { ServerFacts } from '../facts/server.ts'
import { KIND, OFFSET, resemblesMagic } from '../wire/probe.ts'
import { readReceiptsRequest, receiptsAnswerLength } from '../wire/receipts.ts'
import { NO_ANSWER, type AnswerRules, type RulesParts } from './answer-rules.ts'
import type { Codec } from './codec.ts'
import type { Datagram } from './datagram.ts'
import type { EvidenceWriter } from './evidence-writer.ts'
import type { Guard } from './guard.ts'
import { UNSEEN, type Inbox } from './machine.ts'
import type { PeerCounts } from './peer-counts.ts'
import type { Peer } from './peer-table.ts'
import type { ReceiptsServer } from './receipts-server.ts'
import type { Run } from './run-memory.ts'
import { isDamaged, isNeverAnswered } from './unchecked-datagram.ts'

/**
 * The rules of answering (docs/wire-format.md, What a server does): plain data and probes by the mode, receipts requests from the receipts,
 * never longer than the request. An answer overwrites its request.
 */
export class Answerer implements AnswerRules {
  /** The run and sequence of the probe of the last answer; undefined: it answered no probe. */
  run: Run | undefined
  sequence = 0
  /** Declared length of the probe of the last answer if its slot carries evidence; 0: it has none. */
  declared = 0
  /** TTL of the last answer; 0: this host's default. */
  hops = 0
  /** Whether the last answer is one to a receipts request. */
  forReceipts = false
  /** Why the last datagram without an answer has none. */
  reason: DropReason = 'kind'
  readonly #plan: ResponderPlan
  readonly #discards: boolean
  /** Whether plain data is answered immediately, in place, with its own length. */
  readonly #echoes: boolean
  /** Whether letters are uppercased with their row when it is sent, or immediately because they are sent later. */
  readonly #uppercases: boolean
  readonly #uppercasesNow: boolean
  readonly #guard: Guard
  readonly #counts: PeerCounts
  readonly #receipts: ReceiptsServer
  readonly #evidence: EvidenceWriter
  readonly #codec: Codec
  readonly #facts: ServerFacts

  constructor({ plan, guard, counts, receipts, evidence, codec, facts }: RulesParts) {
    this.#plan = plan
    this.#discards = plan.mode === 'discard'
    this.#echoes = !this.#discards && plan.reply === undefined && plan.delay === 0
    this.#uppercases = this.#echoes && plan.mode === 'upper'
    this.#uppercasesNow = plan.mode === 'upper' && plan.reply === undefined && plan.delay > 0
    this.#guard = guard
    this.#counts = counts
    this.#receipts = receipts
    this.#evidence = evidence
    this.#codec = codec
    this.#facts = facts
  }

  /**
   * Answers a datagram. `finish` uppercases letters that are sent with the row.
   * @returns bytes of the answer, now in place of the datagram, or NO_ANSWER
   */
  answer(datagram: Datagram, peer: Peer): number {
    const { bytes, at, size } = datagram
    this.run = undefined
    this.sequence = 0
    this.declared = 0
    this.hops = 0
    this.forReceipts = false
    const kind = this.#codec.examined.kind[datagram.seen]
    if (kind === KIND.request) this.#counts.addReceiptsRequest(peer.number)
    else this.#receipts.countTraffic()
    if (peer.denied) return this.#drop('denied')
    if (kind === KIND.request) return this.#answerReceiptsRequest(datagram, peer)
    if (kind === KIND.probe) return this.#answerProbe(datagram, peer)
    // A reply, an answer or a returned probe: two servers could exchange it forever.
    if (kind !== 0) return this.#dropAnswer()
    const ours = resemblesMagic(bytes, at, size)
    const damaged = ours && isDamaged(bytes, at, size, this.#plan.mode)
    if (damaged) this.#facts.damaged += 1
    // However they are damaged or cut.
    if (ours && isNeverAnswered(bytes, at, size, damaged)) return damaged ? this.#drop('kind') : this.#dropAnswer()
    const withheld = this.#withhold(datagram, this.#lengthOf(size, peer), peer)
    if (withheld !== undefined) return this.#drop(withheld)
    if (damaged) return this.#return(bytes, at, size)
    // Two echo servers that answer each other stop when the TTL of the first datagram is used up.
    const ttl = datagram.inbox.ttl[datagram.m] ?? UNSEEN
    if (ttl === 1) return this.#drop('hops')
    if (ttl > 1) this.hops = ttl - 1
    return this.#write(bytes, at, size)
  }

  /**
   * Answers all datagrams of row `m` at once, in place, if they are complete and only their sender could be a reason not to answer plain data.
   * Returns how many; 0: they must be examined one by one.
   */
  answerPlain(inbox: Inbox, m: number): number {
    const at = inbox.at[m] ?? 0
    const size = inbox.size[m] ?? 0
    const stride = inbox.stride[m] ?? 0
    const ttl = inbox.ttl[m] ?? UNSEEN
    if (!this.#echoes || ttl === 1 || resemblesMagic(inbox.bytes, at, size)) return 0
    let count = 1
    if (stride < size) {
      if (!this.#codec.arePlain(inbox.bytes, at, size, stride)) return 0
      count = Math.ceil(size / stride)
    } else if ((inbox.whole[m] ?? size) > size) return 0
    this.#receipts.countTraffic(count)
    this.hops = ttl > 1 ? ttl - 1 : 0
    return count
  }

  /**
   * Uppercases the `kept` bytes of answers at `at` that are sent in their row, in one range: fields written by a server have no lower-case
   * letters. A delayed answer has left the row already and is uppercased by itself.
   */
  finish(bytes: Uint8Array, at: number, kept: number): void {
    if (this.#uppercases) this.#codec.uppercase(bytes, at, at + kept)
  }

  /** Whether the last answer, of `keep` bytes, cannot be sent in place of its request. */
  isDelayed(request: Datagram, keep: number, peer: Peer): boolean {
    // An answer to a receipts request is never delayed.
    if (this.forReceipts) return keep !== request.size && isOfTrain(request)
    const { delay, reply } = this.#plan
    return delay > 0 || (reply !== undefined && (isOfTrain(request) || (peer.loopback && reply.length > request.size)))
  }

  /** The last answer, of `keep` bytes at `at`, as it is sent if delayed: separately, so it may be longer than its request. */
  detach(bytes: Uint8Array, at: number, keep: number, peer: Peer): Uint8Array {
    const { reply } = this.#plan
    return reply !== undefined && peer.loopback && !this.forReceipts ? reply : bytes.slice(at, at + keep)
  }

  #answerProbe(probe: Datagram, peer: Peer): number {
    const { bytes, seen, at, size, now } = probe
    const { examined } = this.#codec
    this.#facts.probes += 1
    this.#counts.addProbe(peer.number)
    const run = this.#receipts.runOf(peer, examined.run[seen] ?? 0, now)
    const sequence = this.#receipts.receive(run, examined.sequence[seen] ?? 0, now)
    const withheld = this.#withhold(probe, this.#lengthOf(size, peer), peer)
    if (withheld !== undefined) {
      this.#receipts.withheld(run, sequence, now)
      return this.#drop(withheld)
    }
    this.run = run
    this.sequence = sequence
    if (this.#plan.reply !== undefined) return this.#write(bytes, at, size)
    // Filling the slot would hide the damage.
    if (examined.blank[seen] !== 1) return this.#return(bytes, at, size)
    const declared = examined.length[seen] ?? 0
    bytes[at + OFFSET.kind] = KIND.reply
    this.#write(bytes, at, size)
    this.#evidence.fill(probe, declared, run.distinct)
    this.declared = declared
    return size
  }

  #answerReceiptsRequest(datagram: Datagram, peer: Peer): number {
    const { bytes, at, size, arrived, now } = datagram
    this.#facts.requests += 1
    const request = readReceiptsRequest(bytes, at, size)
    if (request === undefined) return this.#drop('kind')
    if (this.#guard.refusesPort(peer.address)) return this.#drop('sourcePort')
    const most = Math.min(size, receiptsAnswerLength(request))
    const withheld = this.#guard.withhold(peer, most, true, arrived, now)
    if (withheld !== undefined) return this.#drop(withheld)
    const length = this.#receipts.answer(bytes, at, request, peer, now)
    if (length === 0) return this.#drop('kind')
    this.#facts.receipts += 1
    this.forReceipts = true
    return length
  }

  /** Why an answer to plain data or to a probe is withheld; undefined: it is not. */
  #withhold({ arrived, now }: Datagram, bytes: number, peer: Peer): DropReason | undefined {
    if (this.#guard.refusesPort(peer.address)) return 'sourcePort'
    if (this.#discards) return 'discard'
    return this.#guard.withhold(peer, bytes, false, arrived, now)
  }

  /** Bytes of the answer to a datagram of `size` bytes that is not a receipts request. */
  #lengthOf(size: number, { loopback }: Peer): number {
    const { reply } = this.#plan
    if (reply === undefined) return size
    return loopback ? reply.length : Math.min(reply.length, size)
  }

  /** Returns a damaged probe as kind `D`, which no server answers. */
  #return(bytes: Uint8Array, at: number, size: number): number {
    if (this.#plan.reply === undefined) bytes[at + OFFSET.kind] = KIND.damaged
    return this.#write(bytes, at, size)
  }

  /** Writes the plain answer by the mode over the request. */
  #write(bytes: Uint8Array, at: number, size: number): number {
    const { reply } = this.#plan
    if (reply !== undefined) {
      // An answer longer than the request would amplify. On loopback that does no damage, but it cannot be made in place.
      const length = Math.min(reply.length, size)
      bytes.set(reply.subarray(0, length), at)
      return length
    }
    if (this.#uppercasesNow) this.#codec.uppercase(bytes, at, at + size)
    return size
  }

  #dropAnswer(): number {
    this.#facts.answers += 1
    return this.#drop('kind')
  }

  #drop(reason: DropReason): number {
    this.reason = reason
    return NO_ANSWER
  }
}

/** One of several datagrams in one row: their answers are sent as one row too, so all must keep their length. */
function isOfTrain({ inbox, m }: Datagram): boolean {
  return (inbox.stride[m] ?? 0) < (inbox.size[m] ?? 0)
}
