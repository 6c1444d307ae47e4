import { MILLISECOND, type Nanos } from '../../../base/nanos.ts'
import type { Inbox, Machine, Outbox } from '../../../machines/machine.ts'
import type { Clock } from '../../clock.ts'
import { COMMAND, clearEvent, type WakerHandle } from './waker.ts'
import type { Libc } from '../system/libc.ts'

/** Moves the datagrams of a machine. Only `wait` blocks. */
export interface Driver {
  readonly outbox: Outbox
  /** The datagrams received last. */
  readonly inbox: Inbox
  /** Sends the outbox, or continues to. False if the send buffer is full. */
  flush(now: Nanos): boolean
  /** Receives from one socket. Returns the number of rows. */
  take(now: Nanos): number
  /** Sends the answers in the inbox. */
  answer(): void
  /** Sleeps until something can be received or sent, the waker fires, or this time. */
  wait(until: Nanos): void
  /** The waker announced messages. */
  readMessages?(): void
  /** Lets the machine receive everything that has arrived, because it is about to be called much later than it requested. */
  catchUp?(): void
}

/** A loop that is late by this time was suspended, or starved of its processor. */
const LATE: Nanos = 50 * MILLISECOND

/** Posts the counters of a machine from within the loop, because the thread's event loop never runs. */
export interface Reporter {
  /** The next time to post. Infinity if nothing has changed. */
  readonly due: Nanos
  changed(now: Nanos): void
  post(now: Nanos): void
}

/** The loop of the kernel engine. It blocks its thread, and returns when the machine has closed. */
export function runLoop(
  machine: Machine,
  driver: Driver,
  reporter: Reporter,
  waker: WakerHandle,
  libc: Libc,
  clock: Clock,
): void {
  const { outbox } = driver
  let latest: number = COMMAND.run
  let next: Nanos = -Infinity
  let flushed = true
  let announced = 0
  /** When the next turn should begin. */
  let expected: Nanos = Infinity
  for (;;) {
    const command = Atomics.load(waker.command, 0)
    if (command !== latest) {
      if (command === COMMAND.quit) return
      latest = command
      clearEvent(waker.fd, libc)
      machine.stop(clock.now())
    }
    const messages = Atomics.load(waker.command, 1)
    if (messages !== announced) {
      announced = messages
      clearEvent(waker.fd, libc)
      driver.readMessages?.()
    }
    let now = clock.now()
    if (now - expected > LATE) driver.catchUp?.()
    // Unsent rows are in the outbox, so the machine must not overwrite it.
    if (flushed) next = machine.send(outbox, now)
    flushed = driver.flush(now)
    if (flushed && machine.closed) return
    now = clock.now()
    if (now >= reporter.due) reporter.post(now)
    if (driver.take(now) > 0) {
      now = clock.now()
      machine.receive(driver.inbox, now)
      driver.answer()
      reporter.changed(now)
      expected = now
    } else {
      const until = flushed ? Math.min(next, reporter.due) : reporter.due
      driver.wait(until)
      expected = Math.max(now, until)
    }
  }
}
