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
/** Periods of a run whose medians are compared. */
const PERIODS = 32
/** A smaller growth is not distinguished from none. */
const LEAST_GROWTH: Nanos = 2 * MILLISECOND

/** How the time in the queue changed. Undefined: too few times are known. */
export function queueTrendOf({ direction, count, entered, queued, bytes, passed }: Passage): QueueTrend | undefined {
  const known = queued.filter(time => !Number.isNaN(time))
  if (known.length < LEAST_SAMPLES) return undefined
  const medians = periodsOf(entered, queued, Math.min(PERIODS, Math.floor(known.length / 4)))
  const rise = longestRise(medians)
  const rising = rise === undefined ? 0 : (rise.to.queued - rise.from.queued) / (rise.to.at - rise.from.at)
  const sorted = known.toSorted()
  const [low, high] = [sorted[0] ?? 0, at(sorted, 0.95)]
  const full = medians.filter(period => period.queued >= Math.max(LEAST_GROWTH, 0.8 * (high - low)))
  const span = rise ?? (full.length < 2 ? undefined : { from: full[0], to: full.at(-1) })
  const [from, to] = [span?.from?.at ?? NaN, span?.to?.at ?? NaN]
  let through = 0
  for (let i = 0; i < count; i++) {
    const now = entered[i] ?? 0
    if (passed[i] === 1 && now >= from && now < to) through += bytes[i] ?? 0
  }
  const growth = rising > 0 ? rising : 0
  const last = medians.at(-1)
  const quarter = Math.max(1, medians.length >> 2)
  return {
    direction,
    median: at(sorted, 0.5),
    first: middle(medians.slice(0, quarter)),
    last: middle(medians.slice(-quarter)),
    p95: high,
    growth: growth * SECOND,
    isGrowing: rise !== undefined && rise.to === last,
    // What came out while the queue grew: it took longer by the growth until as much had left it as entered.
    drained: span === undefined ? NaN : (through / ((to - from) * (1 + growth))) * SECOND,
  }
}

interface Period {
  readonly at: Nanos
  readonly queued: Nanos
}

function periodsOf(entered: Float64Array, queued: Float64Array, count: number): readonly Period[] {
  const end = (entered.at(-1) ?? 0) + 1
  const times: number[][] = Array.from({ length: count }, () => [])
  entered.forEach((now, i) => {
    const time = queued[i] ?? NaN
    if (!Number.isNaN(time)) times[Math.floor((now / end) * count)]?.push(time)
  })
  return times.flatMap((list, n) =>
    list.length === 0 ? [] : [{ at: ((n + 0.5) * end) / count, queued: at(Float64Array.from(list).sort(), 0.5) }],
  )
}

/** The longest time in which each period's queue is longer than that of the one before, if it grew by a significant time. */
function longestRise(periods: readonly Period[]): { readonly from: Period; readonly to: Period } | undefined {
  let best: { readonly from: Period; readonly to: Period } | undefined
  let from = periods[0]
  for (const [n, period] of periods.entries()) {
    const before = periods[n - 1]
    if (from === undefined || (before !== undefined && period.queued <= before.queued)) from = period
    if (period.queued - from.queued < LEAST_GROWTH || period.at - from.at <= 0) continue
    if (best === undefined || period.at - from.at > best.to.at - best.from.at) best = { from, to: period }
  }
  return best
}

function middle(periods: readonly Period[]): Nanos {
  return at(Float64Array.from(periods, ({ queued }) => queued).sort(), 0.5)
}

function at(sorted: Float64Array, p: number): Nanos {
  return sorted[percentileRank(p, sorted.length) - 1] ?? NaN
}
