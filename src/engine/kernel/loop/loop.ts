import type { Nanos } from '../../../base/nanos.ts'
import type { Inbox, Machine, Outbox } from '../../../machines/machine.ts'
import type { Clock } from '../../clock.ts'
import { COMMAND, clearEvent, type WakerHandle } from './waker.ts'
import type { Libc } from '../system/libc.ts'

/** The sockets of a machine. Nothing here waits but `wait`. */
export interface Driver {
  readonly outbox: Outbox
  /** What was taken last. */
  readonly inbox: Inbox
  /** Sends the outbox, or goes on with it; false: the kernel takes no more now. */
  flush(now: Nanos): boolean
  /** Takes what has come of one socket; the number of rows. */
  take(now: Nanos): number
  /** Sends the answers that stand in the inbox. */
  answer(): void
  /** Sleeps until something can be received or sent, the waker fires, or the time has come. */
  wait(until: Nanos): void
}

/** Reports what a machine has counted, from within the loop: the thread's messages go out although its event loop never runs. */
export interface Reporter {
  /** When it wants to tell something; Infinity: there is nothing new. */
  readonly due: Nanos
  changed(now: Nanos): void
  post(now: Nanos): void
}

/** The one loop of the kernel engine. It blocks its thread, and returns when the machine has closed. */
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
  for (;;) {
    const command = Atomics.load(waker.command, 0)
    if (command !== latest) {
      if (command === COMMAND.quit) return
      latest = command
      clearEvent(waker.fd, libc)
      machine.stop(clock.now())
    }
    let now = clock.now()
    // What waits for the kernel lies in the outbox: the machine must not write over it.
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
    } else driver.wait(flushed ? Math.min(next, reporter.due) : reporter.due)
  }
}
