import { lossCount, scheduledCount, type FateCounts } from '../../ledger/fate.ts'
import type { Group } from '../../ledger/group.ts'
import { wilson95 } from '../../ledger/wilson.ts'
import type { ResultLoss } from '../result.ts'

/** A Result lists at most so many outages of a group, then says how many it leaves out. */
const LISTED_OUTAGES = 1000

/** What else is known of the probes of a group. */
interface Knowledge {
  /** Every question about receipts was answered. */
  readonly directed: boolean
  /** Outages name their client. */
  readonly named: boolean
  /** Messages with a reply that is no echo; they are in no count of fates. */
  readonly answered?: number
}

/** What was lost of a group of probes. */
export function lossOf(group: Group, { directed, named, answered = 0 }: Knowledge): ResultLoss {
  const count = lossCount(group.fates)
  const scheduled = scheduledCount(group.fates) + answered
  const ci95 = wilson95(count, scheduled)
  const listed = group.outages.slice(0, LISTED_OUTAGES)
  const omitted = group.outagesOmitted + group.outages.length - listed.length
  return {
    count,
    ...(scheduled === 0 ? {} : { ratio: count / scheduled }),
    ...(ci95 === undefined ? {} : { ci95 }),
    ...(directed ? directionsOf(group.fates) : {}),
    unknown: group.fates.lostUnknown,
    longestRun: group.longestRun,
    outages: listed.map(({ startMs, lengthMs, lost, client }) => ({
      startMs,
      lengthMs,
      lost,
      ...(named ? { client } : {}),
    })),
    ...(omitted === 0 ? {} : { outagesOmitted: omitted }),
  }
}

/** A direction without a proved loss is left out where losses have none: each of these may be one of it. */
function directionsOf({ lostForward, lostReturn, lostUnknown }: FateCounts): Pick<ResultLoss, 'forward' | 'return'> {
  const known = lostUnknown === 0
  return {
    ...(known || lostForward > 0 ? { forward: lostForward } : {}),
    ...(known || lostReturn > 0 ? { return: lostReturn } : {}),
  }
}
