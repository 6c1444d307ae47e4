import type { Nanos } from '../base/nanos.ts'
import type { IcmpError } from '../facts/icmp.ts'
import { slotsOfEpoch, type PathPlan } from '../facts/path.ts'
import { createPayload, type Payload } from '../wire/payload.ts'
import { hasMagic, OFFSET, readRun, readSent, SLOT_AT } from '../wire/probe.ts'
import type { Codec } from './codec.ts'
import { EpochProber, splitToken } from './epoch-prober.ts'
import type { Inbox, Outbox } from './machine.ts'
import type { MonitorEnvironment, MonitorObserver } from './monitor-environment.ts'

/** Number of closed epochs whose run numbers are remembered: no datagram of an older one is expected any more. */
const REMEMBERED_RUNS = 12

/**
 * Probes one path without end, epoch by epoch on the same socket. What arrives is booked on the epoch that it names, also if that is not the
 * latest one.
 */
export class PathProber {
  readonly plan: PathPlan
  readonly payload: Payload
  /** When to call `send`. */
  wake: Nanos
  readonly #environment: MonitorEnvironment
  readonly #observer: MonitorObserver
  readonly #codec: Codec
  readonly #isPaused: () => boolean
  /** Epochs that are not closed, the oldest first. */
  #epochs: EpochProber[] = []
  #closedRuns: number[] = []
  #nextStart: Nanos
  #nextNumber = 0
  #overdue = 0
  #isStopped = false

  /** @param twin another path with the same payload, to share its memory: that of random bytes is 70 kB */
  constructor(
    plan: PathPlan,
    environment: MonitorEnvironment,
    observer: MonitorObserver,
    codec: Codec,
    isPaused: () => boolean,
    now: Nanos,
    twin?: PathProber,
  ) {
    const { kind, seed, content } = plan.payload
    this.plan = twin === undefined ? plan : { ...plan, payload: twin.plan.payload }
    this.payload = twin?.payload ?? createPayload(kind, { seed, content })
    this.#environment = environment
    this.#observer = observer
    this.#codec = codec
    this.#isPaused = isPaused
    this.#nextStart = now + plan.phase
    this.wake = this.#nextStart
  }

  /** It was stopped, and all its epochs are closed. */
  get isClosed(): boolean {
    return this.#isStopped && this.#epochs.length === 0
  }

  /** Writes what is due of one epoch. Then `wake` is `now` or later. */
  send(outbox: Outbox, now: Nanos): void {
    if (!this.#isStopped && now >= this.#nextStart) this.#begin(now)
    for (const epoch of this.#epochs) {
      if (epoch.wake > now) continue
      const hadBegun = epoch.epoch.facts.epoch !== undefined
      epoch.wake = epoch.prober.send(outbox, now)
      epoch.update()
      if (!hadBegun) this.#observer.began(epoch.epoch)
      if (outbox.count === 0) continue
      this.#address(outbox, epoch)
      break
    }
    this.#close()
    this.wake = this.#earliest()
  }

  receive(inbox: Inbox, m: number, now: Nanos): void {
    const epoch = this.#epochOf(inbox.bytes, inbox.at[m] ?? 0, inbox.size[m] ?? 0)
    if (epoch === undefined) return
    inbox.socket[m] = 0
    epoch.prober.receiveRow(inbox, m, now)
    this.#call(epoch, now)
  }

  refused(token: number, count: number, errno: number, now: Nanos): void {
    const { number, sequence } = splitToken(token)
    const epoch = this.#epochs.find(one => one.epoch.number === number)
    if (epoch === undefined) return
    epoch.prober.refused(0, sequence, count, errno, now)
    this.#call(epoch, now)
  }

  unreachable(error: IcmpError, quoted: Uint8Array, now: Nanos): void {
    const epoch = this.#epochOfError(error, quoted)
    if (epoch === undefined) return
    const { before, ...rest } = error
    const { number, sequence } = splitToken(before ?? -1)
    const isOwn = before !== undefined && number === epoch.epoch.number
    epoch.prober.unreachable(0, isOwn ? { ...rest, before: sequence } : rest, quoted, now)
    this.#call(epoch, now)
  }

  /** Begins no further epoch and sends in no further slot. */
  stop(now: Nanos): void {
    this.#isStopped = true
    for (const epoch of this.#epochs) epoch.stop(now)
    this.wake = now
  }

  /** After a long pause of this process whole epochs are skipped; their slots are missed ones of the next. */
  #begin(now: Nanos): void {
    const usual = slotsOfEpoch(this.plan)
    const slots = this.#nextNumber === 0 ? (this.plan.firstSlots ?? usual) : usual
    const skipped = Math.floor((now - this.#nextStart) / (slots * this.plan.interval))
    const start = this.#nextStart + skipped * slots * this.plan.interval
    const origin = {
      path: this.plan,
      payload: this.payload,
      codec: this.#codec,
      environment: this.#environment,
      isPaused: this.#isPaused,
    }
    const epoch = new EpochProber(origin, this.#nextNumber, start, slots, skipped * slots)
    this.#nextNumber += 1
    this.#nextStart = epoch.end
    epoch.epoch.overdue = this.#overdue
    this.#overdue = 0
    this.#epochs.push(epoch)
  }

  /** Closed epochs are handed over in order. */
  #close(): void {
    while (this.#epochs[0]?.prober.closed === true) {
      const [closed, ...open] = this.#epochs
      this.#epochs = open
      closed.update()
      this.#closedRuns = [...this.#closedRuns, closed.run].slice(-REMEMBERED_RUNS)
      this.#observer.closed(closed.epoch)
    }
  }

  #call(epoch: EpochProber, now: Nanos): void {
    epoch.wake = Math.min(epoch.wake, now)
    this.wake = Math.min(this.wake, now)
  }

  #earliest(): Nanos {
    let wake = this.#isStopped ? Infinity : this.#nextStart
    for (const epoch of this.#epochs) wake = Math.min(wake, epoch.wake)
    return wake
  }

  /** The rows that an epoch wrote leave from this path's socket; their tokens name the epoch too. */
  #address(outbox: Outbox, epoch: EpochProber): void {
    for (let m = 0; m < outbox.count; m++) {
      outbox.socket[m] = this.plan.path
      const token = outbox.token[m] ?? -1
      if (token >= 0) outbox.token[m] = epoch.tokenOf(token)
    }
  }

  /** The epoch that a datagram belongs to: the latest one if it names none; undefined: it is counted, or the path has no epoch. */
  #epochOf(bytes: Uint8Array, at: number, size: number): EpochProber | undefined {
    const latest = this.#epochs.at(-1)
    if (size < OFFSET.length || !hasMagic(bytes, at, size)) return latest
    const run = readRun(bytes, at)
    const named = this.#epochs.find(epoch => epoch.run === run)
    if (named !== undefined) return named
    if (this.#closedRuns.includes(run)) {
      if (latest === undefined) this.#overdue += 1
      else latest.epoch.overdue += 1
      return undefined
    }
    // The run may be damaged. The send time names the epoch as well.
    const sent = size >= SLOT_AT ? readSent(bytes, at) : -1
    return this.#epochs.find(epoch => sent >= 0 && epoch.covers(sent)) ?? latest
  }

  #epochOfError({ before }: IcmpError, quoted: Uint8Array): EpochProber | undefined {
    if (quoted.length >= OFFSET.length) return this.#epochOf(quoted, 0, quoted.length)
    const { number: newest, sequence } = splitToken(before ?? Infinity)
    const open = this.#epochs.filter(({ epoch: { number }, prober }) => {
      return number < newest ? prober.hasOpen() : number === newest && prober.hasOpen(sequence)
    })
    return open.at(-1) ?? this.#epochs.at(-1)
  }
}
