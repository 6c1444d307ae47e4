import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { TimestampFormat } from '../../wire/stamp/timestamp.ts'
import type { RunFacts } from '../../facts/run.ts'
import { fractionWord, secondsWord, writeTimestamp } from '../../wire/stamp/timestamp.ts'

/** The timestamp T1 of a probe, from the time when it was sent. It is not kept: each use computes it again. */
export class ProbeClock {
  /** Real time (UTC) since 1970. */
  seconds = 0
  nanos = 0
  readonly #facts: Pick<RunFacts, 'epoch'>
  readonly #format: TimestampFormat

  constructor(facts: Pick<RunFacts, 'epoch'>, format: TimestampFormat) {
    this.#facts = facts
    this.#format = format
  }

  /** Sets the time: `sent` is of the driver's clock. */
  set(sent: Nanos): void {
    const { epoch } = this.#facts
    const nanos = (epoch?.nanos ?? 0) + sent
    const whole = Math.floor(nanos / SECOND)
    this.seconds = (epoch?.seconds ?? 0) + whole
    this.nanos = nanos - whole * SECOND
  }

  /** The two words of the timestamp on the wire. */
  get high(): number {
    return secondsWord(this.#format, this.seconds)
  }

  get low(): number {
    return fractionWord(this.#format, this.nanos)
  }

  /** Writes the timestamp to the first eight octets. */
  write(bytes: Uint8Array): void {
    writeTimestamp(bytes, 0, this.#format, this.seconds, this.nanos)
  }
}
