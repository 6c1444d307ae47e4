import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import type { Machine, Outbox } from '../../machines/machine.ts'
import type { Clock } from '../clock.ts'

/** Rows to send before the event loop may read arrivals, so that a burst does not overflow our own receive buffer. */
const SENDS_A_TURN = 16
/** libuv timers have a resolution of 1 ms and may be late by one more. */
const TIMER_SLACK: Nanos = 2 * MILLISECOND

/** The loop of the dgram engine: it calls `machine.send` at the time that the machine requested, and after arrivals. */
export class Loop {
  readonly #machine: Pick<Machine, 'send' | 'closed'>
  readonly #clock: Clock
  readonly #outbox: Outbox
  readonly #flush: (outbox: Outbox) => void
  readonly #finished: () => void
  /** Poll instead of sleeping if the next call is near. For senders, whose pace is measured. */
  readonly #precise: boolean
  #timer: NodeJS.Timeout | undefined
  #timerDue: Nanos = Infinity
  #immediate: NodeJS.Immediate | undefined
  #ended = false
  #pumping = false
  #heldUntil: Nanos = -Infinity

  constructor(
    machine: Pick<Machine, 'send' | 'closed'>,
    clock: Clock,
    outbox: Outbox,
    precise: boolean,
    flush: (outbox: Outbox) => void,
    finished: () => void,
  ) {
    this.#machine = machine
    this.#clock = clock
    this.#outbox = outbox
    this.#precise = precise
    this.#flush = flush
    this.#finished = finished
  }

  /** Whether a call of the machine is already scheduled. */
  get sleeping(): boolean {
    return this.#timer !== undefined || this.#immediate !== undefined
  }

  /** Lets the machine send what is due, then sleeps until the next call. */
  readonly pump = (): void => {
    // A datagram may be refused while it is sent. The machine may then have more to send, but must not refill its outbox now.
    if (this.#ended || this.#pumping) return
    this.#pumping = true
    this.#turn()
    this.#pumping = false
  }

  #turn(): void {
    if (this.#immediate !== undefined) {
      clearImmediate(this.#immediate)
      this.#immediate = undefined
    }
    for (let sends = 0; sends < SENDS_A_TURN; sends++) {
      if (this.#heldUntil > 0 && this.#clock.now() < this.#heldUntil) return this.#sleep(this.#heldUntil)
      const next = this.#machine.send(this.#outbox, this.#clock.now())
      if (this.#outbox.count > 0) this.#flush(this.#outbox)
      if (this.#machine.closed) return this.#end()
      if (this.#outbox.count === 0) return this.#sleep(next)
    }
    this.soon()
  }

  /** Lets the machine send nothing until this time, or until it is released. */
  hold(until: Nanos): void {
    this.#heldUntil = until
  }

  release(): void {
    if (this.#heldUntil === -Infinity) return
    this.#heldUntil = -Infinity
    this.soon()
  }

  #sleep(next: Nanos): void {
    const wait = next - this.#clock.now()
    if (wait <= 0 || (this.#precise && wait < TIMER_SLACK)) return this.soon()
    // A timer that fires early only calls the machine again, which costs less than a new timer per datagram.
    if (this.#timerDue <= next || next === Infinity) return
    clearTimeout(this.#timer)
    this.#timerDue = next
    const ms = (this.#precise ? wait - TIMER_SLACK : wait) / MILLISECOND
    // Node treats longer timeouts as 1 ms.
    this.#timer = setTimeout(this.#onTimer, Math.min(ms, 0x7fffffff))
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined
    this.#timerDue = Infinity
    this.pump()
  }

  /** Lets the machine send after the event loop has read what has arrived. */
  soon(): void {
    this.#immediate ??= setImmediate(this.pump)
  }

  #end(): void {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#finished()
  }
}
