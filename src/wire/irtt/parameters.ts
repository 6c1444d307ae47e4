import type { Nanos } from '../../base/nanos.ts'
import { VarintReader, writeUvarint, writeVarint } from './varint.ts'

/** What irtt's server adds to a reply: how many requests it received, and which of the last 64. */
export type IrttStats = 'none' | 'count' | 'window' | 'both'
/** At which moments irtt's server reads its clocks for a reply. `midpoint` is the middle between receiving and sending. */
export type IrttStamps = 'none' | 'send' | 'receive' | 'both' | 'midpoint'
export type IrttClock = 'wall' | 'monotonic' | 'both'

/** What client and server of a session agree on (docs/irtt.md). */
export interface IrttParameters {
  /** Of the protocol; 0: not written. */
  readonly version: number
  readonly duration: Nanos
  readonly interval: Nanos
  /** Bytes of a request and of its reply, if their fields need no more. */
  readonly length: number
  readonly stats: IrttStats
  readonly stamps: IrttStamps
  /** Absent: none, which is possible only without stamps. */
  readonly clock?: IrttClock
  /** The whole TOS byte of requests and replies. */
  readonly tos: number
  /** What the server fills its payload with, at most 32 characters of one byte; absent: its own choice. */
  readonly fill?: string
}

export const IRTT_VERSION = 1

const ID = { version: 1, duration: 2, interval: 3, length: 4, stats: 5, stamps: 6, clock: 7, tos: 8, fill: 9 } as const

/** In the order of their numbers on the wire. */
const STATS = ['none', 'count', 'window', 'both'] as const
const STAMPS = ['none', 'send', 'receive', 'both', 'midpoint'] as const
const CLOCKS = [undefined, 'wall', 'monotonic', 'both'] as const

const MAX_FILL = 32
const MAX_TOS = 255

/** The parameters as on the wire: an identifier and a value each, by identifier; those that are 0 are left out. */
export function writeIrttParameters(parameters: IrttParameters): Uint8Array {
  const bytes: number[] = []
  const write = (id: number, value: number): void => {
    if (value === 0) return
    writeUvarint(bytes, id)
    writeVarint(bytes, value)
  }
  write(ID.version, parameters.version)
  write(ID.duration, parameters.duration)
  write(ID.interval, parameters.interval)
  write(ID.length, parameters.length)
  write(ID.stats, STATS.indexOf(parameters.stats))
  write(ID.stamps, STAMPS.indexOf(parameters.stamps))
  write(ID.clock, CLOCKS.indexOf(parameters.clock))
  write(ID.tos, parameters.tos)
  const fill = Array.from(parameters.fill ?? '', character => character.charCodeAt(0) & 0xff)
  if (fill.length > 0) {
    writeUvarint(bytes, ID.fill)
    writeUvarint(bytes, fill.length)
    bytes.push(...fill)
  }
  return Uint8Array.from(bytes)
}

/**
 * The parameters in `bytes`, up to its end. A value above 2^53 is rounded. Undefined if they are malformed or impossible: no positive duration
 * and interval, a number that names nothing, stamps of no clock.
 */
export function readIrttParameters(bytes: Uint8Array): IrttParameters | undefined {
  const values = new Map<number, number>()
  let fill: string | undefined
  const reader = new VarintReader(bytes)
  while (!reader.done) {
    const id = reader.uvarint()
    if (id === undefined) return undefined
    if (id === ID.fill) {
      const length = reader.uvarint()
      const text = length === undefined || length > MAX_FILL ? undefined : reader.take(length)
      if (text === undefined) return undefined
      fill = String.fromCharCode(...text)
      continue
    }
    const value = reader.varint()
    if (value === undefined) return undefined
    values.set(id, value)
  }
  return checked(id => values.get(id) ?? 0, fill)
}

function checked(value: (id: number) => number, fill: string | undefined): IrttParameters | undefined {
  const duration = value(ID.duration)
  const interval = value(ID.interval)
  const length = value(ID.length)
  const tos = value(ID.tos)
  const stats = STATS[value(ID.stats)]
  const stamps = STAMPS[value(ID.stamps)]
  const clockNumber = value(ID.clock)
  const clock = CLOCKS[clockNumber]
  if (duration <= 0 || interval <= 0 || length < 0 || tos < 0 || tos > MAX_TOS) return undefined
  if (stats === undefined || stamps === undefined || (clock === undefined && (clockNumber !== 0 || stamps !== 'none')))
    return undefined
  return {
    version: value(ID.version),
    duration,
    interval,
    length,
    stats,
    stamps,
    ...(clock === undefined ? {} : { clock }),
    tos,
    ...(fill === undefined || fill === '' ? {} : { fill }),
  }
}
