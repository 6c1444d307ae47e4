import type { IrttGrant } from '../../facts/irtt.ts'
import type { IrttPlan } from '../../facts/protocol.ts'
import type { IrttToken } from '../../wire/irtt/envelope.ts'
import type { IrttLayout } from '../../wire/irtt/layout.ts'
import type { IrttParameters } from '../../wire/irtt/parameters.ts'
import type { RequestRecord } from './request-record.ts'

/** A client's session on the server. */
export interface Session {
  readonly token: IrttToken
  readonly layout: IrttLayout
  /** Absent: the server sends no windows. */
  readonly record: RequestRecord | undefined
  /** The server ended it, or we did. */
  isOver: boolean
}

export function grantOf(parameters: IrttParameters, { length }: IrttLayout, asked: IrttPlan): IrttGrant {
  const { duration, interval, stats, stamps, clock = asked.clock, tos } = parameters
  return { duration, interval, length, stats, stamps, clock, tos }
}

/** Whether a datagram, long enough for it, has this token. */
export function hasToken(datagram: Uint8Array, { token: at }: IrttLayout, { low, high }: IrttToken): boolean {
  const view = new DataView(datagram.buffer, datagram.byteOffset + at, 8)
  return view.getUint32(0, true) === low && view.getUint32(4, true) === high
}
