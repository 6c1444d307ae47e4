import type { MessagePort } from 'node:worker_threads'
import { setImmediate } from 'node:timers/promises'
import { formatAddress, type Address } from '../../base/address.ts'
import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import { messageOf } from '../../base/thrown.ts'
import type { PathPlan } from '../../facts/path.ts'
import { countReceiveError } from '../../facts/receive-errors.ts'
import type { Outbox } from '../../machines/machine.ts'
import type { Monitor } from '../../machines/monitor.ts'
import { createInbox, createOutbox } from '../batch.ts'
import { Clock } from '../clock.ts'
import { DropCounters } from '../drop-counters.ts'
import { createMonitor } from '../monitor/create-monitor.ts'
import type { MonitorCommand, MonitorTask } from '../monitor/monitor-messages.ts'
import { UpdatePoster } from '../monitor/update-poster.ts'
import { openSocket } from '../open-socket.ts'
import type { ProberSockets } from '../port.ts'
import { errorNumber, socketError } from '../socket-error.ts'
import { Loop } from './loop.ts'
import { setMessage } from './message-row.ts'
import { PROBE_ROOM, ProbeSocket, probeSocketPlan, refuseOptions } from './probe-socket.ts'
import { ReceiveFailures } from './receive-failures.ts'

/** Maximum share of time for reading drop counters. With a thousand sockets one reading takes milliseconds, and each epoch needs two. */
const DROPS_SHARE = 0.02
/** A call of the machine that is late by this time came after a suspension of this process. */
const LATE: Nanos = 50 * MILLISECOND
/** Limit for the turns of the event loop that read what arrived in a suspension. One turn reads up to 32 datagrams of each socket. */
const MAX_CATCH_UP = 256
const NOTHING = new Uint8Array(0)

type AddCommand = Extract<MonitorCommand, { readonly kind: 'add' }>

interface OpenPath {
  readonly socket: ProbeSocket
  readonly target: Address
}

/** The sockets of all paths of a monitor on node:dgram, and its machine. */
export class MonitorPaths {
  readonly #clock = new Clock()
  readonly #counters = new DropCounters(DROPS_SHARE)
  readonly #commands: MessagePort
  readonly #poster = new UpdatePoster()
  readonly #machine: Monitor
  readonly #loop: Loop
  readonly #inbox = createInbox(1)
  readonly #paths = new Map<number, OpenPath>()
  /** Paths without a socket that are to have one: not those that were removed meanwhile. */
  readonly #opening = new Set<number>()
  /** The first one is being opened. */
  readonly #queue: AddCommand[] = []
  /** When the machine should be called. */
  #expected: Nanos = Infinity
  /** Turns of the event loop that it still waits for, as long as datagrams arrive in each. */
  #catchUp = 0
  #hasReceived = false
  #posting: NodeJS.Timeout | undefined
  #postAt: Nanos = Infinity

  constructor({ engine, commands }: MonitorTask) {
    this.#commands = commands
    this.#machine = createMonitor(engine, this.#poster, {
      drops: path => this.#dropsOf(path),
      epoch: () => this.#clock.epoch(),
      close: path => this.#close(path),
    })
    this.#loop = new Loop(this, this.#clock, createOutbox(1, PROBE_ROOM), false, this.#flush, () => this.#end())
  }

  /** Probes until the monitor is stopped and all epochs are closed. */
  run(): void {
    this.#commands.on('message', (command: MonitorCommand) => {
      this.#obey(command)
      this.#loop.soon()
      this.#schedulePost()
    })
    this.#loop.pump()
  }

  get closed(): boolean {
    return this.#machine.closed && this.#queue.length === 0
  }

  /** Calls the machine. After a suspension timers fire before the event loop reads the sockets, so lets it read them first. */
  send(outbox: Outbox, now: Nanos): Nanos {
    if (now - this.#expected > LATE) {
      this.#catchUp = MAX_CATCH_UP
      this.#hasReceived = true
    }
    if (this.#catchUp > 0 && this.#hasReceived) {
      this.#catchUp -= 1
      this.#hasReceived = false
      this.#expected = now
      outbox.count = 0
      return now
    }
    this.#catchUp = 0
    const next = this.#machine.send(outbox, now)
    this.#expected = Math.max(now, next)
    this.#schedulePost()
    return next
  }

  #obey(command: MonitorCommand): void {
    const now = this.#clock.now()
    switch (command.kind) {
      case 'add':
        this.#opening.add(command.plan.path)
        this.#queue.push(command)
        if (this.#queue.length === 1) void this.#openQueued()
        return
      case 'remove':
        if (this.#paths.has(command.path)) this.#machine.remove(command.path, now)
        // A path without a socket has no epochs. One that is being opened is closed then.
        else if (!this.#opening.delete(command.path)) this.#poster.removed(command.path)
        return
      case 'pause':
        return this.#machine.pause(command.isPaused)
      case 'stop':
        this.#opening.clear()
        return this.#machine.stop(now)
      case 'abandon':
        this.#opening.clear()
        return this.#machine.abandon()
    }
  }

  /** Opens one socket in each turn of the event loop, so that probes that are due meanwhile leave in time. */
  async #openQueued(): Promise<void> {
    for (let [next] = this.#queue; next !== undefined; [next] = this.#queue) {
      await this.#add(next.plan, next.sockets)
      this.#queue.shift()
      this.#loop.soon()
      this.#schedulePost()
      await setImmediate()
    }
  }

  async #add(plan: PathPlan, sockets: ProberSockets): Promise<void> {
    const { path } = plan
    if (!this.#opening.has(path)) return this.#poster.removed(path)
    try {
      const socket = await this.#open(path, sockets)
      this.#paths.set(path, { socket, target: sockets.target })
      if (this.#opening.delete(path)) {
        this.#poster.opened(path, socket.bound.port)
        this.#machine.add(plan, this.#clock.now())
      } else {
        this.#close(path)
        this.#poster.removed(path)
      }
    } catch (error) {
      if (this.#opening.delete(path)) this.#poster.failed(path, messageOf(error))
      else this.#poster.removed(path)
    }
  }

  readonly #flush = (outbox: Outbox): void => {
    for (let m = 0; m < outbox.count; m++) {
      const path = outbox.socket[m] ?? -1
      const at = outbox.at[m] ?? 0
      // Copy, because libuv may queue the bytes while the outbox is written again.
      const bytes = Buffer.from(outbox.bytes.subarray(at, at + (outbox.size[m] ?? 0)))
      this.#paths.get(path)?.socket.send(bytes, outbox.token[m] ?? -1)
      this.#poster.count(path)
    }
  }

  #receive(path: number, bytes: Uint8Array): void {
    const now = this.#clock.now()
    setMessage(this.#inbox, bytes, bytes.length, bytes.length, path, 0, now)
    this.#machine.receive(this.#inbox, now)
    this.#arrived(path)
  }

  #unreachable(path: number, errno: number, before: number | undefined, { family }: Address): void {
    const error = before === undefined ? { errno, family } : { errno, before, family }
    this.#machine.unreachable(path, error, NOTHING, this.#clock.now())
    this.#arrived(path)
  }

  /** The machine is called after the event loop has read all sockets, so that it closes no epoch while replies wait. */
  #arrived(path: number): void {
    this.#hasReceived = true
    this.#poster.count(path)
    this.#loop.soon()
  }

  async #open(path: number, sockets: ProberSockets): Promise<ProbeSocket> {
    refuseOptions(sockets)
    const { target } = sockets
    const socket = await openSocket(probeSocketPlan(sockets, bytes => this.#receive(path, bytes)))
    const failures = new ReceiveFailures(this.#clock, {}, error => {
      // Node reads a socket as long as it is readable, so one that only fails must be closed.
      this.#poster.failed(path, messageOf(socketError(error, 'receive from', formatAddress(target))))
      this.#machine.remove(path, this.#clock.now())
    })
    return new ProbeSocket(socket, target.family, {
      unreachable: (errno, before) => this.#unreachable(path, errno, before, target),
      refused: (token, errno) => {
        this.#machine.refused(path, token, 1, errno, this.#clock.now())
        this.#loop.soon()
      },
      failed: error => {
        const counts = this.#poster.receiveErrors(path)
        if (counts !== undefined) countReceiveError(counts, errorNumber(error))
        failures.failed(error)
      },
    })
  }

  #dropsOf(path: number): number | undefined {
    const open = this.#paths.get(path)
    return open === undefined ? undefined : this.#counters.read(open.socket.bound, open.target)
  }

  #close(path: number): void {
    this.#paths.get(path)?.socket.close()
    this.#paths.delete(path)
  }

  #schedulePost(): void {
    const { due } = this.#poster
    if (due >= this.#postAt) return
    clearTimeout(this.#posting)
    this.#postAt = due
    const wait = Math.max(0, due - this.#clock.now()) / MILLISECOND
    this.#posting = setTimeout(() => {
      this.#postAt = Infinity
      this.#poster.post(this.#clock.now())
      this.#schedulePost()
    }, wait)
  }

  #end(): void {
    clearTimeout(this.#posting)
    this.#poster.post(this.#clock.now())
    this.#commands.close()
  }
}
