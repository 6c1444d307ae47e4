import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { IrttTimes } from '../../wire/irtt/echo.ts'
import type { Environment } from '../machine.ts'
import { RealEpoch } from '../real-epoch.ts'

const NANOS = BigInt(SECOND)

/** The clocks of a server, as in its replies. The monotonic one begins with the server. */
export class ServerTimes {
  readonly #epoch: RealEpoch

  constructor(environment: Environment) {
    this.#epoch = new RealEpoch(environment)
  }

  /** Of the reply to a request that arrived at `arrived` and is answered at `now`. */
  of(arrived: Nanos, now: Nanos): Required<IrttTimes> {
    // Not before the clock began, and not 0, which is no time in a reply.
    const send = BigInt(Math.max(1, Math.round(now)))
    const receive = BigInt(Math.max(1, Math.round(Math.min(arrived, now))))
    const midpoint = (receive + send) / 2n
    const { seconds, nanos } = this.#epoch.at(now)
    // In ns since 1970: more than 2^53.
    const epoch = BigInt(seconds) * NANOS + BigInt(nanos)
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
