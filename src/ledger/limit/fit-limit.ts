import { MILLISECOND, SECOND } from '../../base/nanos.ts'
import { backlogs } from './backlog.ts'
import type { LimitFit } from './limit-fit.ts'
import { findLine, type LimitLine } from './limit-line.ts'
import { lossPointsOf, type LossPoints } from './loss-points.ts'
import type { Passage } from './passage.ts'
import { queueEvidence } from './queue-evidence.ts'

const LEAST_LOSSES = 20
const LEAST_POINTS = 8
const LEAST_EXPLAINED = 0.6
const MOST_ABOVE = 0.05
/** Maximum of the spread² of the points, as a share of the variance of a random walk of the same losses. */
const MOST_WALK = 1 / 400
/** Time between the time stamp of a datagram and the limit on a busy machine. */
const SLACK = 0.5 * MILLISECOND
const LARGEST_ERROR = 0.1

/**
 * The rate limit that the losses of a passage show, if they show one. Undefined: too few losses, or losses that random, bursty, or periodic loss
 * explains as well (docs/ledger.md, Losses of a rate limit).
 */
export function fitLimit(passage: Passage): LimitFit | undefined {
  const { count, passed, bytes } = passage
  let [losses, offeredBytes] = [0, 0]
  for (let i = 0; i < count; i++) {
    if (passed[i] === 0) losses += 1
    offeredBytes += bytes[i] ?? 0
  }
  const points = lossPointsOf(passage)
  if (losses < LEAST_LOSSES || points.count < LEAST_POINTS) return undefined
  const line = findLine(passage, points, offeredBytes / count)
  return line === undefined ? undefined : judge(passage, points, line)
}

function judge(passage: Passage, points: LossPoints, line: LimitLine): LimitFit | undefined {
  const { count, entered, passed, bytes, packets, direction } = passage
  const backlog = backlogs(passage, line.rate, line.floor)
  const datagram = bytes.reduce((sum, value) => sum + value, 0) / count
  const slack = Math.max(6 * line.spread, Math.min(line.rate * SLACK, Math.abs(line.level) / 4))
  const isNear = (i: number): boolean =>
    Math.abs((backlog[i] ?? 0) + (bytes[i] ?? 0) / 2 - line.level) <= (bytes[i] ?? 0) + datagram / 2 + slack
  let [first, last, explained, losses] = [-1, -1, 0, 0]
  for (let i = 0; i < count; i++) {
    if (passed[i] === 1) continue
    losses += 1
    if (!isNear(i)) continue
    if (first < 0) first = i
    last = i
    explained += 1
  }
  if (first < 0 || explained < losses * LEAST_EXPLAINED) return undefined
  const rows = last - first + 1
  let [passes, above, through, throughPackets, offered, least, lost] = [0, 0, 0, 0, 0, Infinity, 0]
  for (let i = first; i <= last; i++) {
    const size = bytes[i] ?? 0
    offered += size
    least = Math.min(least, backlog[i] ?? 0)
    if (passed[i] === 0) lost += 1
    else {
      passes += 1
      through += size
      throughPackets += packets[i] ?? 1
      if ((backlog[i] ?? 0) > line.level + datagram + slack) above += 1
    }
  }
  const duration = (entered[last] ?? 0) - (entered[first] ?? 0)
  const ratio = lost / rows
  const walk = Math.min(rows, line.rows) * ratio * (1 - ratio) * datagram * datagram
  if (!(line.spread * line.spread <= MOST_WALK * walk) || above > passes * MOST_ABOVE) return undefined
  const error = (datagram + 3 * line.spread) / (line.rate * duration)
  if (!(error <= LARGEST_ERROR)) return undefined
  const climb = typicalClimb(passage, backlog, first, last)
  const isFresh = line.floor === 0 && (backlog[first] ?? 0) + datagram / 2 > 2 * climb + 1.5 * datagram
  if (!isFresh && followsCount(passage, points, line, datagram)) return undefined
  const perPacket = through / throughPackets
  // A datagram is lost if less room than its size is left: half of one on average.
  const depth = line.level + datagram / 2
  return {
    direction,
    bytesPerSecond: line.rate * SECOND,
    packetsPerSecond: (line.rate * SECOND) / perPacket,
    error,
    offered: (offered / duration) * SECOND,
    depthBytes: isFresh ? depth : undefined,
    depthPackets: isFresh ? depth / perPacket : undefined,
    from: entered[first] ?? 0,
    until: entered[last] ?? 0,
    explained,
    unexplained: losses - explained,
    ...queueEvidence(passage, backlog, line),
  }
}

/**
 * Whether the number of datagrams explains the losses as well as time does: periodic loss. With an even pace it is the same, so the pace must
 * have changed to exclude that.
 */
function followsCount(passage: Passage, points: LossPoints, line: LimitLine, datagram: number): boolean {
  const { count, entered } = passage
  const step = ((entered[count - 1] ?? 0) - (entered[0] ?? 0)) / count
  const numbered = { ...passage, entered: entered.map((_, i) => i * step) }
  const other = findLine(numbered, { ...points, at: Float64Array.from(points.row, i => i * step) }, datagram)
  return other !== undefined && other.share > line.share - 0.3 && other.spread < 2 * line.spread + 0.1 * datagram
}

/** Median growth of the backlog from the end of a run of losses to the next loss. */
function typicalClimb({ passed }: Passage, backlog: Float64Array, first: number, last: number): number {
  const climbs: number[] = []
  let low = backlog[first] ?? 0
  for (let i = first + 1; i <= last; i++) {
    if (passed[i] === 0 && passed[i - 1] === 1) climbs.push((backlog[i] ?? 0) - low)
    if (passed[i] === 0) low = backlog[i] ?? 0
    else low = Math.min(low, backlog[i] ?? 0)
  }
  return climbs.sort((a, b) => a - b)[climbs.length >> 1] ?? 0
}
