import { SECOND, type Nanos } from '../../base/nanos.ts'
import { fractionWord, secondsWord, type TimestampFormat } from '../../wire/stamp/timestamp.ts'
import type { Environment } from '../machine.ts'
import { RealEpoch } from '../real-epoch.ts'

/** T2 and T3 of the replies that are written now: real time since 1970 (UTC), and the two words of its timestamp. */
export class ReflectionTimes {
  readonly received = { seconds: 0, nanos: 0, high: 0, low: 0 }
  readonly sent = { seconds: 0, nanos: 0, high: 0, low: 0 }
  readonly #environment: Environment
  readonly #format: TimestampFormat
  readonly #epoch: RealEpoch

  constructor(environment: Environment, format: TimestampFormat) {
    this.#environment = environment
    this.#epoch = new RealEpoch(environment)
    this.#format = format
  }

  /** Sets T2 to the time of arrival, and T3 to the time at which this is called. */
  read(arrived: Nanos, now: Nanos): void {
    const epoch = this.#epoch.at(now)
    this.#set(this.received, epoch, arrived)
    // The engine calls once for many datagrams, and a keyed server needs some microseconds for each of them.
    this.#set(this.sent, epoch, Math.max(now, this.#environment.now?.() ?? now))
  }

  #set(time: ReflectionTimes['sent'], epoch: ReturnType<Environment['epoch']>, at: Nanos): void {
    const nanos = epoch.nanos + at
    const seconds = Math.floor(nanos / SECOND)
    time.seconds = epoch.seconds + seconds
    time.nanos = nanos - seconds * SECOND
    time.high = secondsWord(this.#format, time.seconds)
    time.low = fractionWord(this.#format, time.nanos)
  }
}
