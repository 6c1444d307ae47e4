import type { Nanos } from '../base/nanos.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { ServerFacts } from '../facts/server.ts'
import { ActivityMeter } from './activity-meter.ts'
import type { AnswerCaps } from './answer-caps.ts'
import { AnswerLog } from './answer-log.ts'
import { NO_ANSWER, type AnswerRules } from './answer-rules.ts'
import { plainCodec, type Codec } from './codec.ts'
import { createRules } from './create-rules.ts'
import { Datagram } from './datagram.ts'
import { EvidenceWriter } from './evidence-writer.ts'
import { Guard } from './guard.ts'
import { DelayedAnswers, type DelayedAnswer } from './delayed-answers.ts'
import type { Inbox, Machine, Outbox, Environment } from './machine.ts'
import { addRow } from './outbox-row.ts'
import { PeerLog } from './peer-log.ts'
import { PeerTable, type Peer } from './peer-table.ts'
import { ReceiptsServer } from './receipts-server.ts'
import { ServerTraffic } from './server-traffic.ts'
import { TrafficCounts } from './traffic-counts.ts'
import { UnsentAnswers } from './unsent-answers.ts'

/**
 * The echo server: answers plain data and probes by its mode, fills evidence into probes, keeps receipts and answers requests about them
 * (docs/wire-format.md). No datagram can make it throw, grow without bound, or send more bytes than it received.
 */
export class Responder implements Machine {
  closed = false
  readonly guard: Guard
  readonly unsent: UnsentAnswers
  readonly #plan: ResponderPlan
  readonly #facts: ServerFacts
  readonly #peers: PeerTable
  readonly #receipts: ReceiptsServer
  readonly #codec: Codec
  readonly #evidence: EvidenceWriter
  readonly #rules: AnswerRules
  readonly #delayed = new DelayedAnswers()
  readonly #answers = new AnswerLog()
  readonly #counts: TrafficCounts
  readonly #log: PeerLog | undefined
  readonly #activity: ActivityMeter | undefined
  #begun = false
  #started: Nanos = 0
  #lastArrival: Nanos = 0

  constructor(
    plan: ResponderPlan,
    environment: Environment,
    facts: ServerFacts,
    ownPort: number,
    codec: Codec = plainCodec(),
    traffic = new ServerTraffic(),
    caps?: AnswerCaps,
  ) {
    const guard = new Guard(plan, ownPort, caps)
    this.guard = guard
    this.#plan = plan
    this.#facts = facts
    this.#peers = new PeerTable(environment, guard, plan.maxPeers)
    const { counts } = this.#peers
    const receipts = new ReceiptsServer(environment, facts, counts, traffic)
    const evidence = new EvidenceWriter(environment, codec)
    this.#receipts = receipts
    this.#evidence = evidence
    this.#counts = new TrafficCounts(facts, counts)
    this.#log = plan.logs === true ? new PeerLog(environment, facts, plan) : undefined
    if (plan.live === true)
      this.#activity = new ActivityMeter(environment, facts, this.#peers, plan.maxPeers, () => this.#receipts.drops)
    this.unsent = new UnsentAnswers(facts, this.#peers, this.#counts, this.#receipts, this.#answers, this.#log)
    this.#codec = codec
    this.#rules = createRules({ plan, facts, environment, guard, counts, receipts, evidence, codec })
  }

  receive(inbox: Inbox, now: Nanos): void {
    this.#begin(now)
    this.#lastArrival = now
    this.#receipts.markBusy(now)
    const datagram = new Datagram(inbox, now, this.#codec)
    for (let m = 0; m < inbox.count; m++) this.#receiveRow(datagram, m)
    if (this.#facts.received >= (this.#plan.maxDatagrams ?? Infinity)) this.stop(now)
  }

  send(outbox: Outbox, now: Nanos): Nanos {
    this.#begin(now)
    outbox.count = 0
    this.#sendDelayed(outbox, now)
    this.#receipts.readWhileIdle(now)
    this.#activity?.measure(now)
    const { duration, maxIdle } = this.#plan
    const end = Math.min(this.#started + (duration ?? Infinity), this.#lastArrival + (maxIdle ?? Infinity))
    if (now >= end) this.stop(now)
    if (this.#delayed.drained && outbox.count === 0) {
      this.#close()
      return Infinity
    }
    return Math.min(this.#delayed.due, this.#receipts.due, this.#activity?.due ?? Infinity, end > now ? end : Infinity)
  }

  /** @param bytes of all the answers, which were for peer `flow` */
  refused(_socket: number, token: number, count: number, errno: number, now: Nanos, flow = 0, bytes = 0): void {
    this.unsent.refused(token, count, errno, now, flow, bytes)
    // The engine may learn of a refusal after the last answer.
    if (this.closed) this.#peers.report(this.#facts)
  }

  unreachable(): void {}

  stop(now: Nanos): void {
    this.#delayed.drain(now)
  }

  evict(flow: number): void {
    if (this.#peers.evict(flow)) this.#facts.peersEvicted += 1
    this.#log?.evict(flow)
    this.#rules.evict?.(flow)
    this.#activity?.evict(flow)
  }

  #begin(now: Nanos): void {
    if (this.#begun) return
    this.#begun = true
    this.#started = this.#lastArrival = now
    this.#receipts.begin(now)
  }

  /** Answers the datagrams of the row in place; answers move up if one before them is missing. */
  #receiveRow(datagram: Datagram, m: number): void {
    const { inbox } = datagram
    const start = inbox.at[m] ?? 0
    const size = inbox.size[m] ?? 0
    const stride = inbox.stride[m] ?? 0
    inbox.answer[m] = inbox.hops[m] = inbox.answerTos[m] = 0
    this.#log?.addPeer(inbox, m, datagram.now)
    if (stride < size) this.#receipts.noteTrain(Math.ceil(size / stride))
    if (this.#receivePlain(inbox, m)) return
    let kept = 0
    datagram.begin(m)
    do {
      const keep = this.#receiveOne(datagram)
      if (keep !== NO_ANSWER) {
        const { at } = datagram
        // Only if the row has several datagrams and an earlier one is not answered.
        if (start + kept !== at) inbox.bytes.copyWithin(start + kept, at, at + keep)
        kept += keep
        inbox.answer[m] = 1
      }
    } while (datagram.next())
    inbox.keep[m] = kept
    this.#rules.finish(inbox.bytes, start, kept)
  }

  /** Answers the row as a whole; false: its datagrams must be examined one by one. */
  #receivePlain(inbox: Inbox, m: number): boolean {
    const peer = inbox.flow[m] ?? 0
    const count = this.#peers.isOpen(peer) ? this.#rules.answerPlain(inbox, m) : 0
    if (count === 0) return false
    const size = inbox.size[m] ?? 0
    this.#counts.addReceived(peer, size, count)
    inbox.token[m] = this.#answers.addPlain(count)
    this.#counts.addReplied(peer, size, count)
    inbox.keep[m] = size
    inbox.answer[m] = 1
    inbox.hops[m] = this.#rules.hops
    this.#rules.finish(inbox.bytes, inbox.at[m] ?? 0, size)
    return true
  }

  /** Processes one datagram; returns the length of the answer made in place, or NO_ANSWER. */
  #receiveOne(datagram: Datagram): number {
    const rules = this.#rules
    const { inbox, m, at, size, flow, now } = datagram
    const peer = this.#peers.find(flow)
    this.#counts.addReceived(flow, size)
    if (datagram.whole > size) this.#facts.truncated += 1
    const keep = rules.answer(datagram, peer)
    if (keep === NO_ANSWER) {
      this.#counts.addUnanswered(rules.reason, this.#codec.examined.kind[datagram.seen])
      this.#log?.addUnanswered(datagram, rules.reason)
      return NO_ANSWER
    }
    if (rules.isDelayed(datagram, keep, peer)) {
      this.#delay(rules.detach(inbox.bytes, at, keep, peer), peer, datagram.arrived, now)
      return NO_ANSWER
    }
    const { run, sequence, hops, dscp = 0 } = rules
    if (hops > 0) inbox.hops[m] = hops // All datagrams of a train have the same TTL.
    if (dscp > 0) inbox.answerTos[m] = dscp << 2
    if (run !== undefined) this.#receipts.answered(run, sequence, now)
    const token = this.#answers.add(run, sequence)
    if (inbox.answer[m] === 0) inbox.token[m] = token // A row's token is that of its first answer.
    this.#counts.addReplied(flow, keep)
    return keep
  }

  #delay(bytes: Uint8Array, peer: Peer, arrived: Nanos, now: Nanos): void {
    const { run, sequence, declared, hops, forReceipts } = this.#rules
    const answer = { peer, bytes, run, sequence, arrived, declared, hops }
    if (run !== undefined) run.pending += 1
    const refusal = this.#delayed.refusal(bytes.length)
    if (refusal !== undefined) this.#withhold(answer, refusal, now)
    else this.#delayed.add(answer, now + (forReceipts ? 0 : this.#plan.delay))
  }

  #sendDelayed(outbox: Outbox, now: Nanos): void {
    for (let late = this.#delayed.takeOverdue(now); late !== undefined; late = this.#delayed.takeOverdue(now))
      this.#withhold(late, 'shutdown', now)
    let used = 0
    while (outbox.count < outbox.capacity) {
      const answer = this.#delayed.take(now, outbox.room - used)
      if (answer === undefined) return
      if (this.#peers.has(answer.peer)) {
        this.#sendOne(outbox, answer, used, now)
        used += answer.bytes.length
      } else this.#withhold(answer, 'delayFull', now)
    }
  }

  #sendOne(outbox: Outbox, answer: DelayedAnswer, at: number, now: Nanos): void {
    const { peer, bytes, run, sequence, arrived, declared, hops } = answer
    outbox.bytes.set(bytes, at)
    if (declared > 0) this.#evidence.rewriteDwell(outbox.bytes, at, bytes.length, declared, now - arrived)
    if (run !== undefined) {
      run.pending -= 1
      this.#receipts.answered(run, sequence, now)
    }
    const m = addRow(outbox, at, bytes.length, 0, this.#answers.add(run, sequence))
    outbox.flow[m] = peer.number
    outbox.hops[m] = hops
    this.#counts.addReplied(peer.number, bytes.length)
  }

  /** Records a delayed answer that will not be sent. */
  #withhold({ peer, run, sequence }: DelayedAnswer, reason: 'delayFull' | 'shutdown', now: Nanos): void {
    if (run !== undefined) {
      run.pending -= 1
      this.#receipts.withheld(run, sequence, now)
    }
    this.#facts.dropped[reason] += 1
    // Without a number the log could not be bounded.
    if (this.#peers.has(peer)) this.#log?.addUnsent(peer.number, reason, now)
  }

  #close(): void {
    this.closed = true
    const { drops } = this.#receipts
    if (drops !== undefined) this.#facts.kernelDrops = drops
    this.#peers.report(this.#facts)
  }
}
