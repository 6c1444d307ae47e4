import type { Nanos } from '../../../base/nanos.ts'
import type { Inbox, Machine, Outbox } from '../../../machines/machine.ts'
import type { Clock } from '../../clock.ts'
import { CALL, silence, type BellRope } from './bell.ts'
import type { Libc } from '../system/libc.ts'

/** The sockets of a machine. Nothing here waits but `wait`. */
export interface Station {
  readonly outbox: Outbox
  /** What was taken last. */
  readonly inbox: Inbox
  /** Sends the outbox, or goes on with it; false: the kernel takes no more now. */
  flush(now: Nanos): boolean
  /** Takes what has come of one socket; the number of rows. */
  take(now: Nanos): number
  /** Sends the answers that stand in the inbox. */
  answer(): void
  /** Sleeps until something can be taken or sent, the bell rings, or the time has come; at most that. */
  wait(until: Nanos): void
}

/** Tells others what a machine has counted, from within the loop: the thread's messages go out although its event loop never runs. */
export interface Reporter {
  /** When it wants to tell something; Infinity: there is nothing new. */
  readonly due: Nanos
  changed(now: Nanos): void
  tell(now: Nanos): void
}

/** The one loop of the kernel engine. It blocks its thread, and returns when the machine has closed. */
export function runLoop(
  machine: Machine,
  station: Station,
  reporter: Reporter,
  bell: BellRope,
  libc: Libc,
  clock: Clock,
): void {
  const { outbox } = station
  let heard: number = CALL.run
  let next: Nanos = -Infinity
  let flushed = true
  for (;;) {
    const call = Atomics.load(bell.call, 0)
    if (call !== heard) {
      if (call === CALL.quit) return
      heard = call
      silence(bell.fd, libc)
      machine.stop(clock.now())
    }
    let now = clock.now()
    // What waits for the kernel lies in the outbox: the machine must not write over it.
    if (flushed) next = machine.send(outbox, now)
    flushed = station.flush(now)
    if (flushed && machine.closed) return
    now = clock.now()
    if (now >= reporter.due) reporter.tell(now)
    if (station.take(now) > 0) {
      now = clock.now()
      machine.receive(station.inbox, now)
      station.answer()
      reporter.changed(now)
    } else station.wait(flushed ? Math.min(next, reporter.due) : reporter.due)
  }
}
