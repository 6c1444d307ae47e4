import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import type { IcmpError } from '../facts/icmp.ts'
import type { ProbePlan } from '../facts/plan.ts'
import { NO_DWELL, OUTCOME, PAGE_ROWS, TRAIT, type ProbePage } from '../facts/probe-table.ts'
import { probeSize, type ClientFacts, type RunFacts } from '../facts/run.ts'
import { createPayload, type Payload } from '../wire/payload.ts'
import {
  checkedKind,
  extendSequence,
  KIND,
  OFFSET,
  PROBE_SIZE,
  readLength,
  readRun,
  readSequence,
  writeProbe,
} from '../wire/probe.ts'
import { readReceiptsAnswer, writeReceiptsRequest } from '../wire/receipts.ts'
import { GridSchedule } from './grid-schedule.ts'
import { Identifier } from './identify.ts'
import { Inquiry } from './inquiry.ts'
import { Judge } from './judge.ts'
import type { Inbox, Machine, Outbox, Senses } from './machine.ts'
import type { Schedule } from './schedule.ts'
import { StrayCheck } from './stray-check.ts'
import { WindowSchedule } from './window-schedule.ts'

/** The shortest linger that is chosen by itself: a copy made on the way comes within this on any path that is not broken. */
const LEAST_LINGER: Nanos = 100 * MILLISECOND
/** Linger in units of the largest round trip seen. */
const LINGER_ROUND_TRIPS = 4

/**
 * Sends probes by a schedule, books every reply, refusal and ICMP error on the very probe it belongs to, asks for receipts, and
 * closes the ledger (ledger.md, Words). It owns all clients of a run: one schedule, not one object a client.
 */
export class Prober implements Machine {
  closed = false
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #senses: Senses
  readonly #payload: Payload
  readonly #judge: Judge
  readonly #identifier: Identifier
  readonly #inquiry: Inquiry
  readonly #stray: StrayCheck
  #schedule: Schedule | undefined
  #phase: 'sending' | 'waiting' | 'lingering' = 'sending'
  /** Probes without a reply, refusal or ICMP error. */
  #open = 0
  #largestRtt: Nanos = 0
  #heardAnything = false
  #lingerUntil: Nanos = Infinity
  /** With a window: of each client the lowest sequence whose slot has not come free by timeout, and when to look again. */
  readonly #unexpired: Float64Array | undefined
  #nextExpiry: Nanos = 0

  constructor(plan: ProbePlan, senses: Senses, facts: RunFacts) {
    this.#plan = plan
    this.#senses = senses
    this.#facts = facts
    this.#payload = createPayload(plan.payload.kind, { seed: plan.payload.seed, content: plan.payload.content })
    this.#judge = new Judge(this.#payload)
    this.#identifier = new Identifier(plan, facts.probes)
    this.#inquiry = new Inquiry(plan, facts)
    this.#stray = new StrayCheck(plan, facts)
    if (plan.window !== undefined) this.#unexpired = new Float64Array(plan.clients)
  }

  send(outbox: Outbox, now: Nanos): Nanos {
    outbox.count = 0
    if (this.closed) return Infinity
    let wake = Infinity
    if (this.#phase === 'sending') wake = this.#sendProbes(outbox, now)
    if (this.#phase === 'waiting') wake = this.#waitForReplies(now)
    if (this.#phase === 'lingering') {
      if (this.#isOver(now)) return this.#close(now)
      this.#stray.send(outbox, now)
      wake = Math.min(this.#lingerUntil > now ? this.#lingerUntil : Infinity, this.#stray.wake(now))
    }
    if (this.#plan.summary && this.#phase !== 'lingering') this.#finalize(now)
    wake = Math.min(wake, this.#sendQuestions(outbox, now))
    // The last question may have been given up just now, and then nothing else would wake us.
    return this.#phase === 'lingering' && this.#isOver(now) ? now : wake
  }

  receive(inbox: Inbox, now: Nanos): void {
    for (let m = 0; m < inbox.count; m++) {
      const end = (inbox.at[m] ?? 0) + (inbox.size[m] ?? 0)
      const stride = inbox.stride[m] ?? 0
      let at = inbox.at[m] ?? 0
      // A message without bytes is one datagram too.
      do {
        this.#receiveOne(inbox, m, at, stride === 0 ? 0 : Math.min(stride, end - at), now)
        at += stride
      } while (at < end)
    }
  }

  refused(socket: number, token: number, count: number, errno: number, now: Nanos): void {
    if (socket >= this.#plan.clients) return
    for (let i = 0; i < count; i++) {
      const row = (token + i) * this.#plan.clients + socket
      const page = this.#facts.probes.find(row)
      const place = row % PAGE_ROWS
      if (page === undefined || token + i < 0 || page.outcome[place] !== OUTCOME.waiting) continue
      page.outcome[place] = OUTCOME.refused
      page.detail[place] = errno
      this.#settled(socket, token + i, now)
    }
  }

  unreachable(socket: number, error: IcmpError, quoted: Uint8Array, now: Nanos): void {
    const client = this.#facts.clients[socket]
    if (client === undefined) return
    const sequence =
      this.#quotedSequence(client, quoted) ?? this.#unquotedSequence(socket, client, quoted, error.before)
    if (sequence < 0) return
    const row = sequence * this.#plan.clients + socket
    const page = this.#facts.probes.find(row)
    const place = row % PAGE_ROWS
    if (page === undefined || page.outcome[place] !== OUTCOME.waiting) return
    page.outcome[place] = OUTCOME.unreachable
    page.detail[place] = this.#icmpIndex(error)
    this.#heardAnything = true
    this.#settled(socket, sequence, now)
  }

  stop(): void {
    if (this.#phase !== 'sending') return
    this.#facts.interrupted = true
    this.#schedule?.stop()
  }

  forget(): void {}

  #begin(now: Nanos): Schedule {
    const { plan, clients } = this.#facts
    this.#facts.startedAt = now
    clients.forEach((client, socket) => {
      const drops = this.#senses.drops(socket)
      if (drops !== undefined) client.dropsBefore = drops
    })
    const schedule =
      plan.window === undefined ? new GridSchedule(plan, now) : new WindowSchedule(plan, plan.window, now)
    // Stopped before it began.
    if (this.#facts.interrupted) schedule.stop()
    return schedule
  }

  #sendProbes(outbox: Outbox, now: Nanos): Nanos {
    const schedule = (this.#schedule ??= this.#begin(now))
    this.#expire(now)
    let used = 0
    while (outbox.count < outbox.capacity) {
      const client = schedule.next(now)
      if (client < 0) break
      used += this.#writeProbe(outbox, used, client, schedule.due, now)
      if (used + 0xffff > outbox.room) break
    }
    if (schedule.exhausted && outbox.count === 0) {
      this.#phase = 'waiting'
      return now
    }
    return Math.min(
      schedule.exhausted ? now : schedule.wake(now),
      this.#unexpired === undefined ? Infinity : this.#nextExpiry,
    )
  }

  #writeProbe(outbox: Outbox, used: number, socket: number, due: Nanos, now: Nanos): number {
    const client = this.#client(socket)
    const sequence = client.scheduled
    const size = probeSize(this.#plan, sequence)
    const row = sequence * this.#plan.clients + socket
    const page = this.#facts.probes.open(row)
    const place = row % PAGE_ROWS
    page.scheduled[place] = due
    page.sent[place] = now
    page.outcome[place] = OUTCOME.waiting
    client.scheduled = sequence + 1
    client.firstSent = Math.min(client.firstSent, now)
    client.lastSent = now
    this.#open += 1
    writeProbe(outbox.bytes, used, size, sequence, client.run, now)
    if (size > PROBE_SIZE) this.#payload.write(outbox.bytes, used, PROBE_SIZE, size, sequence)
    const m = outbox.count
    outbox.at[m] = used
    outbox.size[m] = size
    outbox.stride[m] = size
    outbox.socket[m] = socket
    outbox.token[m] = sequence
    outbox.count = m + 1
    return size
  }

  #receiveOne(inbox: Inbox, m: number, at: number, got: number, now: Nanos): void {
    const socket = inbox.socket[m] ?? 0
    if (socket === this.#plan.clients) {
      this.#stray.book(this.#senses.peer(inbox.flow[m] ?? 0))
      return
    }
    const client = this.#client(socket)
    this.#heardAnything = true
    const { bytes } = inbox
    const kind = checkedKind(bytes, at, got)
    if (kind === KIND.answer || kind === KIND.request) {
      if (kind === KIND.answer) {
        const answer = readReceiptsAnswer(bytes, at, got)
        if (answer !== undefined && answer.run === client.run) this.#inquiry.answer(socket, answer, now)
      } else if (readRun(bytes, at) === client.run) this.#inquiry.echoed(socket)
      return
    }
    // An echo of a receipts question that came back damaged or cut is no reply to a probe.
    if (kind === 0 && this.#inquiry.isEchoedQuestion(socket, bytes, at, got)) return
    const sequence =
      kind === 0
        ? this.#identifier.identify(socket, client, bytes, at, got, now)
        : this.#provedSequence(client, bytes, at)
    if (sequence === FOREIGN) client.foreign += 1
    else if (sequence < 0) {
      if (!this.#inquiry.isDamaged(socket, bytes, at, got)) client.unidentified += 1
    } else this.#book(inbox, m, at, got, socket, client, sequence, now)
  }

  #provedSequence(client: ClientFacts, bytes: Uint8Array, at: number): number {
    if (readRun(bytes, at) !== client.run) return FOREIGN
    const sequence = extendSequence(readSequence(bytes, at), client.scheduled)
    if (sequence >= client.scheduled || readLength(bytes, at) !== probeSize(this.#plan, sequence)) return -1
    return sequence
  }

  #book(
    inbox: Inbox,
    m: number,
    at: number,
    got: number,
    socket: number,
    client: ClientFacts,
    sequence: number,
    now: Nanos,
  ): void {
    const row = sequence * this.#plan.clients + socket
    const page = this.#facts.probes.find(row)
    const place = row % PAGE_ROWS
    if (got > OFFSET.kind && inbox.bytes[at + OFFSET.kind] === KIND.reply) client.answeredArrivals += 1
    else client.echoedArrivals += 1
    const outcome = page?.outcome[place] ?? OUTCOME.whole
    if (page === undefined || outcome === OUTCOME.whole || outcome === OUTCOME.cut || outcome === OUTCOME.wrong) {
      client.duplicates += 1
      if (page !== undefined) page.copies[place] = Math.min(255, (page.copies[place] ?? 0) + 1)
      return
    }
    const sent = page.sent[place] ?? 0
    const size = probeSize(this.#plan, sequence)
    this.#judge.judge(inbox.bytes, at, got, size, sequence, client.run, sent)
    const { judgement } = this.#judge
    const arrived = inbox.arrived[m] ?? now
    client.replies += 1
    page.outcome[place] = judgement.outcome
    page.detail[place] = judgement.detail
    // A receipt told before the reply came is out of date.
    page.traits[place] = judgement.traits
    page.arrived[place] = arrived
    page.order[place] = client.replies
    this.#bookEvidence(page, place, client)
    this.#largestRtt = Math.max(this.#largestRtt, arrived - sent)
    if ((judgement.traits & TRAIT.answered) !== 0) this.#inquiry.sawAnswer(size)
    if (outcome === OUTCOME.waiting) this.#settled(socket, sequence, now)
  }

  #bookEvidence(page: ProbePage, place: number, client: ClientFacts): void {
    const { slot } = this.#judge.judgement
    if (slot.dwell >= 0) page.dwell[place] = Math.min(slot.dwell, NO_DWELL - 1)
    if (slot.arrivalSeconds < 0 || slot.arrivalNanos < 0) return
    client.serverBase ??= slot.arrivalSeconds
    page.serverArrival[place] = (slot.arrivalSeconds - client.serverBase) * SECOND + slot.arrivalNanos
  }

  /** A probe has its reply, its refusal or its ICMP error. */
  #settled(socket: number, sequence: number, now: Nanos): void {
    this.#open -= 1
    if (this.#unexpired !== undefined && sequence >= (this.#unexpired[socket] ?? 0)) this.#schedule?.freed(socket, now)
  }

  /** Frees the window slots of probes that are `timeout` old. */
  #expire(now: Nanos): void {
    const unexpired = this.#unexpired
    if (unexpired === undefined || now < this.#nextExpiry) return
    let next = Infinity
    for (let socket = 0; socket < this.#plan.clients; socket++) {
      const { scheduled } = this.#client(socket)
      let sequence = unexpired[socket] ?? 0
      for (; sequence < scheduled; sequence++) {
        const row = sequence * this.#plan.clients + socket
        const page = this.#facts.probes.find(row)
        const waiting = page?.outcome[row % PAGE_ROWS] === OUTCOME.waiting
        const expires = (page?.sent[row % PAGE_ROWS] ?? -Infinity) + this.#plan.timeout
        if (waiting && expires > now) {
          next = Math.min(next, expires)
          break
        }
        if (waiting) this.#schedule?.freed(socket, now)
      }
      unexpired[socket] = sequence
    }
    // With nothing in flight the next probe to expire leaves now or later.
    this.#nextExpiry = Math.min(next, now + this.#plan.timeout)
  }

  #waitForReplies(now: Nanos): Nanos {
    const deadline = this.#open === 0 ? now : this.#inquiry.lastUnansweredSent() + this.#plan.timeout
    if (now < deadline) return deadline
    const linger =
      this.#plan.linger ?? Math.min(this.#plan.timeout, Math.max(LEAST_LINGER, LINGER_ROUND_TRIPS * this.#largestRtt))
    this.#phase = 'lingering'
    this.#lingerUntil = now + linger
    this.#inquiry.begin(this.#facts.finalRows, Infinity, this.#heardAnything, now)
    if (!this.#heardAnything && this.#open > 0) this.#stray.begin(now)
    return now
  }

  /** `--summary`: closes the oldest page once each of its probes is answered, or old enough and asked about. */
  #finalize(now: Nanos): void {
    const { probes, finalRows } = this.#facts
    if (!this.#inquiry.done) return
    const end = (finalRows / PAGE_ROWS + 1) * PAGE_ROWS
    if (this.#inquiry.coveredRows >= end) {
      this.#facts.finalRows = end
      return
    }
    if (probes.find(end - 1) === undefined || !(probes.sentAt(end - 1) + 2 * this.#plan.timeout <= now)) return
    this.#inquiry.begin(finalRows, end, this.#heardAnything, now)
  }

  #sendQuestions(outbox: Outbox, now: Nanos): Nanos {
    let used = outbox.count === 0 ? 0 : (outbox.at[outbox.count - 1] ?? 0) + (outbox.size[outbox.count - 1] ?? 0)
    while (outbox.count < outbox.capacity && used + 0xffff <= outbox.room) {
      const question = this.#inquiry.next(now)
      if (question === undefined) break
      const m = outbox.count
      const size = writeReceiptsRequest(outbox.bytes, used, question.request)
      outbox.at[m] = used
      outbox.size[m] = size
      outbox.stride[m] = size
      outbox.socket[m] = question.socket
      outbox.token[m] = -1
      outbox.count = m + 1
      used += size
    }
    return this.#inquiry.wake()
  }

  /** Lingering: nothing more to wait for. */
  #isOver(now: Nanos): boolean {
    return now >= this.#lingerUntil && this.#inquiry.done && this.#stray.done(now)
  }

  #close(now: Nanos): Nanos {
    this.closed = true
    this.#facts.closedAt = now
    this.#facts.clients.forEach((client, socket) => {
      const drops = this.#senses.drops(socket)
      if (drops !== undefined) client.dropsAfter = drops
    })
    return Infinity
  }

  #quotedSequence(client: ClientFacts, quoted: Uint8Array): number | undefined {
    if (checkedKind(quoted, 0, quoted.length) !== KIND.probe || readRun(quoted, 0) !== client.run) return undefined
    return extendSequence(readSequence(quoted, 0), client.scheduled)
  }

  /**
   * A receipts question may be what an error is about: one that quotes it is no probe's, and while one is open, neither is one that
   * quotes nothing.
   */
  #unquotedSequence(socket: number, client: ClientFacts, quoted: Uint8Array, before: number | undefined): number {
    const ours = this.#inquiry.done && checkedKind(quoted, 0, quoted.length) !== KIND.request
    return ours ? this.#newestWaiting(socket, client, before) : -1
  }

  /** An error that quotes nothing is booked on the newest unanswered probe sent before it (ledger.md, Rules of evidence). */
  #newestWaiting(socket: number, client: ClientFacts, before = Infinity): number {
    for (let sequence = Math.min(before, client.scheduled) - 1; sequence >= 0; sequence--) {
      const row = sequence * this.#plan.clients + socket
      const page = this.#facts.probes.find(row)
      if (page === undefined) return -1
      if (page.outcome[row % PAGE_ROWS] === OUTCOME.waiting) return sequence
    }
    return -1
  }

  #icmpIndex(error: IcmpError): number {
    const { icmp } = this.#facts
    const same = (known: IcmpError): boolean =>
      known.errno === error.errno &&
      known.type === error.type &&
      known.code === error.code &&
      known.reporter === error.reporter &&
      known.mtu === error.mtu
    const at = icmp.findIndex(same)
    if (at >= 0) return at
    const { before: _, ...kept } = error
    return icmp.push(kept) - 1
  }

  #client(socket: number): ClientFacts {
    const client = this.#facts.clients[socket]
    if (client === undefined) throw new RangeError(`no client ${socket}`)
    return client
  }
}

const FOREIGN = -2
