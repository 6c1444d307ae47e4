import { MILLISECOND, SECOND, type Nanos } from '../../../base/nanos.ts'
import { formatDuration } from '../../../base/duration.ts'
import type { Family } from '../../../base/address.ts'
import { formatRate } from '../../../base/rate.ts'
import type { RunFacts } from '../../../facts/run.ts'
import type { Analysis } from '../../../ledger/analysis.ts'
import { fitLimit } from '../../../ledger/limit/fit-limit.ts'
import type { LimitFit } from '../../../ledger/limit/limit-fit.ts'
import type { Passage } from '../../../ledger/limit/passage.ts'
import { passagesOf } from '../../../ledger/limit/passages.ts'
import { queueTrendOf, type QueueTrend } from '../../../ledger/limit/queue-trend.ts'
import { DIRECTION_WORDS } from '../../direction-words.ts'
import { isLost, type Slot } from '../slot.ts'

/** Fewer probes in an epoch show neither a rate nor how a queue grows: ten a second. */
const FEWEST_PROBES = 100
/** Losses of a limit that a fit needs at least (fit-limit.ts). */
const FEWEST_LOSSES = 20
/** A smaller rise in an epoch is ordinary jitter. */
const LEAST_RISE: Nanos = 20 * MILLISECOND
/** A faster rise is another path, or a pause of a host. */
const SHORTEST_RISE: Nanos = SECOND

/** What an epoch shows about limits of the rate. */
export interface EpochLimit {
  /** The limit on whose line its losses lie. */
  readonly fit: LimitFit | undefined
  /** The queue that grew until its end. */
  readonly rise: QueueTrend | undefined
  /** Its smallest round trip. NaN: no reply. */
  readonly least: Nanos
  /** Something was lost often enough for a fit. */
  readonly isLossy: boolean
  /** Replies a second. */
  readonly passedPps: number
}

/** An epoch with too few probes. */
const NOTHING: EpochLimit = { fit: undefined, rise: undefined, least: NaN, isLossy: false, passedPps: 0 }

/**
 * Reads a closed epoch. The analysis takes as long as that of a thousand ordinary epochs, so it is made only where it can show something: of a rate
 * high enough, when losses begin (a limit shows by what passes before them), or when round trips are longer at the end than at first.
 *
 * @param before what the epoch before it has shown
 */
export function epochLimit(
  slots: readonly Slot[],
  facts: RunFacts,
  analysis: Analysis,
  family: Family,
  before: EpochLimit = NOTHING,
): EpochLimit {
  if (slots.length < FEWEST_PROBES) return NOTHING
  let [lost, passed, least] = [0, 0, Infinity]
  for (const { state, rtt } of slots) {
    if (isLost(state) || state === 'refused') lost += 1
    if (rtt >= 0) passed += 1
    if (rtt < least) least = rtt
  }
  const isLossy = lost >= FEWEST_LOSSES
  const passedPps = (passed * SECOND) / (slots.length * facts.plan.interval)
  const nothing = { ...NOTHING, least: passed === 0 ? NaN : least, isLossy, passedPps }
  const [fits, rises] = [isLossy && !before.isLossy, hasRisen(slots)]
  if (!fits && !rises) return nothing
  const passages = Object.values(passagesOf(facts, analysis, family)).filter(passage => passage !== undefined)
  const fit = fits ? firstOf(passages, fitLimit) : undefined
  return { ...nothing, fit, rise: fit === undefined ? firstOf(passages, riseOf) : undefined }
}

/** Whether the median round trip of the last quarter is longer than that of the first by a visible time. */
function hasRisen(slots: readonly Slot[]): boolean {
  const quarter = slots.length >> 2
  return medianOf(slots.slice(-quarter)) - medianOf(slots.slice(0, quarter)) >= LEAST_RISE
}

/** NaN: no reply. */
function medianOf(slots: readonly Slot[]): Nanos {
  const rtts = Float64Array.from(slots, ({ rtt }) => rtt).filter(rtt => rtt >= 0)
  return rtts.sort()[rtts.length >> 1] ?? NaN
}

function firstOf<Result>(
  passages: readonly Passage[],
  read: (passage: Passage) => Result | undefined,
): Result | undefined {
  for (const passage of passages) {
    const result = read(passage)
    if (result !== undefined) return result
  }
  return undefined
}

/** A queue that grew steadily, and until the end. */
function riseOf(passage: Passage): QueueTrend | undefined {
  const trend = queueTrendOf(passage)
  if (trend === undefined || !trend.isGrowing || trend.last - trend.first < LEAST_RISE) return undefined
  return trend.p95 * SECOND >= SHORTEST_RISE * trend.growth ? trend : undefined
}

type Direction = LimitFit['direction']

const WHERE: Readonly<Record<Direction, string>> = {
  forward: ` ${DIRECTION_WORDS.forward}`,
  return: ` ${DIRECTION_WORDS.return}`,
  roundTrip: '',
}

/** `a policer from client to server passes 800 kbit/s of IP packets (70 pps) and drops the rest`. */
export function limitText({ direction, bytesPerSecond, packetsPerSecond, isQueue, queueAtLoss }: LimitFit): string {
  const name = isQueue === undefined ? 'a rate limit' : isQueue ? 'a queue of limited rate' : 'a policer'
  const bits = formatRate({ unit: 'bits', perSecond: 8 * bytesPerSecond })
  const packets = formatRate({ unit: 'packets', perSecond: packetsPerSecond })
  const delay =
    isQueue === true && queueAtLoss > 0
      ? `, after a delay of ${formatDuration(rounded(queueAtLoss))} when it is full`
      : ''
  return `${name}${WHERE[direction]} passes ${bits} of IP packets (${packets}) and drops the rest${delay}`
}

/** `a queue from client to server grows by 30 ms each second, to 150 ms so far`. */
export function queueText({ growth, last }: QueueTrend, direction: Direction): string {
  const grows = `grows by ${formatDuration(rounded(growth))} each second, to ${formatDuration(rounded(last))} so far`
  return `a queue${WHERE[direction]} ${grows}: more is sent through it than leaves it`
}

/** In three significant digits at most, but no finer than 0.1 ms. */
function rounded(time: Nanos): Nanos {
  const step = Math.max(MILLISECOND / 10, 10 ** (Math.floor(Math.log10(Math.max(1, time))) - 2))
  return Math.round(time / step) * step
}
