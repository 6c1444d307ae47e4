import { envelopeSize, TOKEN_SIZE } from './envelope.ts'
import type { IrttClock, IrttParameters, IrttStamps, IrttStats } from './parameters.ts'

/** Offsets of the fields that a server fills, in bytes from the start of the datagram. Absent: the session does not have the field. */
interface IrttFields {
  readonly count?: number
  readonly window?: number
  readonly receiveWall?: number
  readonly receiveMono?: number
  readonly midpointWall?: number
  readonly midpointMono?: number
  readonly sendWall?: number
  readonly sendMono?: number
}

/** Offsets of all fields of an echo request and of its reply, in bytes from the start. */
export interface IrttLayout extends IrttFields {
  readonly isAuthenticated: boolean
  readonly token: number
  readonly sequence: number
  /** Where the payload begins. */
  readonly payload: number
  /** Bytes of a request and of its reply: those of the fields, or more if the session agreed on more. */
  readonly length: number
}

/** What the layout depends on. */
export type LaidOut = Pick<IrttParameters, 'stats' | 'stamps' | 'clock' | 'length'>

/** A session's fields follow each other by what was negotiated. No flag says which there are (docs/irtt.md). */
export function irttLayout(parameters: LaidOut, isAuthenticated: boolean): IrttLayout {
  const { stats, stamps, clock } = parameters
  const wall = hasWall(clock)
  const mono = hasMono(clock)
  const token = envelopeSize(isAuthenticated)
  const sequence = token + TOKEN_SIZE
  const fields: { -readonly [Name in keyof IrttFields]: IrttFields[Name] } = {}
  let at = sequence + 4
  const place = (name: keyof IrttFields, size: number, isPresent: boolean): void => {
    if (!isPresent) return
    fields[name] = at
    at += size
  }
  place('count', 4, hasCount(stats))
  place('window', 8, hasWindow(stats))
  place('receiveWall', 8, wall && hasReceive(stamps))
  place('receiveMono', 8, mono && hasReceive(stamps))
  place('midpointWall', 8, wall && stamps === 'midpoint')
  place('midpointMono', 8, mono && stamps === 'midpoint')
  place('sendWall', 8, wall && hasSend(stamps))
  place('sendMono', 8, mono && hasSend(stamps))
  return { isAuthenticated, token, sequence, ...fields, payload: at, length: Math.max(at, parameters.length) }
}

function hasCount(stats: IrttStats): boolean {
  return stats === 'count' || stats === 'both'
}

function hasWindow(stats: IrttStats): boolean {
  return stats === 'window' || stats === 'both'
}

function hasReceive(stamps: IrttStamps): boolean {
  return stamps === 'receive' || stamps === 'both'
}

function hasSend(stamps: IrttStamps): boolean {
  return stamps === 'send' || stamps === 'both'
}

function hasWall(clock: IrttClock | undefined): boolean {
  return clock === 'wall' || clock === 'both'
}

function hasMono(clock: IrttClock | undefined): boolean {
  return clock === 'monotonic' || clock === 'both'
}
