import type { LimitFit } from '../../ledger/limit/limit-fit.ts'
import { isCredible } from './agreed-fit.ts'
import type { TrialEvidence } from './limit.ts'

/** Bytes of lower layers that a limit may count with each packet: none, up to Ethernet with tags, preamble and a tunnel. */
const MOST_OVERHEAD = 60
/** Relative error besides those of the fits: queues and buckets hold whole packets. */
const ROUNDING = 0.01
/** If the sizes of packets differ by less, a limit of bits and one of packets look the same. */
const LEAST_RATIO = 1.4

/** What a limit counts: bits of packets, packets, or bits of payload, which only a program counts. */
export type CountedUnit = 'bits' | 'packets' | 'payload'

/** A fit with the size of its datagrams. */
export interface SizedFit {
  readonly packetBytes: number
  readonly size: number
  readonly fit: LimitFit
}

/** What a limit counts, from its rates at two sizes; undefined: there is no second size, or nothing explains both rates. */
export function countedUnit(one: SizedFit, others: readonly SizedFit[]): CountedUnit | undefined {
  const units = new Set(others.flatMap(other => unitOfTwo(one, other) ?? []))
  const [unit] = units
  return units.size === 1 ? unit : undefined
}

function unitOfTwo(one: SizedFit, other: SizedFit): CountedUnit | undefined {
  const [small, large] = one.packetBytes < other.packetBytes ? [one, other] : [other, one]
  if (large.packetBytes < LEAST_RATIO * small.packetBytes) return undefined
  const tolerance = one.fit.error + other.fit.error + ROUNDING
  const ratio = small.fit.packetsPerSecond / large.fit.packetsPerSecond
  if (Math.abs(ratio - 1) <= tolerance) return 'packets'
  // The more is added to each packet, the less the sizes differ.
  const most = large.packetBytes / small.packetBytes
  const least = (large.packetBytes + MOST_OVERHEAD) / (small.packetBytes + MOST_OVERHEAD)
  if (ratio >= least * (1 - tolerance) && ratio <= most * (1 + tolerance)) return 'bits'
  const ofPayload = small.size > 0 ? large.size / small.size : Infinity
  return Math.abs(ratio / ofPayload - 1) <= tolerance ? 'payload' : undefined
}

/** The credible fits of one direction. */
export function sizedFits(trials: readonly TrialEvidence[], direction: LimitFit['direction']): readonly SizedFit[] {
  return trials.flatMap(({ fits, packetBytes, size }) => {
    const fit = fits.find(one => one.direction === direction && isCredible(one))
    return fit === undefined ? [] : [{ packetBytes, size, fit }]
  })
}
