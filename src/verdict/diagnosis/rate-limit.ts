import { DEFAULT_CAP } from '../../base/answer-cap.ts'
import { formatAddress, type Address } from '../../base/address.ts'
import { isLoopback } from '../../base/ip.ts'
import { formatRate } from '../../base/rate.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import { replyCount, scheduledCount } from '../../ledger/fate.ts'
import type { ResultWarning } from '../result.ts'
import type { SeenLimit } from './limit-seen.ts'
import { probes } from './words.ts'

/** Share of the limit that a sender should use. */
const MARGIN = 0.95
/** Relative difference between the rate of a cap and that of the fit, besides the error of the fit. */
const SAME_RATE = 0.03

/** The losses, or the growing delay, as what they are: more was offered than the path passes. */
export function limitWarning(seen: SeenLimit, facts: RunFacts, { tally }: Analysis, target: Address): ResultWarning {
  const { by, limit } = seen
  const lost = Number(limit.evidence['losses'] ?? 0)
  const offered = formatRate({ unit: 'bits', perSecond: offeredBits(seen) })
  const what = `${offered} of IP packets were sent`
  const common = { hint: hintOf(seen, facts, target), evidence: evidenceOf(seen) }
  if (by === 'losses') {
    const message = `${lost} of ${probes(scheduledCount(tally.total.fates))} were lost above a rate limit: ${what}, and ${limit.reason}${inPackets(seen, facts)}`
    return { code: 'rateLimited', message, ...common }
  }
  const message = `more is sent than passes, and a queue grows: ${what}, and ${limit.reason}`
  return { code: 'queueBuilding', message, ...common }
}

/** What the schedule asked for while the limit applied, or what left if nothing but a window paces. IP-layer bits a second. */
function offeredBits({ trial, packet }: SeenLimit): number {
  return trial.offeredPps * packet * 8
}

function inPackets({ limit: { packetsPerSecond, unit } }: SeenLimit, { plan }: RunFacts): string {
  if (packetsPerSecond === undefined || unit !== undefined || plan.sizes.length > 1) return ''
  return `. In packets of this size it is ${formatRate({ unit: 'packets', perSecond: packetsPerSecond })}`
}

function evidenceOf({ limit }: SeenLimit): NonNullable<ResultWarning['evidence']> {
  const { kind, direction, bitsPerSecond, packetsPerSecond, burstBytes, queueMs, evidence } = limit
  return {
    kind,
    ...(direction === undefined ? {} : { direction }),
    bitsPerSecond,
    ...(packetsPerSecond === undefined ? {} : { pps: packetsPerSecond }),
    ...(burstBytes === undefined ? {} : { burstBytes }),
    ...(queueMs === undefined ? {} : { queueMs }),
    ...evidence,
  }
}

function hintOf(seen: SeenLimit, { plan }: RunFacts, target: Address): string {
  const { limit, payload, packet } = seen
  const safe = (MARGIN * limit.bitsPerSecond * payload) / packet
  const slower = `send slower: --rate ${asFlag(safe / plan.clients)}${plan.clients > 1 ? ` for each of ${plan.clients} clients` : ''}`
  if (plan.protocol !== undefined) return slower
  const bound = isLoopback(target.address) ? '' : ` --to-rate ${asFlag((offeredBits(seen) * payload) / packet)}`
  return `${slower}; udptool rate ${formatAddress(target)}${bound} finds the highest rate that holds`
}

/** Payload bits a second as `--rate` takes them, rounded down to three digits. */
function asFlag(bits: number): string {
  const kilobits = Math.max(1, bits / 1000)
  const digits = Math.max(0, 2 - Math.floor(Math.log10(kilobits)))
  const step = 10 ** (Math.floor(Math.log10(kilobits)) - 2)
  const rounded = Math.floor(kilobits / step + 1e-9) * step
  return rounded >= 1000 ? `${Number((rounded / 1000).toPrecision(3))}Mbit` : `${rounded.toFixed(digits)}kbit`
}

/** Whether the limit is the default cap of a udptool server, which `capSuspected` explains better. */
export function isDefaultCap({ limit, payload, packet }: SeenLimit): boolean {
  const { bitsPerSecond, packetsPerSecond = NaN, evidence } = limit
  const tolerance = SAME_RATE + Number(evidence['error'] ?? 0)
  const bytes = ((bitsPerSecond / 8) * payload) / packet
  return [packetsPerSecond / DEFAULT_CAP.answers, bytes / DEFAULT_CAP.bytes].some(
    ratio => Math.abs(ratio - 1) <= tolerance,
  )
}

/**
 * Whether the limit explains what this warning is about. A sender that is late sends in bursts; but if its schedule is above the limit, the
 * losses come at any pace. A limit drops large datagrams more often. And with evenly sent probes it drops those of some flows more often than
 * those of others, but not all of any: at first its bucket is full, or its queue empty.
 */
export function isExplained({ code }: ResultWarning, seen: SeenLimit, { tally }: Analysis): boolean {
  if (seen.by === 'queue') return false
  switch (code) {
    case 'senderTooSlow':
      return offeredBits(seen) > seen.limit.bitsPerSecond
    case 'fragmentLoss':
      return true
    case 'flowsDiffer':
      return tally.clients.every(({ fates }) => replyCount(fates) > 0)
    case 'capSuspected':
      return !isDefaultCap(seen)
    default:
      return false
  }
}
