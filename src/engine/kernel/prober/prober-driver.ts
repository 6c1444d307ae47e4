import { MICROSECOND, MILLISECOND, type Nanos } from '../../../base/nanos.ts'
import { isFlood, maxSources } from '../../../facts/plan.ts'
import type { Inbox, Outbox } from '../../../machines/machine.ts'
import { Prober } from '../../../machines/prober.ts'
import { createOutbox } from '../../batch.ts'
import { Clock } from '../../clock.ts'
import { ICMP_ERRNOS } from '../../icmp-errnos.ts'
import { keyedEnvironment } from '../../macs.ts'
import { POLLERR, PR_SET_TIMERSLACK } from '../system/abi.ts'
import { Arena } from '../system/arena.ts'
import { Backlog } from '../socket/backlog.ts'
import {
  BatchSize,
  MANY_MESSAGES,
  MESSAGE_ROOM,
  OUT_ROOM,
  OVERHANG,
  PACED_MESSAGES,
  PROBER_TRAINS,
} from '../socket/batch-size.ts'
import { tryMostSegments } from '../trial/capabilities.ts'
import { ErrorQueue } from '../socket/error-queue.ts'
import type { Libc } from '../system/libc.ts'
import { runLoop, type Driver } from '../loop/loop.ts'
import type { ProberReporter } from './prober-reporter.ts'
import { openClients, openFurther, runsTrains, trainLength } from './prober-sockets.ts'
import type { ProberTask } from './prober-task.ts'
import { notLater, RealTime } from '../loop/real-time.ts'
import { ReceiveBatch } from '../socket/receive-batch.ts'
import { ReceiveBackoff } from '../socket/receive-backoff.ts'
import { SendBatch } from '../socket/send-batch.ts'
import type { KernelSocket } from '../socket/socket.ts'
import { StraySocket } from './stray-socket.ts'
import { Datagrams, RESERVED } from '../wasm/datagrams.ts'
import { createWatch, watchBytes, type Watch } from '../socket/watch.ts'

/** The kernel may wake a thread this much too late, so the rest of a wait is polled. */
const SPIN: Nanos = 60 * MICROSECOND
/** ICMP errors are read at least this often, however fast the pace. */
const MAX_UNWATCHED: Nanos = MILLISECOND

/** The sockets of all clients of a run, and its machine. */
export class ProberDriver implements Driver {
  /** The first socket of each client. */
  readonly clients: readonly KernelSocket[]
  readonly outbox: Outbox
  inbox: Inbox
  readonly #task: ProberTask
  /** By source number (facts/source.ts). */
  readonly #sockets: (KernelSocket | undefined)[]
  readonly #libc: Libc
  readonly #clock = new Clock()
  readonly #real: RealTime
  readonly #machine: Prober
  readonly #watch: Watch
  /** The next event of the last wait to handle. */
  #nextEvent = 0
  #watchedAt: Nanos = -Infinity
  readonly #receive: ReceiveBatch
  readonly #backoff = new ReceiveBackoff()
  readonly #reporter: ProberReporter
  readonly #size = new BatchSize(MANY_MESSAGES, PROBER_TRAINS)
  readonly #send: SendBatch
  readonly #backlog = new Backlog()
  /** Maximum datagrams of a row. */
  #train: number
  readonly #errors: ErrorQueue
  #stray: StraySocket | undefined

  /** Opens the sockets. Throws a UdptoolError. */
  constructor(libc: Libc, task: ProberTask, reporter: ProberReporter) {
    const { plan, sockets, waker } = task
    this.#libc = libc
    this.#task = task
    this.#reporter = reporter
    this.#real = new RealTime(libc, this.#clock)
    this.clients = openClients(libc, plan, sockets)
    this.#sockets = [...this.clients]
    const receive = { rows: MANY_MESSAGES, room: MESSAGE_ROOM }
    const batches = ReceiveBatch.bytes(receive) + SendBatch.bytes(MANY_MESSAGES) + ErrorQueue.bytes()
    const watched = plan.clients * maxSources(plan) + 1
    const arena = new Arena(libc, RESERVED + batches + OUT_ROOM + OVERHANG + watchBytes(watched) + 64)
    arena.allocate(RESERVED)
    this.#receive = new ReceiveBatch(libc, arena, receive)
    this.inbox = this.#receive.inbox
    this.#send = new SendBatch(libc, arena, { rows: MANY_MESSAGES, refused: this.#refused, splits: this.#splits })
    this.#errors = new ErrorQueue(libc, arena)
    this.#train = this.#longestTrain()
    const out = arena.allocate(OUT_ROOM + OVERHANG)
    const bytes = arena.bytes.subarray(out.at, out.at + out.size)
    this.outbox = createOutbox(isFlood(plan) ? MANY_MESSAGES : PACED_MESSAGES, OUT_ROOM, bytes, () => this.#train)
    this.#watch = createWatch(libc, arena, waker.fd, watched)
    this.clients.forEach((socket, number) => this.#watch.add(number, socket.fd))
    const environment = {
      peer: (flow: number) => this.#stray?.peer(flow) ?? sockets.target,
      drops: (socket: number) => this.#sockets[socket]?.drops(),
      open: (source: number) => this.#openSource(source),
      epoch: () => this.#real.epoch(),
      ...keyedEnvironment(plan.protocol, sockets),
    }
    this.#machine = new Prober(plan, environment, reporter.facts, new Datagrams(arena.memory))
  }

  /** Probes until the ledger is closed. */
  run(reporter: ProberReporter): void {
    // By default the kernel lets a thread sleep 50 µs longer than requested (prctl(2)).
    this.#libc.prctl(PR_SET_TIMERSLACK, 1)
    runLoop(this.#machine, this, reporter, this.#task.waker, this.#libc, this.#clock)
    if (this.#real.step !== undefined) reporter.facts.clockStep = this.#real.step
    this.#watch.close()
    this.#stray?.close()
    for (const socket of this.#sockets) socket?.close()
  }

  flush(now: Nanos): boolean {
    const { outbox } = this
    const backlog = this.#backlog
    while (backlog.next < outbox.count) {
      const number = outbox.socket[backlog.next] ?? 0
      const socket = this.#sockets[number]
      if (socket === undefined) this.#sendStray(backlog.next++)
      else if (!backlog.send(this.#send, socket.fd, outbox, this.#endOf(backlog.next, number), now)) return false
    }
    backlog.next = 0
    outbox.count = 0
    return true
  }

  take(now: Nanos): number {
    if (now < this.#backoff.until) return 0
    const { count, socket } = this.#watch
    while (this.#nextEvent < count) {
      const taken = this.#takeFrom(socket[this.#nextEvent++] ?? 0, now)
      if (taken > 0) return taken
    }
    // If there is only one socket, read it without checking whether it is ready.
    return this.#sockets.length === 1 ? this.#takeFrom(0, now) : 0
  }

  answer(): void {}

  wait(until: Nanos): void {
    const now = this.#clock.now()
    const left = Math.min(until, this.#backlog.until) - now
    const spins = left < SPIN
    if (
      spins &&
      this.#sockets.length === 1 &&
      now - this.#watchedAt < MAX_UNWATCHED &&
      this.#backlog.until === Infinity
    )
      return
    this.#watchedAt = now
    const blocked = this.#backlog.until === Infinity ? undefined : this.outbox.socket[this.#backlog.next]
    if (now < this.#backoff.until) return this.#watch.sleep(Math.max(0, Math.min(left, this.#backoff.until - now)))
    if (blocked !== undefined) this.#awaitRoom(blocked, true)
    this.#watch.wait(spins ? 0 : left - SPIN)
    if (blocked !== undefined) this.#awaitRoom(blocked, false)
    this.#nextEvent = 0
    const { count, socket, events } = this.#watch
    for (let n = 0; n < count; n++) if (((events[n] ?? 0) & POLLERR) !== 0) this.#drainErrors(socket[n] ?? 0)
  }

  #awaitRoom(number: number, awaited: boolean): void {
    const socket = this.#sockets[number]
    if (socket !== undefined) this.#watch.awaitRoom(number, socket.fd, awaited)
  }

  /** The end of the rows from `row` on that leave by the same socket. */
  #endOf(row: number, socket: number): number {
    let end = row + 1
    while (end < this.outbox.count && this.outbox.socket[end] === socket) end += 1
    return end
  }

  #takeFrom(number: number, now: Nanos): number {
    const epoch = this.#real.epoch(now)
    const socket = this.#sockets[number]
    let taken: number | undefined
    if (socket === undefined) taken = this.#stray?.take(number, now, epoch)
    else taken = this.#receive.take(socket.fd, number, now, epoch, this.#size.most)
    if (taken === undefined || taken === 0) return 0
    if (taken < 0) {
      // A pending ICMP error is removed when it is reported. Any other error is from the local kernel.
      if (ICMP_ERRNOS.has(-taken)) this.#drainErrors(number)
      else this.#backoff.failed(this.#reporter.facts.receiveErrors, -taken, this.#clock.now())
      return 0
    }
    this.#backoff.succeeded()
    const inbox = socket === undefined ? (this.#stray?.inbox ?? this.inbox) : this.#receive.inbox
    notLater(inbox, this.#clock.now())
    this.#size.learn(inbox)
    this.inbox = inbox
    return taken
  }

  #drainErrors(number: number): void {
    const socket = this.#sockets[number]
    if (socket === undefined) return
    this.#errors.drain(socket.fd, (error, quoted) => {
      this.#machine.unreachable(number, error, quoted, this.#clock.now())
    })
  }

  readonly #refused = (row: number, first: number, count: number, errno: number): void => {
    const { socket, token } = this.outbox
    this.#machine.refused(socket[row] ?? 0, (token[row] ?? 0) + first, count, errno, this.#clock.now())
  }

  /** A path that does not carry a train of this size will not carry one later. */
  readonly #splits = (row: number): void => {
    const { socket, token, size, stride } = this.outbox
    this.#train = 1
    this.#machine.split(socket[row] ?? 0, token[row] ?? 0, Math.ceil((size[row] ?? 0) / (stride[row] ?? 1)))
  }

  #longestTrain(): number {
    const { plan } = this.#task
    const [socket] = this.clients
    const [size] = plan.sizes
    if (socket === undefined || size === undefined || !runsTrains(plan)) return 1
    return trainLength(socket, size, tryMostSegments(this.#libc))
  }

  #openSource(source: number): number | undefined {
    const socket = openFurther(this.#libc, this.#task)
    if (socket === undefined) return undefined
    this.#sockets[source] = socket
    this.#watch.add(source, socket.fd)
    return socket.bound.port
  }

  /** Best effort: if the socket cannot be opened, skip the stray-reply check. */
  #sendStray(row: number): void {
    const { sockets } = this.#task
    try {
      if (this.#stray === undefined) {
        this.#stray = new StraySocket(this.#libc, sockets)
        this.#watch.add(this.clients.length, this.#stray.fd)
      }
      this.#stray.send(this.outbox, row, sockets.target)
    } catch {
      this.#stray = undefined
    }
  }
}
