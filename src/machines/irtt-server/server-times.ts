import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { IrttTimes } from '../../wire/irtt/echo.ts'
import type { Environment } from '../machine.ts'

/** How long a reading of real time relative to the driver's clock is used: a system clock may be set while the server runs. */
const EPOCH_AGE: Nanos = SECOND

/** The clocks of a server, as in its replies. The monotonic one begins with the server. */
export class ServerTimes {
  readonly #environment: Environment
  /** Real time at the driver's epoch, in ns since 1970: more than 2^53. */
  #epoch = 0n
  #epochUntil: Nanos = -Infinity

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** Of the reply to a request that arrived at `arrived` and is answered at `now`. */
  of(arrived: Nanos, now: Nanos): Required<IrttTimes> {
    if (now >= this.#epochUntil) {
      const { seconds, nanos } = this.#environment.epoch()
      this.#epoch = BigInt(seconds) * BigInt(SECOND) + BigInt(nanos)
      this.#epochUntil = now + EPOCH_AGE
    }
    // Not before the clock began, and not 0, which is no time in a reply.
    const send = BigInt(Math.max(1, Math.round(now)))
    const receive = BigInt(Math.max(1, Math.round(Math.min(arrived, now))))
    const midpoint = (receive + send) / 2n
    const epoch = this.#epoch
    return {
      receiveWall: epoch + receive,
      receiveMono: receive,
      midpointWall: epoch + midpoint,
      midpointMono: midpoint,
      sendWall: epoch + send,
      sendMono: send,
    }
  }
}
