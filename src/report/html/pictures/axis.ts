import { formatMs } from '../../text/milliseconds.ts'

/** A scale of a picture. */
export interface Axis {
  readonly from: number
  readonly to: number
  readonly logarithmic: boolean
  /** Values that get a line and a number. */
  readonly ticks: readonly number[]
  /** Maps a value to 0 (`from`) … 1 (`to`). Values outside are clamped. */
  readonly place: (value: number) => number
}

/** Relative differences below this are rounding errors of doubles. */
const SAME = 1e-9
/** More numbers would overlap. */
const MOST_TICKS = 9
/** From this ratio on, the axis is logarithmic: on a linear one most values would be in the lowest step. */
const WIDE = 8

/** A linear axis with about this many ticks at round numbers. */
export function linearAxis(from: number, to: number, about: number): Axis {
  // Treat values that differ only in their last digits as one.
  const span = to - from > Math.abs(to) * SAME ? to - from : 1
  const step = roundStep(span / about)
  const ticks: number[] = []
  for (let number = Math.ceil(from / step - 1e-9); number * step <= from + span * (1 + 1e-9); number++)
    ticks.push(number * step + 0)
  return {
    from,
    to: from + span,
    logarithmic: false,
    ticks,
    place: value => clamp((value - from) / span),
  }
}

/** A logarithmic axis between round numbers. Both ends must be above 0. */
export function logAxis(from: number, to: number): Axis {
  const values: number[] = []
  for (let decade = Math.floor(Math.log10(from)) - 1; decade <= Math.ceil(Math.log10(to)) + 1; decade++)
    for (const digit of [1, 2, 5]) values.push(Number(`${digit}e${decade}`))
  const least = values.findLast(value => value <= from * (1 + SAME)) ?? from
  const greatest = values.find(value => value >= to * (1 - SAME) && value > least * 1.5) ?? 2 * least
  const inside = values.filter(value => value >= least && value <= greatest)
  const start = Math.log(least)
  const scale = Math.log(greatest) - start
  return {
    from: least,
    to: greatest,
    logarithmic: true,
    ticks: inside.length > MOST_TICKS ? inside.filter(value => value.toExponential().startsWith('1')) : inside,
    place: value => clamp((Math.log(Math.max(value, least)) - start) / scale),
  }
}

/** The axis for delays from `minMs` to `maxMs`: logarithmic for a wide range, else linear from 0. */
export function delayAxis(minMs: number, maxMs: number): Axis {
  if (minMs > 0 && maxMs / minMs >= WIDE) return logAxis(minMs, maxMs)
  const top = maxMs > 0 ? maxMs * 1.05 : 1
  return linearAxis(0, top, 5)
}

/** A time at a tick: `2 s`, not `2.00 s`. */
export function tickText(ms: number): string {
  return formatMs(ms)
    .replace(/(?<=\.\d*)0+(?= )/u, '')
    .replace(/\.(?= )/u, '')
}

function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  const digit = [1, 2, 5, 10].find(candidate => candidate * power >= step * (1 - 1e-9)) ?? 10
  return digit * power
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share))
}
