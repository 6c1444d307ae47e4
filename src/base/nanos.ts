/** Nanoseconds since the driver's epoch: an integer below 2^53 (104 days), never a bigint, never a Date. `Infinity`: never. */
export type Nanos = number

export const MICROSECOND: Nanos = 1_000
export const MILLISECOND: Nanos = 1_000_000
export const SECOND: Nanos = 1_000_000_000

/** Nanoseconds as milliseconds, for the Result. */
export function toMs(nanos: Nanos): number {
  return nanos / MILLISECOND
}
