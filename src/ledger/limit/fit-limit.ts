import { MILLISECOND, SECOND } from '../../base/nanos.ts'
import { backlogs } from './backlog.ts'
import type { LimitFit } from './limit-fit.ts'
import { findLine, type LimitLine } from './limit-line.ts'
import { lossPointsOf, thinned, type LossPoints } from './loss-points.ts'
import type { Passage } from './passage.ts'
import { followsCount, usualClimb } from './periodic-loss.ts'
import { queueEvidence } from './queue-evidence.ts'

const LEAST_LOSSES = 20
const LEAST_POINTS = 8
/** More points make the rate no more exact: its error is that of the first and the last ones. */
const MOST_POINTS = 4096
const LEAST_EXPLAINED = 0.6
const MOST_ABOVE = 0.2
/**
 * Maximum of (median distance from the line)² / variance of the random walk of as many random losses (docs/ledger.md, Losses of a rate
 * limit).
 */
const MOST_WALK = 1 / 1000
/** In fewer rows than this chance has more influence. */
const FEW_ROWS = 100
/** Least rows if nothing shows that a bucket or queue filled first: in fewer, random losses lie on a line in one of 10 000 runs. */
const LEAST_ROWS = 300
/** Time between the time stamp of a datagram and the limit on a busy machine. */
const SLACK = 0.5 * MILLISECOND
/** Most losses before the first one of a limit, as a share of as many as later: losses of other causes. */
const MOST_BEFORE = 0.2
const LARGEST_ERROR = 0.1
/** A limit loses what is above it. */
const LEAST_EXCESS = 1.005
/** Least part of what the limit lets through that came through: otherwise it was not the limit most of the time. */
const LEAST_USE = 0.8

/**
 * The rate limit that the losses of a passage show, if they show one. Undefined: too few losses, or losses that random, bursty, or periodic loss
 * explains as well (docs/ledger.md, Losses of a rate limit). Linear in the number of rows.
 */
export function fitLimit(passage: Passage): LimitFit | undefined {
  const { count, passed, bytes, packets } = passage
  let [losses, least, most, sum, allPackets] = [0, Infinity, 0, 0, 0]
  for (let i = 0; i < count; i++) {
    const size = bytes[i] ?? 0
    if (passed[i] === 0) losses += 1
    if (size < least) least = size
    if (size > most) most = size
    sum += size
    allPackets += packets[i] ?? 1
  }
  if (losses < LEAST_LOSSES) return undefined
  const byBytes = fitWith(passage, passage.bytes, sum / count)
  if (least === most) return byBytes?.fit
  const each = sum / allPackets
  const byPackets = fitWith(
    passage,
    Float64Array.from(packets, number => number * each),
    sum / count,
  )
  if (byBytes === undefined || byPackets === undefined) return (byBytes ?? byPackets)?.fit
  return byPackets.spread < byBytes.spread / 2 ? byPackets.fit : byBytes.fit
}

interface Fitted {
  readonly fit: LimitFit
  readonly spread: number
}

/** @param weights what the limit counts of each datagram @param mean of the weights */
function fitWith(passage: Passage, weights: Float64Array, mean: number): Fitted | undefined {
  const weighed = { ...passage, bytes: weights }
  const points = thinned(lossPointsOf(weighed), MOST_POINTS)
  if (points.count < LEAST_POINTS) return undefined
  const line = findLine(weighed, points, mean)
  return line === undefined ? undefined : judge(passage, weighed, points, line, mean)
}

/** The fit of a line, if it is that of a limit. */
function judge(
  passage: Passage,
  weighed: Passage,
  points: LossPoints,
  line: LimitLine,
  mean: number,
): Fitted | undefined {
  const { entered, direction } = passage
  const backlog = backlogs(weighed, line.rate, line.floor)
  const slack = Math.max(6 * line.spread, Math.min(line.rate * SLACK, Math.abs(line.level) / 4))
  const applied = appliedTo(weighed, passage, backlog, line, mean / 2 + slack)
  if (applied === undefined) return undefined
  const { first, last, losses, explained, lost, offered, through, throughBytes, throughPackets, above } = applied
  const duration = (entered[last] ?? 0) - (entered[first] ?? 0)
  const rows = last - first + 1
  const ratio = lost / rows
  const spread = spreadOf(points, backlog, weighed, applied, line.level)
  const walk = Math.min(rows, line.rows) * ratio * (1 - ratio) * mean * mean
  const capacity = line.rate * duration
  const error = (mean + 3 * spread) / capacity
  if (
    explained < Math.max(LEAST_LOSSES, losses * LEAST_EXPLAINED) ||
    above > (rows - lost) * MOST_ABOVE ||
    !(spread * spread * (1 + FEW_ROWS / rows) <= MOST_WALK * walk) ||
    !(error <= LARGEST_ERROR) ||
    offered < capacity * LEAST_EXCESS ||
    through < capacity * LEAST_USE
  )
    return undefined
  const climb = usualClimb(weighed, backlog, first, last)
  // Periodic loss begins within one period: a bucket or queue that takes longer to fill is none.
  const isAbove = (row: number): boolean =>
    Math.min(line.level, (backlog[row] ?? 0) + mean / 2) > 1.75 * climb + 0.9 * mean
  const isFresh =
    line.floor === 0 &&
    (isAbove(weighed.passed.indexOf(0)) || (applied.before <= MOST_BEFORE * ratio * first + 1 && isAbove(first)))
  if (!isFresh && (rows < LEAST_ROWS || followsCount(weighed, points, { ...line, spread }, mean))) return undefined
  const [perByte, perPacket] = [throughBytes / through, throughPackets / through]
  // A datagram is lost if less room than its size is left: half of one on average.
  const depth = line.level + mean / 2
  const fit: LimitFit = {
    direction,
    bytesPerSecond: line.rate * perByte * SECOND,
    packetsPerSecond: line.rate * perPacket * SECOND,
    error,
    offered: ((offered * perByte) / duration) * SECOND,
    depthBytes: isFresh ? depth * perByte : undefined,
    depthPackets: isFresh ? depth * perPacket : undefined,
    from: entered[first] ?? 0,
    until: entered[last] ?? 0,
    explained,
    unexplained: losses - explained,
    ...queueEvidence(weighed, backlog, { ...line, spread }),
  }
  return { fit, spread }
}

/** The rows from the first to the last loss that a limit explains. */
interface Applied {
  readonly first: number
  readonly last: number
  /** Losses before the first one. */
  readonly before: number
  /** Losses of the whole passage, and those that it explains. */
  readonly losses: number
  readonly explained: number
  /** Losses between the two, whatever their cause. */
  readonly lost: number
  /** What the limit counts: all of it, and what came through; this also in bytes and packets. */
  readonly offered: number
  readonly through: number
  readonly throughBytes: number
  readonly throughPackets: number
  /** Datagrams that came through above the line. */
  readonly above: number
}

function appliedTo(
  { count, passed, bytes: weights }: Passage,
  { bytes, packets }: Passage,
  backlog: Float64Array,
  { level }: LimitLine,
  slack: number,
): Applied | undefined {
  let [first, last, explained, losses, before] = [-1, -1, 0, 0, 0]
  for (let i = 0; i < count; i++) {
    if (passed[i] === 1) continue
    losses += 1
    const weight = weights[i] ?? 0
    if (Math.abs((backlog[i] ?? 0) + weight / 2 - level) > weight + slack) continue
    if (first < 0) [first, before] = [i, losses - 1]
    last = i
    explained += 1
  }
  if (first < 0) return undefined
  let [lost, offered, through, throughBytes, throughPackets, above] = [0, 0, 0, 0, 0, 0]
  for (let i = first; i <= last; i++) {
    const weight = weights[i] ?? 0
    offered += weight
    if (passed[i] === 0) {
      lost += 1
      continue
    }
    through += weight
    throughBytes += bytes[i] ?? 0
    throughPackets += packets[i] ?? 1
    if ((backlog[i] ?? 0) > level + weight / 2 + slack) above += 1
  }
  return { first, last, before, losses, explained, lost, offered, through, throughBytes, throughPackets, above }
}

/** Median distance of the points from the line while the limit applied. */
function spreadOf(
  { count, row }: LossPoints,
  backlog: Float64Array,
  { bytes }: Passage,
  { first, last }: Applied,
  level: number,
): number {
  const distances = new Float64Array(count)
  let n = 0
  for (const i of row) {
    if (i < first || i > last) continue
    distances[n] = Math.abs((backlog[i] ?? 0) + (bytes[i] ?? 0) / 2 - level)
    n += 1
  }
  return distances.subarray(0, n).sort()[n >> 1] ?? NaN
}
