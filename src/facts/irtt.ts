import type { Nanos } from '../base/nanos.ts'
import type { IrttClock, IrttStamps, IrttStats } from '../wire/irtt/parameters.ts'

/** Parameters of a session as the server granted them. It may restrict what was asked for. */
export interface IrttGrant {
  /** 0: without end. */
  readonly duration: Nanos
  readonly interval: Nanos
  /** Bytes of a request and of a reply. */
  readonly length: number
  readonly stats: IrttStats
  readonly stamps: IrttStamps
  readonly clock: IrttClock
  /** The TOS byte that the server sets on its replies. */
  readonly tos: number
}

/** Observations of a run of irtt probes that the table of probes does not have. */
export interface IrttFacts {
  /** Whether the server answered the request to open the session: every client's. */
  opened: boolean
  /** The server ended the session. */
  closedByServer: boolean
  /** Absent: no session was opened. */
  granted?: IrttGrant
  /** Datagrams without the HMAC, or with a wrong one. They answer no probe. */
  forged: number
}

export function createIrttFacts(): IrttFacts {
  return { opened: false, closedByServer: false, forged: 0 }
}
