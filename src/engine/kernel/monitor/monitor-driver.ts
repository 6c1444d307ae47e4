import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { MILLISECOND, type Nanos } from '../../../base/nanos.ts'
import { messageOf } from '../../../base/thrown.ts'
import type { PathPlan } from '../../../facts/path.ts'
import type { Inbox, Outbox } from '../../../machines/machine.ts'
import type { Monitor } from '../../../machines/monitor.ts'
import { createOutbox } from '../../batch.ts'
import { Clock } from '../../clock.ts'
import { ICMP_ERRNOS } from '../../icmp-errnos.ts'
import { createMonitor } from '../../monitor/create-monitor.ts'
import type { MonitorCommand, MonitorTask } from '../../monitor/monitor-messages.ts'
import { UpdatePoster } from '../../monitor/update-poster.ts'
import type { ProberSockets } from '../../port.ts'
import { runLoop, type Driver } from '../loop/loop.ts'
import { notLater, RealTime } from '../loop/real-time.ts'
import type { WakerHandle } from '../loop/waker.ts'
import { MANY_MESSAGES, MESSAGE_ROOM, OUT_ROOM, OVERHANG, PACED_MESSAGES } from '../socket/batch-size.ts'
import { ErrorQueue } from '../socket/error-queue.ts'
import { openProbing } from '../socket/open-probing.ts'
import { ReceiveBackoff } from '../socket/receive-backoff.ts'
import { ReceiveBatch } from '../socket/receive-batch.ts'
import { SendBatch } from '../socket/send-batch.ts'
import type { KernelSocket } from '../socket/socket.ts'
import { createWatch, watchBytes, type Watch } from '../socket/watch.ts'
import { EAGAIN, POLLERR, PR_SET_TIMERSLACK } from '../system/abi.ts'
import { Arena } from '../system/arena.ts'
import type { Libc } from '../system/libc.ts'
import { catchUp } from './catch-up.ts'

/** The sockets are read at least this often, however many paths are due. */
const MAX_UNWATCHED: Nanos = MILLISECOND
/** A command waits until no probe is due, but not longer than this after the last one. Opening a socket takes much longer than sending. */
const MAX_WAITING: Nanos = 10 * MILLISECOND
/** The sockets of all paths of a monitor, and its machine. */
export class MonitorDriver implements Driver {
  readonly outbox: Outbox
  readonly inbox: Inbox
  readonly #libc: Libc
  readonly #commands: MessagePort
  readonly #waker: WakerHandle
  readonly #clock = new Clock()
  readonly #real: RealTime
  readonly #poster = new UpdatePoster()
  readonly #machine: Monitor
  /** By path. */
  readonly #sockets = new Map<number, KernelSocket>()
  readonly #watch: Watch
  /** The next event of the last wait to handle. */
  #nextEvent = 0
  #watchedAt: Nanos = -Infinity
  readonly #receive: ReceiveBatch
  readonly #backoff = new ReceiveBackoff()
  readonly #send: SendBatch
  readonly #errors: ErrorQueue
  #hasCommands = false
  #obeyedAt: Nanos = -Infinity

  constructor(libc: Libc, { engine, commands }: MonitorTask, waker: WakerHandle) {
    this.#libc = libc
    this.#commands = commands
    this.#waker = waker
    this.#real = new RealTime(libc, this.#clock)
    const receive = { rows: MANY_MESSAGES, room: MESSAGE_ROOM }
    const batches = ReceiveBatch.bytes(receive) + SendBatch.bytes(PACED_MESSAGES) + ErrorQueue.bytes()
    const arena = new Arena(libc, batches + OUT_ROOM + OVERHANG + watchBytes(Infinity) + 64)
    this.#receive = new ReceiveBatch(libc, arena, receive)
    this.inbox = this.#receive.inbox
    this.#send = new SendBatch(libc, arena, { rows: PACED_MESSAGES, refused: this.#refused })
    this.#errors = new ErrorQueue(libc, arena)
    const out = arena.allocate(OUT_ROOM + OVERHANG)
    this.outbox = createOutbox(PACED_MESSAGES, OUT_ROOM, arena.bytes.subarray(out.at, out.at + out.size))
    this.#watch = createWatch(libc, arena, waker.fd, Infinity)
    this.#machine = createMonitor(engine, this.#poster, {
      drops: path => this.#sockets.get(path)?.drops(),
      epoch: () => this.#real.epoch(),
      close: path => this.#close(path),
    })
  }

  /** Probes until the monitor is stopped and all epochs are closed. */
  run(): void {
    // By default the kernel lets a thread sleep 50 µs longer than requested (prctl(2)).
    this.#libc.prctl(PR_SET_TIMERSLACK, 1)
    const poster = this.#poster
    const reporter = {
      get due() {
        return poster.due
      },
      changed: () => {},
      post: (now: Nanos) => poster.post(now),
    }
    runLoop(this.#machine, this, reporter, this.#waker, this.#libc, this.#clock)
    poster.post(this.#clock.now())
    this.#watch.close()
    for (const socket of this.#sockets.values()) socket.close()
    this.#commands.close()
  }

  readMessages(): void {
    this.#hasCommands = true
  }

  /** All rows are of one path. A full send buffer refuses them at once, because a wait would delay the probes of all other paths. */
  flush(): boolean {
    const { outbox } = this
    if (outbox.count === 0) return true
    const path = outbox.socket[0] ?? -1
    const socket = this.#sockets.get(path)
    if (socket !== undefined) {
      for (let row = 0; row < outbox.count; row++) {
        row = this.#send.send(socket.fd, outbox, row, outbox.count)
        if (row < outbox.count) this.#send.refuse(outbox, row, EAGAIN)
      }
    }
    outbox.count = 0
    this.#poster.count(path)
    return true
  }

  take(now: Nanos): number {
    if (now < this.#backoff.until) return 0
    const { count, socket } = this.#watch
    while (this.#nextEvent < count) {
      const taken = this.#takeFrom(socket[this.#nextEvent++] ?? -1, now)
      if (taken > 0) return taken
    }
    return 0
  }

  answer(): void {}

  wait(until: Nanos): void {
    const now = this.#clock.now()
    const obeys = this.#hasCommands && (until > now || now - this.#obeyedAt > MAX_WAITING)
    if (obeys) this.#obeyNext(now)
    const left = obeys ? 0 : until - now
    if (left <= 0 && now - this.#watchedAt < MAX_UNWATCHED) return
    if (now < this.#backoff.until) this.#watch.sleep(Math.max(0, Math.min(left, this.#backoff.until - now)))
    else this.#look(Math.max(0, left))
  }

  catchUp(): void {
    catchUp(this.#clock.now(), {
      look: () => {
        this.#look(0)
        const { count, socket } = this.#watch
        this.#nextEvent = count
        return [...socket.subarray(0, count)]
      },
      read: path => {
        const now = this.#clock.now()
        const taken = this.#takeFrom(path, now)
        if (taken <= 0) return undefined
        this.#machine.receive(this.inbox, now)
        return this.inbox.arrived[taken - 1]
      },
    })
  }

  #look(timeout: Nanos): void {
    this.#watch.wait(timeout)
    this.#watchedAt = this.#clock.now()
    this.#nextEvent = 0
    const { count, socket, events } = this.#watch
    for (let n = 0; n < count; n++) if (((events[n] ?? 0) & POLLERR) !== 0) this.#drainErrors(socket[n] ?? -1)
  }

  #takeFrom(path: number, now: Nanos): number {
    const socket = this.#sockets.get(path)
    // Its path was removed after the wait.
    if (socket === undefined) return 0
    const taken = this.#receive.take(socket.fd, path, now, this.#real.epoch(now))
    if (taken === 0) return 0
    this.#poster.count(path)
    if (taken < 0) {
      // A pending ICMP error is removed when it is reported. Any other error is from the local kernel.
      if (ICMP_ERRNOS.has(-taken)) this.#drainErrors(path)
      else this.#backoff.failed(this.#poster.receiveErrors(path) ?? {}, -taken, this.#clock.now())
      return 0
    }
    this.#backoff.succeeded()
    notLater(this.inbox, this.#clock.now())
    return taken
  }

  #drainErrors(path: number): void {
    const socket = this.#sockets.get(path)
    if (socket === undefined) return
    this.#poster.count(path)
    this.#errors.drain(socket.fd, (error, quoted) => {
      this.#machine.unreachable(path, error, quoted, this.#clock.now())
    })
  }

  readonly #refused = (row: number, first: number, count: number, errno: number): void => {
    const { socket, token } = this.outbox
    this.#machine.refused(socket[row] ?? -1, (token[row] ?? -1) + first, count, errno, this.#clock.now())
  }

  #obeyNext(now: Nanos): void {
    const received = receiveMessageOnPort(this.#commands)
    this.#hasCommands = received !== undefined
    this.#obeyedAt = now
    if (received !== undefined) this.#obey(received.message as MonitorCommand, now)
  }

  #obey(command: MonitorCommand, now: Nanos): void {
    switch (command.kind) {
      case 'add':
        return this.#add(command.plan, command.sockets)
      case 'remove':
        // A path without a socket has no epochs.
        return this.#sockets.has(command.path)
          ? this.#machine.remove(command.path, now)
          : this.#poster.removed(command.path)
      case 'pause':
        return this.#machine.pause(command.isPaused)
      case 'stop':
        return this.#machine.stop(now)
      case 'abandon':
        return this.#machine.abandon()
    }
  }

  #add(plan: PathPlan, sockets: ProberSockets): void {
    const { path } = plan
    try {
      const socket = openProbing(this.#libc, sockets)
      this.#sockets.set(path, socket)
      this.#watch.add(path, socket.fd)
      this.#poster.opened(path, socket.bound.port)
    } catch (error) {
      this.#close(path)
      this.#poster.failed(path, messageOf(error))
      return
    }
    this.#machine.add(plan, this.#clock.now())
  }

  /** Closing a descriptor also removes it from the epoll instance (epoll(7)). */
  #close(path: number): void {
    this.#sockets.get(path)?.close()
    this.#sockets.delete(path)
  }
}
