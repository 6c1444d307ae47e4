import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import type { Machine, Outbox } from '../../machines/machine.ts'
import type { Clock } from '../clock.ts'

/** Rows sent before the event loop may read arrivals, so that a burst does not overflow our own receive buffer. */
const SENDS_A_TURN = 16
/** Timers of libuv are as coarse as a millisecond and may be late by one more. */
const TIMER_SLACK: Nanos = 2 * MILLISECOND

/** The one loop of the dgram engine: it calls `machine.send` whenever the machine asked to be called, or something arrived. */
export class Loop {
  readonly #machine: Machine
  readonly #clock: Clock
  readonly #outbox: Outbox
  readonly #flush: (outbox: Outbox) => void
  readonly #finished: () => void
  /** Poll instead of sleeping when the next call is near: for senders, whose pace is measured. */
  readonly #precise: boolean
  #timer: NodeJS.Timeout | undefined
  #timerDue: Nanos = Infinity
  #immediate: NodeJS.Immediate | undefined
  #ended = false
  #pumping = false
  #heldUntil: Nanos = -Infinity

  constructor(
    machine: Machine,
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

  /** Whether a call of the machine is scheduled already. */
  get sleeping(): boolean {
    return this.#timer !== undefined || this.#immediate !== undefined
  }

  /** Lets the machine send what is due, then sleeps until it wants to be called again. */
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
    this.#soon()
  }

  /** Lets the machine send nothing until then, or until it is released. */
  hold(until: Nanos): void {
    this.#heldUntil = until
  }

  release(): void {
    if (this.#heldUntil === -Infinity) return
    this.#heldUntil = -Infinity
    this.#soon()
  }

  #sleep(next: Nanos): void {
    const wait = next - this.#clock.now()
    if (wait <= 0 || (this.#precise && wait < TIMER_SLACK)) return this.#soon()
    // A timer that fires early only calls the machine again, which is cheaper than a new timer for each datagram.
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

  #soon(): void {
    this.#immediate ??= setImmediate(this.pump)
  }

  #end(): void {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#finished()
  }
}
