import type { Nanos } from '../base/nanos.ts'
import type { IcmpError } from '../facts/icmp.ts'
import type { ProbePlan } from '../facts/plan.ts'
import { OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import { probeSize, type ClientFacts, type RunFacts } from '../facts/run.ts'
import { clientOfSource } from '../facts/source.ts'
import { createPayload, type Payload } from '../wire/payload.ts'
import { plainCodec, type Codec } from './codec.ts'
import { Closing } from './closing.ts'
import { createProtocol } from './create-protocol.ts'
import { createSchedule } from './create-schedule.ts'
import { Datagram } from './datagram.ts'
import { IcmpBooking } from './icmp-booking.ts'
import type { Inbox, Machine, Outbox, Environment } from './machine.ts'
import { OpenProbes } from './open-probes.ts'
import { addRow } from './outbox-row.ts'
import type { ProbeProtocol } from './probe-protocol.ts'
import { Reception } from './reception.ts'
import type { Schedule } from './schedule.ts'
import { Sources } from './sources.ts'
import { StrayCheck } from './stray-check.ts'
import { WindowExpiry } from './window-expiry.ts'

/**
 * Sends probes by a schedule, books every reply, refusal and ICMP error on its probe, requests receipts, and closes the ledger (docs/ledger.md,
 * Words). It handles all clients of a run with one schedule, without an object for each.
 */
export class Prober implements Machine {
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #environment: Environment
  readonly #codec: Codec
  readonly #open: OpenProbes
  readonly #protocol: ProbeProtocol
  readonly #icmp: IcmpBooking
  readonly #stray: StrayCheck
  readonly #closing: Closing
  /** Absent without a window. */
  readonly #expiry: WindowExpiry | undefined
  /** Absent if a client may have several probes in flight. */
  readonly #sources: Sources | undefined
  #schedule: Schedule | undefined
  #hasBegun = false

  /** @param given a schedule and a payload instead of those of the plan */
  constructor(
    plan: ProbePlan,
    environment: Environment,
    facts: RunFacts,
    codec: Codec = plainCodec(),
    given: { readonly schedule?: Schedule; readonly payload?: Payload } = {},
  ) {
    this.#schedule = given.schedule
    this.#plan = plan
    this.#environment = environment
    this.#facts = facts
    const { kind, seed, content } = plan.payload
    this.#codec = codec
    if (plan.window !== undefined) {
      this.#expiry = new WindowExpiry(plan, facts, (client, now) => this.#schedule?.freed(client, now))
    }
    const reception = new Reception()
    const sources = Sources.of(plan, facts, environment, reception)
    this.#sources = sources
    this.#open = new OpenProbes(plan, facts, this.#expiry, sources)
    const protocol = createProtocol({
      plan,
      facts,
      environment,
      codec,
      payload: codec.payload(given.payload ?? createPayload(kind, { seed, content })),
      open: this.#open,
      reception,
      sources,
      stop: () => this.stop(),
    })
    this.#protocol = protocol
    this.#icmp = new IcmpBooking(facts, this.#open, reception, protocol)
    this.#stray = new StrayCheck(plan, facts, protocol)
    this.#closing = new Closing(plan, environment, facts, this.#open, reception, protocol, this.#stray)
  }

  get closed(): boolean {
    return this.#closing.phase === 'closed'
  }

  /** Whether a probe of the only client, below this sequence, has no reply, refusal or ICMP error yet. */
  hasOpen(before = Infinity): boolean {
    return this.#open.newest(0, before) >= 0
  }

  send(outbox: Outbox, now: Nanos): Nanos {
    outbox.count = 0
    if (this.closed) return Infinity
    const { opening } = this.#protocol
    if (opening?.state === 'opening' && !this.#facts.interrupted) return opening.send(outbox, now)
    const due = this.#closing.phase === 'sending' ? this.#sendProbes(outbox, now) : Infinity
    return Math.min(due, this.#closing.send(outbox, now))
  }

  receive(inbox: Inbox, now: Nanos): void {
    const datagram = new Datagram(inbox, now, this.#codec)
    for (let m = 0; m < inbox.count; m++) this.#receiveRow(datagram, m)
  }

  /** Receives one row of an inbox; the others are not for this prober. */
  receiveRow(inbox: Inbox, m: number, now: Nanos): void {
    this.#receiveRow(new Datagram(inbox, now, this.#codec), m)
  }

  #receiveRow(datagram: Datagram, m: number): void {
    const { inbox } = datagram
    const socket = inbox.socket[m] ?? 0
    if (socket === this.#plan.clients) this.#stray.book(this.#environment.peer(inbox.flow[m] ?? 0))
    else this.#receiveMessage(datagram, m, this.#client(clientOfSource(socket, this.#plan.clients)))
  }

  refused(socket: number, token: number, count: number, errno: number, now: Nanos): void {
    // Only the clients' sockets send probes; a receipts request has no token.
    if (socket === this.#plan.clients) return
    if (this.#protocol.opening?.state === 'opening') this.#protocol.opening.failed({ errno })
    for (let i = 0; i < count; i++) this.#open.fail(socket, token + i, OUTCOME.refused, errno, now)
  }

  /** The engine sent `count` datagrams of one row, from `token` on, in separate messages. */
  split(socket: number, token: number, count: number): void {
    for (let sequence = token; sequence < token + count; sequence++) {
      const row = sequence * this.#plan.clients + clientOfSource(socket, this.#plan.clients)
      const page = this.#facts.probes.find(row)
      if (page !== undefined) page.train[row % PAGE_ROWS] = 0
    }
  }

  unreachable(socket: number, error: IcmpError, quoted: Uint8Array, now: Nanos): void {
    const { opening } = this.#protocol
    if (opening?.state === 'opening') opening.failed(error)
    else this.#icmp.book(socket, error, quoted, now)
  }

  /**
   * Schedules no more probes; outstanding ones still get their timeout. `interrupted` records a stop before the ledger was closed, even if
   * every probe had been sent and nothing was cut short, so that the Result shows it.
   */
  stop(): void {
    if (this.closed) return
    this.#facts.interrupted = true
    this.#schedule?.stop()
  }

  evict(): void {}

  #begin(now: Nanos): void {
    const { clients } = this.#facts
    this.#hasBegun = true
    this.#facts.startedAt = now
    this.#facts.epoch = this.#environment.epoch()
    clients.forEach((client, socket) => {
      const drops = this.#environment.drops(socket)
      if (drops !== undefined) client.dropsBefore = drops
    })
  }

  #createSchedule(now: Nanos): Schedule {
    const longest = this.#protocol.opening?.duration ?? Infinity
    const schedule = createSchedule(this.#facts.plan, now, longest, this.#ready)
    // Stopped before it began.
    if (this.#facts.interrupted) schedule.stop()
    return schedule
  }

  readonly #ready = (client: number, now: Nanos): Nanos => this.#sources?.ready(client, now) ?? now

  #sendProbes(outbox: Outbox, now: Nanos): Nanos {
    if (!this.#hasBegun) this.#begin(now)
    const { opening } = this.#protocol
    if (opening !== undefined && opening.state !== 'open') {
      this.#closing.begin()
      return Infinity
    }
    const schedule = (this.#schedule ??= this.#createSchedule(now))
    this.#expiry?.expire(now)
    let used = 0
    while (outbox.count < outbox.capacity) {
      const client = schedule.next(now)
      if (client < 0) break
      used += this.#writeProbe(outbox, used, client, schedule.due, now)
      if (used + 0xffff > outbox.room) break
    }
    if (schedule.exhausted && outbox.count === 0) {
      this.#closing.begin()
      return Infinity
    }
    return Math.min(schedule.exhausted ? now : schedule.wake(now), this.#expiry?.next ?? Infinity)
  }

  /** Writes a client's next probe at `used`, opens its row, and returns its size. */
  #writeProbe(outbox: Outbox, used: number, socket: number, due: Nanos, now: Nanos): number {
    const client = this.#client(socket)
    const sequence = client.scheduled
    const size = probeSize(this.#plan, sequence)
    const row = sequence * this.#plan.clients + socket
    const page = this.#facts.probes.open(row)
    const place = row % PAGE_ROWS
    if (page.scheduled !== undefined) page.scheduled[place] = due
    page.sent[place] = now
    page.outcome[place] = OUTCOME.waiting
    const source = this.#sources?.take(socket, sequence, now)
    if (source !== undefined && page.source !== undefined) page.source[place] = source.index
    client.scheduled = sequence + 1
    client.firstSent = Math.min(client.firstSent, now)
    client.lastSent = now
    this.#open.count += 1
    this.#protocol.write(outbox.bytes, used, size, sequence, socket, now)
    // A closed port answers a whole train with one ICMP error, so use trains only after the first reply.
    const ahead = client.replies > 0 ? joinTrain(outbox, socket, size) : 0
    page.train[place] = ahead
    if (ahead === 0) addRow(outbox, used, size, source?.number ?? socket, sequence)
    return size
  }

  #receiveMessage(datagram: Datagram, m: number, client: ClientFacts): void {
    const size = datagram.inbox.size[m] ?? 0
    const stride = datagram.inbox.stride[m] ?? 0
    if (stride > 0) client.longestTrain = Math.max(client.longestTrain, Math.ceil(size / stride))
    datagram.begin(m)
    do this.#protocol.book(datagram, client)
    while (datagram.next())
  }

  #client(socket: number): ClientFacts {
    const client = this.#facts.clients[socket]
    if (client === undefined) throw new RangeError(`no client ${socket}`)
    return client
  }
}

/**
 * Appends a datagram written after the last row to that row, if it has the same client and size and there is room. Returns its index in the
 * row; 0: it was not appended.
 */
function joinTrain(outbox: Outbox, socket: number, size: number): number {
  const most = outbox.train(size)
  const last = outbox.count - 1
  if (most === 1 || last < 0 || outbox.socket[last] !== socket || outbox.stride[last] !== size) return 0
  const ahead = (outbox.size[last] ?? 0) / size
  if (ahead >= most) return 0
  outbox.size[last] = (ahead + 1) * size
  return ahead
}
