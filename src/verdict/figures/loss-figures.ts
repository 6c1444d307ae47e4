import { utcAfter } from '../../base/utc-time.ts'
import { lossCount, scheduledCount, type FateCounts } from '../../ledger/fate.ts'
import type { Group } from '../../ledger/group.ts'
import { wilson95 } from '../../ledger/wilson.ts'
import type { ResultLoss } from '../result.ts'

/** Maximum number of outages listed for a group; the Result counts the others. */
const LISTED_OUTAGES = 1000

/** Further facts about the probes of a group. */
interface Knowledge {
  /** Losses have a direction wherever evidence gives one (`directions.ts`). */
  readonly directed: boolean
  /** When the run began, in ISO 8601 (UTC). */
  readonly startedAt: string
  /** Outages name their client. */
  readonly named: boolean
  /** Messages with a reply that is not an echo; no fate includes them. */
  readonly answered?: number
}

export function lossOf(group: Group, { directed, startedAt, named, answered = 0 }: Knowledge): ResultLoss {
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
    outages: listed.map(({ startMs, lengthMs, lost, client }) => {
      const at = utcAfter(startedAt, startMs)
      return { ...(at === undefined ? {} : { at }), startMs, lengthMs, lost, ...(named ? { client } : {}) }
    }),
    ...(omitted === 0 ? {} : { outagesOmitted: omitted }),
  }
}

/** A direction without a proved loss is omitted if there are losses without a direction, because each of these may belong to it. */
function directionsOf({ lostForward, lostReturn, lostUnknown }: FateCounts): Pick<ResultLoss, 'forward' | 'return'> {
  const known = lostUnknown === 0
  return {
    ...(known || lostForward > 0 ? { forward: lostForward } : {}),
    ...(known || lostReturn > 0 ? { return: lostReturn } : {}),
  }
}
