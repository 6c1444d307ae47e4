import type { Address } from '../base/address.ts'
import { isLoopback } from '../base/ip.ts'
import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { DropReason, PeerFacts, ServerFacts } from '../facts/server.ts'
import { emptySlot, fillSlot, readSlot, slotIsBlank } from '../wire/evidence.ts'
import { checkedKind, hasMagic, KIND, OFFSET, readLength, readRun, readSequence } from '../wire/probe.ts'
import { RECEIPT, readReceiptsRequest, writeReceiptsAnswer } from '../wire/receipts.ts'
import { uppercase } from '../wire/uppercase.ts'
import { DelayLine } from './delay-line.ts'
import { Guard } from './guard.ts'
import type { Inbox, Machine, Outbox, Senses } from './machine.ts'
import { RunMemory, type Run } from './run-memory.ts'

/** After so long without a datagram the drop counter is read, as the baseline of the next run. */
const IDLE: Nanos = 50 * MILLISECOND
/** Answers that `--delay` holds at once, in number and bytes. */
const MOST_DELAYED = 65_536
const MOST_DELAYED_BYTES = 64 * 1024 * 1024
/** After the first Ctrl-C delayed answers still leave if they are due within this time. */
const DRAIN: Nanos = SECOND
/** The latest answers whose sending may still fail. */
const REMEMBERED_ANSWERS = 8192
/** Peers that the summary names. */
const NAMED_PEERS = 1000
/** How long a reading of real time against the driver's clock is used. */
const EPOCH_AGE: Nanos = SECOND
const NO_ANSWER = -1

interface Flow {
  readonly peer: Address
  readonly key: string
  readonly loopback: boolean
  readonly denied: boolean
  readonly facts: PeerFacts
  /** Of the peer's datagrams, those that were no right probe. */
  damaged: number
  /** Datagrams that count as the peer's traffic: all but receipts questions. */
  traffic: number
  runNumber: number
  run: Run | undefined
}

interface Delayed {
  /** The peer, by the number that may be another's by the time the answer is due. */
  readonly number: number
  readonly flow: Flow
  readonly bytes: Uint8Array
  readonly run: Run | undefined
  readonly sequence: number
  readonly arrived: Nanos
  /** Declared length of a probe whose slot carries evidence; 0: it has none. */
  readonly declared: number
}

/**
 * The echo server: answers plain data and probes by its mode, fills evidence into probes, keeps receipts and answers questions about
 * them (probe.md). No datagram can make it throw, grow without bound, or answer with more than it got.
 */
export class Responder implements Machine {
  closed = false
  readonly #plan: ResponderPlan
  readonly #senses: Senses
  readonly #facts: ServerFacts
  readonly #ownPort: number
  readonly #flows: (Flow | undefined)[] = []
  readonly #slot = emptySlot()
  readonly #delayed = new DelayLine<Delayed>()
  #delayedBytes = 0
  #guard: Guard | undefined
  #memory: RunMemory | undefined
  #started: Nanos = 0
  #lastArrival: Nanos = 0
  #drainUntil: Nanos | undefined
  /** All datagrams but receipts questions. */
  #traffic = 0
  #idleTraffic = 0
  #firstDrops: number | undefined
  #idleDrops: number | undefined
  #idleDue: Nanos = Infinity
  #epoch: { readonly seconds: number; readonly nanos: number } = { seconds: 0, nanos: 0 }
  #epochUntil: Nanos = -Infinity
  readonly #answeredRun: (Run | undefined)[] = []
  readonly #answeredSequence = new Float64Array(REMEMBERED_ANSWERS)
  #token = 0
  /** Set by `#answer` for the datagram it looked at. */
  #declared = 0

  constructor(plan: ResponderPlan, senses: Senses, facts: ServerFacts, ownPort: number) {
    this.#plan = plan
    this.#senses = senses
    this.#facts = facts
    this.#ownPort = ownPort
  }

  receive(inbox: Inbox, now: Nanos): void {
    this.#begin(now)
    this.#lastArrival = now
    this.#idleDue = now + IDLE
    for (let m = 0; m < inbox.count; m++) {
      const start = inbox.at[m] ?? 0
      const size = inbox.size[m] ?? 0
      const stride = inbox.stride[m] ?? 0
      inbox.answer[m] = 0
      let kept = 0
      let at = 0
      do {
        const length = stride === 0 ? 0 : Math.min(stride, size - at)
        const keep = this.#receiveOne(inbox, m, start + at, length, now)
        if (keep !== NO_ANSWER) {
          // Only where the row holds several datagrams and one before this one is not answered.
          if (kept !== at) inbox.bytes.copyWithin(start + kept, start + at, start + at + keep)
          kept += keep
          inbox.answer[m] = 1
        }
        at += stride
      } while (at < size)
      inbox.keep[m] = kept
    }
    const { maxDatagrams } = this.#plan
    if (maxDatagrams !== undefined && this.#facts.received >= maxDatagrams) this.stop(now)
  }

  send(outbox: Outbox, now: Nanos): Nanos {
    this.#begin(now)
    outbox.count = 0
    this.#sendDelayed(outbox, now)
    if (now >= this.#idleDue) this.#readWhileIdle()
    const { duration, maxIdle } = this.#plan
    const end = this.#started + (duration ?? Infinity)
    const idleEnd = this.#lastArrival + (maxIdle ?? Infinity)
    if (now >= end || now >= idleEnd) this.stop(now)
    if (this.#drainUntil !== undefined && this.#delayed.length === 0 && outbox.count === 0) {
      this.#close()
      return Infinity
    }
    return Math.min(
      this.#delayed.due,
      this.#idleDue,
      this.#drainUntil ?? Infinity,
      end > now ? end : Infinity,
      idleEnd > now ? idleEnd : Infinity,
    )
  }

  refused(_socket: number, token: number, count: number, _errno: number, now: Nanos): void {
    for (let i = 0; i < count; i++) {
      this.#facts.replied -= 1
      this.#facts.dropped.sendFailed += 1
      const run = this.#answeredRun[(token + i) % REMEMBERED_ANSWERS]
      if (run === undefined) continue
      run.answered -= 1
      run.sendFailed += 1
      this.#memory?.mark(run, this.#answeredSequence[(token + i) % REMEMBERED_ANSWERS] ?? 0, RECEIPT.withheld, now)
    }
  }

  unreachable(): void {}

  stop(now: Nanos): void {
    this.#drainUntil ??= now + DRAIN
  }

  forget(flow: number): void {
    if (this.#flows[flow] === undefined) return
    this.#flows[flow] = undefined
    this.#facts.peersEvicted += 1
  }

  #begin(now: Nanos): void {
    if (this.#memory !== undefined) return
    this.#started = now
    this.#lastArrival = now
    this.#memory = new RunMemory(now)
    this.#guard = new Guard(this.#plan, this.#ownPort, now)
    this.#firstDrops = this.#idleDrops = this.#senses.drops(0)
  }

  /** Looks at one datagram; the length of the answer made in its place, or NO_ANSWER. */
  #receiveOne(inbox: Inbox, m: number, at: number, size: number, now: Nanos): number {
    const facts = this.#facts
    const number = inbox.flow[m] ?? 0
    const flow = (this.#flows[number] ??= this.#meet(number))
    const whole = inbox.stride[m] === inbox.size[m] ? (inbox.whole[m] ?? size) : size
    facts.received += 1
    facts.bytesReceived += size
    flow.facts.received += 1
    if (whole > size) facts.truncated += 1
    const token = this.#token
    const keep = this.#answer(inbox, m, at, size, whole, flow, now)
    if (keep === NO_ANSWER) return NO_ANSWER
    const toQuestion = this.#declared === NO_ANSWER
    if (toQuestion ? keep !== size && isTrain(inbox, m) : this.#holds(inbox, m, size, flow)) {
      const { reply } = this.#plan
      const answer = reply !== undefined && flow.loopback && !toQuestion ? reply : inbox.bytes.slice(at, at + keep)
      this.#hold(answer, number, flow, token, inbox.arrived[m] ?? now, toQuestion ? 0 : this.#plan.delay, now)
      return NO_ANSWER
    }
    // A row's token is that of its first answer.
    if (inbox.answer[m] === 0) inbox.token[m] = token
    this.#countReply(flow, keep)
    return keep
  }

  #answer(inbox: Inbox, m: number, at: number, size: number, whole: number, flow: Flow, now: Nanos): number {
    const { bytes } = inbox
    this.#declared = 0
    const kind = checkedKind(bytes, at, size)
    if (kind !== KIND.request) {
      this.#traffic += 1
      flow.traffic += 1
    }
    if (flow.denied) return this.#drop('denied')
    if (kind === KIND.request) return this.#answerQuestion(bytes, at, size, flow, now)
    if (kind === KIND.probe) return this.#answerProbe(inbox, m, at, size, whole, flow, now)
    flow.damaged += 1
    const magic = hasMagic(bytes, at, size)
    if (magic) this.#facts.damaged += 1
    const letter = magic && size > OFFSET.kind ? bytes[at + OFFSET.kind] : 0
    if (letter === KIND.reply || letter === KIND.answer || letter === KIND.request) return this.#drop('kind')
    if (this.#guard?.refusesPlainFrom(flow.peer) === true) return this.#drop('sourcePort')
    if (this.#plan.mode === 'discard') return this.#drop('discard')
    const withheld = this.#guard?.withhold(flow.peer, true, now)
    if (withheld !== undefined) return this.#drop(withheld)
    this.#rememberAnswer(undefined, 0)
    return this.#write(bytes, at, size)
  }

  #answerProbe(inbox: Inbox, m: number, at: number, size: number, whole: number, flow: Flow, now: Nanos): number {
    const { bytes } = inbox
    const memory = this.#memory
    if (memory === undefined) return NO_ANSWER
    this.#facts.probes += 1
    const run = this.#runOf(flow, readRun(bytes, at), now)
    const sequence = memory.extend(run, readSequence(bytes, at))
    memory.receive(run, sequence, now)
    const withheld = this.#plan.mode === 'discard' ? 'discard' : this.#guard?.withhold(flow.peer, false, now)
    if (withheld !== undefined) {
      this.#mark(run, sequence, RECEIPT.withheld, now)
      return this.#drop(withheld)
    }
    this.#rememberAnswer(run, sequence)
    if (!this.#holds(inbox, m, size, flow)) this.#mark(run, sequence, RECEIPT.answered, now)
    if (this.#plan.reply !== undefined) return this.#write(bytes, at, size)
    const declared = readLength(bytes, at)
    if (!slotIsBlank(bytes, at, size, declared)) {
      this.#facts.damaged += 1
      return this.#write(bytes, at, size)
    }
    bytes[at + OFFSET.kind] = KIND.reply
    this.#write(bytes, at, size)
    this.#fill(inbox, m, at, size, whole, declared, run, now)
    return size
  }

  #fill(
    inbox: Inbox,
    m: number,
    at: number,
    size: number,
    whole: number,
    declared: number,
    run: Run,
    now: Nanos,
  ): void {
    const slot = this.#slot
    const arrived = inbox.arrived[m] ?? now
    if (now >= this.#epochUntil) {
      this.#epoch = this.#senses.epoch()
      this.#epochUntil = now + EPOCH_AGE
    }
    const nanos = this.#epoch.nanos + arrived
    const seconds = Math.floor(nanos / SECOND)
    slot.received = run.distinct
    slot.seen = size
    slot.whole = whole
    slot.fragment = inbox.fragment[m] ?? -1
    slot.tos = inbox.tos[m] ?? -1
    slot.ttl = inbox.ttl[m] ?? -1
    slot.drops = inbox.drops[m] ?? -1
    slot.arrivalSeconds = this.#epoch.seconds + seconds
    slot.arrivalNanos = nanos - seconds * SECOND
    slot.dwell = Math.max(0, now - arrived)
    this.#declared = declared
    fillSlot(inbox.bytes, at, size, declared, slot)
  }

  /** Whether the answer leaves by `send`: it is due later, or does not fit into the place of its request. */
  #holds(inbox: Inbox, m: number, size: number, flow: Flow): boolean {
    const { delay, reply } = this.#plan
    return delay > 0 || (reply !== undefined && (isTrain(inbox, m) || (flow.loopback && reply.length > size)))
  }

  /** Writes the plain answer by the mode over the request. */
  #write(bytes: Uint8Array, at: number, size: number): number {
    const { mode, reply } = this.#plan
    if (reply !== undefined) {
      // A longer answer than the request would amplify; on loopback that harms nobody, and it is not made in place.
      const length = Math.min(reply.length, size)
      bytes.set(reply.subarray(0, length), at)
      return length
    }
    if (mode === 'upper') uppercase(bytes, at, at + size)
    return size
  }

  #answerQuestion(bytes: Uint8Array, at: number, size: number, flow: Flow, now: Nanos): number {
    const request = readReceiptsRequest(bytes, at, size)
    const memory = this.#memory
    if (request === undefined || memory === undefined) return this.#drop('kind')
    const withheld = this.#guard?.withhold(flow.peer, false, now)
    if (withheld !== undefined) return this.#drop(withheld)
    const key = `${flow.key} ${request.run}`
    const run = memory.find(key)
    const first = run === undefined ? request.from : memory.extend(run, request.from)
    const length = writeReceiptsAnswer(bytes, at, request, this.#totals(run, key, flow, now), sequence => {
      return run === undefined ? RECEIPT.notReceived : memory.state(run, first + ((sequence - request.from) >>> 0))
    })
    if (length === 0) return this.#drop('kind')
    this.#facts.receipts += 1
    this.#rememberAnswer(undefined, 0)
    // An answer to a question is never held back.
    this.#declared = NO_ANSWER
    return length
  }

  #totals(run: Run | undefined, key: string, flow: Flow, now: Nanos): Parameters<typeof writeReceiptsAnswer>[3] {
    const completeMs = this.#memory?.completeMs(key, now) ?? 0
    if (run === undefined) {
      return {
        distinct: 0,
        copies: 0,
        damaged: flow.damaged,
        answered: 0,
        withheld: 0,
        sendFailed: 0,
        pending: 0,
        strangers: 0,
        drops: undefined,
        dropUnit: undefined,
        completeMs,
      }
    }
    const { before } = run
    const drops = this.#senses.drops(0)
    const grown = drops === undefined || before.socketDrops === undefined ? undefined : drops - before.socketDrops
    return {
      distinct: run.distinct,
      copies: run.copies,
      damaged: flow.damaged - before.peerDamaged,
      answered: run.answered,
      withheld: run.withheld,
      sendFailed: run.sendFailed,
      pending: run.pending,
      strangers: Math.max(0, this.#traffic - before.socketReceived - (flow.traffic - before.peerReceived)),
      drops: grown,
      dropUnit: grown === undefined ? undefined : 1,
      completeMs,
    }
  }

  #runOf(flow: Flow, number: number, now: Nanos): Run {
    if (flow.runNumber === number && flow.run?.forgotten === false) return flow.run
    const key = `${flow.key} ${number}`
    const before = {
      socketReceived: this.#idleTraffic,
      socketDrops: this.#idleDrops,
      // The probe that opens the run is counted already.
      peerReceived: flow.traffic - 1,
      peerDamaged: flow.damaged,
    }
    const memory = (this.#memory ??= new RunMemory(now))
    const run = memory.find(key) ?? memory.open(key, flow.peer.address, before, now)
    this.#facts.runsEvicted = memory.evicted
    flow.runNumber = number
    flow.run = run
    return run
  }

  /** Books what became of a probe. One that came twice counts once, by the better of its answers. */
  #mark(run: Run, sequence: number, state: number, now: Nanos): void {
    const before = this.#memory?.state(run, sequence)
    if (before === state || before === RECEIPT.answered) return
    if (before === RECEIPT.withheld && run.withheld > 0) run.withheld -= 1
    if (state === RECEIPT.withheld) run.withheld += 1
    else run.answered += 1
    this.#memory?.mark(run, sequence, state, now)
  }

  #hold(bytes: Uint8Array, number: number, flow: Flow, token: number, arrived: Nanos, delay: Nanos, now: Nanos): void {
    const run = this.#answeredRun[token % REMEMBERED_ANSWERS]
    if (
      this.#delayed.length >= MOST_DELAYED ||
      this.#delayedBytes + bytes.length > MOST_DELAYED_BYTES ||
      this.#drainUntil !== undefined
    ) {
      if (run !== undefined)
        this.#mark(run, this.#answeredSequence[token % REMEMBERED_ANSWERS] ?? 0, RECEIPT.withheld, now)
      this.#drop(this.#drainUntil === undefined ? 'delayFull' : 'shutdown')
      return
    }
    if (run !== undefined) run.pending += 1
    this.#delayedBytes += bytes.length
    const sequence = this.#answeredSequence[token % REMEMBERED_ANSWERS] ?? 0
    this.#delayed.push(now + delay, {
      number,
      flow,
      bytes,
      run,
      sequence,
      arrived,
      declared: Math.max(0, this.#declared),
    })
  }

  #sendDelayed(outbox: Outbox, now: Nanos): void {
    if (this.#drainUntil !== undefined && now >= this.#drainUntil) this.#dropDelayed()
    let used = 0
    while (outbox.count < outbox.capacity && this.#delayed.due <= now) {
      const item = this.#delayed.peek()
      if (item === undefined || used + item.bytes.length > outbox.room) break
      this.#delayed.shift()
      this.#delayedBytes -= item.bytes.length
      const { flow, run } = item
      if (run !== undefined) run.pending -= 1
      if (this.#flows[item.number] !== flow) {
        if (run !== undefined) this.#mark(run, item.sequence, RECEIPT.withheld, now)
        this.#drop('delayFull')
        continue
      }
      outbox.bytes.set(item.bytes, used)
      if (item.declared > 0) this.#fillDwell(outbox.bytes, used, item, now)
      const m = outbox.count
      outbox.at[m] = used
      outbox.size[m] = item.bytes.length
      outbox.stride[m] = item.bytes.length
      outbox.socket[m] = 0
      outbox.flow[m] = item.number
      outbox.token[m] = this.#token
      if (run !== undefined) this.#mark(run, item.sequence, RECEIPT.answered, now)
      this.#rememberAnswer(run, item.sequence)
      outbox.count = m + 1
      used += item.bytes.length
      this.#countReply(flow, item.bytes.length)
    }
  }

  #fillDwell(bytes: Uint8Array, at: number, item: Delayed, now: Nanos): void {
    const size = item.bytes.length
    readSlot(bytes, at, size, this.#slot)
    this.#slot.dwell = now - item.arrived
    fillSlot(bytes, at, size, item.declared, this.#slot)
  }

  #dropDelayed(): void {
    for (let item = this.#delayed.shift(); item !== undefined; item = this.#delayed.shift()) this.#drop('shutdown')
  }

  #rememberAnswer(run: Run | undefined, sequence: number): void {
    this.#answeredRun[this.#token % REMEMBERED_ANSWERS] = run
    this.#answeredSequence[this.#token % REMEMBERED_ANSWERS] = sequence
    this.#token += 1
  }

  #countReply(flow: Flow, bytes: number): void {
    this.#facts.replied += 1
    this.#facts.bytesReplied += bytes
    flow.facts.replied += 1
  }

  #drop(reason: DropReason): number {
    this.#facts.dropped[reason] += 1
    return NO_ANSWER
  }

  #meet(number: number): Flow {
    const peer = this.#senses.peer(number)
    return {
      peer,
      key: `${peer.address} ${peer.port}`,
      loopback: isLoopback(peer.address),
      denied: this.#guard?.denies(peer) ?? false,
      facts: { address: peer.address, port: peer.port, received: 0, replied: 0 },
      damaged: 0,
      traffic: 0,
      runNumber: -1,
      run: undefined,
    }
  }

  #readWhileIdle(): void {
    this.#idleDue = Infinity
    this.#idleDrops = this.#senses.drops(0)
    this.#idleTraffic = this.#traffic
  }

  #close(): void {
    this.closed = true
    const drops = this.#senses.drops(0)
    if (drops !== undefined && this.#firstDrops !== undefined) this.#facts.kernelDrops = drops - this.#firstDrops
    const peers = this.#flows.filter(flow => flow !== undefined).map(flow => flow.facts)
    peers.sort((a, b) => b.received - a.received)
    this.#facts.peers = peers.slice(0, NAMED_PEERS)
    this.#facts.peersOmitted = Math.max(0, peers.length - NAMED_PEERS)
  }
}

/** Several datagrams in one row: their answers leave as one row too, so all must have the length that they came with. */
function isTrain(inbox: Inbox, m: number): boolean {
  return (inbox.stride[m] ?? 0) < (inbox.size[m] ?? 0)
}
