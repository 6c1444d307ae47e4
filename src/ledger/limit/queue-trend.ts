import { MILLISECOND, SECOND, type Nanos } from '../../base/nanos.ts'
import { percentileRank } from '../percentile.ts'
import type { Passage } from './passage.ts'

/** How the time in the queue of one passage changed during a run. */
export interface QueueTrend {
  readonly direction: 'forward' | 'return' | 'roundTrip'
  /** Median above the smallest delay: over the run, in its first and in its last quarter, ns. */
  readonly median: Nanos
  readonly first: Nanos
  readonly last: Nanos
  /** 95th percentile, ns. */
  readonly p95: Nanos
  /** Growth in the longest steady rise, ns of queue for each second; 0: none. */
  readonly growth: number
  /** It still grew at the end: more was offered than passed, although nothing needs to be lost yet. */
  readonly isGrowing: boolean
  /** Bytes a second that came out of the queue while it grew or was full (IP layer). NaN: no such period. */
  readonly drained: number
}

const LEAST_SAMPLES = 16
/** Times, evenly chosen, that are enough for every median. */
const MOST_SAMPLES = 2 ** 17
/** Periods of a run whose medians are compared. */
const PERIODS = 24
/** A smaller growth is not distinguished from none: a busy machine delays as much. */
const LEAST_GROWTH: Nanos = 2 * MILLISECOND
/** Nor is a smaller share of the queue: a full one varies. */
const LEAST_PART = 0.3
/** A queue that still grows has done so for this share of the run. */
const LEAST_SHARE = 0.25

/** How the time in the queue changed. Undefined: too few times are known. */
export function queueTrendOf(passage: Passage): QueueTrend | undefined {
  const { direction, count, entered, queued } = passage
  const step = Math.ceil(count / MOST_SAMPLES)
  const sorted = queued.filter((time, i) => i % step === 0 && !Number.isNaN(time)).sort()
  if (sorted.length < LEAST_SAMPLES) return undefined
  const periods = periodsOf(passage, step, Math.min(PERIODS, Math.floor(sorted.length / 4)))
  const p95 = at(sorted, 0.95)
  const rise = longestRise(periods, Math.max(LEAST_GROWTH, LEAST_PART * p95))
  const growth = rise === undefined ? 0 : (rise.to.queued - rise.from.queued) / (rise.to.at - rise.from.at)
  // A full queue loses datagrams.
  const full = periods.filter(({ queued: time, lost }) => lost > 0 && time >= Math.max(LEAST_GROWTH, 0.8 * p95))
  const quarter = Math.max(1, periods.length >> 2)
  const end = entered.at(-1) ?? 0
  return {
    direction,
    median: at(sorted, 0.5),
    first: middle(periods.slice(0, quarter)),
    last: middle(periods.slice(-quarter)),
    p95,
    growth: growth * SECOND,
    isGrowing:
      rise !== undefined && rise.to.at >= (periods.at(-2)?.at ?? 0) && rise.to.at - rise.from.at >= LEAST_SHARE * end,
    // What entered while the queue grew left it in a longer time.
    drained: full.length >= 4 ? through(full, 0) : rise === undefined ? NaN : through(rise.periods, growth),
  }
}

interface Period {
  /** Its middle. */
  readonly at: Nanos
  readonly length: Nanos
  readonly queued: Nanos
  /** Bytes that came through, and lost datagrams. */
  readonly passed: number
  readonly lost: number
}

function periodsOf(
  { count, entered, bytes, passed, queued }: Passage,
  step: number,
  number: number,
): readonly Period[] {
  const length = ((entered[count - 1] ?? 0) + 1) / number
  const times: number[][] = Array.from({ length: number }, () => [])
  const [sums, lost] = [new Float64Array(number), new Float64Array(number)]
  for (let i = 0; i < count; i++) {
    const period = Math.floor((entered[i] ?? 0) / length)
    const time = queued[i] ?? NaN
    if (i % step === 0 && !Number.isNaN(time)) times[period]?.push(time)
    if (passed[i] === 1) sums[period] = (sums[period] ?? 0) + (bytes[i] ?? 0)
    else lost[period] = (lost[period] ?? 0) + 1
  }
  return times.flatMap((list, n) => {
    const median = at(Float64Array.from(list).sort(), 0.5)
    const sum = sums[n] ?? 0
    return list.length === 0
      ? []
      : [{ at: (n + 0.5) * length, length, queued: median, passed: sum, lost: lost[n] ?? 0 }]
  })
}

interface Rise {
  readonly from: Period
  readonly to: Period
  readonly periods: readonly Period[]
}

/**
 * The longest time in which each period's queue is longer than that of the one before, but for a tenth of the growth, if it grew by a
 * significant time and share of what it was at the end. It ends where nearly all of the growth has happened.
 */
function longestRise(periods: readonly Period[], least: Nanos): Rise | undefined {
  let best: Rise | undefined
  let [start, top] = [0, -Infinity]
  for (const [n, { queued }] of periods.entries()) {
    const low = periods[start]?.queued ?? 0
    if (queued <= low || queued < top - 0.1 * (top - low)) [start, top] = [n, queued]
    top = Math.max(top, queued)
    const growth = top - (periods[start]?.queued ?? 0)
    if (queued < top || growth < least) continue
    const rise = trimmed(periods.slice(start, n + 1), growth)
    if (rise !== undefined && (best === undefined || rise.to.at - rise.from.at > best.to.at - best.from.at)) best = rise
  }
  return best
}

/** Without the flat periods at both ends. */
function trimmed(periods: readonly Period[], growth: Nanos): Rise | undefined {
  const low = periods[0]?.queued ?? 0
  const first = periods.findLastIndex(({ queued }) => queued <= low + 0.05 * growth)
  const last = periods.findIndex(({ queued }) => queued >= low + 0.95 * growth)
  const [from, to] = [periods[first], periods[last]]
  if (from === undefined || to === undefined || last <= first) return undefined
  return { from, to, periods: periods.slice(first, last + 1) }
}

/** Bytes a second that left the queue: those that came through in these periods. @param growth ns of queue for each ns */
function through(periods: readonly Period[], growth: number): number {
  const [bytes, time] = periods.reduce(([sum, all], { passed, length }) => [sum + passed, all + length], [0, 0])
  return (bytes / (time * (1 + growth))) * SECOND
}

function middle(periods: readonly Period[]): Nanos {
  return at(Float64Array.from(periods, ({ queued }) => queued).sort(), 0.5)
}

function at(sorted: Float64Array, p: number): Nanos {
  return sorted[percentileRank(p, sorted.length) - 1] ?? NaN
}
