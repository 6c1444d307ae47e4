import type { Family } from '../../base/address.ts'
import { errnoName } from '../../base/errno.ts'
import { SECOND } from '../../base/nanos.ts'
import { NO_DWELL, OUTCOME, PAGE_ROWS, type ProbeTable } from '../../facts/probe-table.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import { fitLimit } from '../../ledger/limit/fit-limit.ts'
import type { Passage } from '../../ledger/limit/passage.ts'
import { capPassageOf, passagesOf } from '../../ledger/limit/passages.ts'
import { queueTrendOf } from '../../ledger/limit/queue-trend.ts'
import { percentileRank } from '../../ledger/percentile.ts'
import { sendFailures } from '../../ledger/send-failures.ts'
import type { Tally } from '../../ledger/tally.ts'
import { targetInterval } from '../../ledger/target-interval.ts'
import type { TrialEvidence } from './limit.ts'

/** IPv4 and UDP header, for a run without a single row. */
const HEADERS = 28
/** Rows from which the percentiles of the dwell are taken: more do not change a median that is compared with others by a factor. */
const MOST_DWELLS = 2 ** 16

/** Reduces a closed run to what it shows about limits, so that its rows can be discarded. `family`: of the target, for the size of the headers. */
export function trialEvidence(facts: RunFacts, analysis: Analysis, family: Family = 'udp4'): TrialEvidence {
  const { plan, engine, headers } = facts
  const { tally, drops } = analysis
  const passages = Object.values(passagesOf(facts, analysis, family)).filter(passage => passage !== undefined)
  const capPassage = capPassageOf(facts, analysis, family)
  const capFit = capPassage === undefined ? undefined : fitLimit(capPassage)
  const [size = 0] = plan.sizes
  const dwells = dwellsOf(facts.probes)
  const { delays } = tally.oneWay
  return {
    ...ratesOf(facts, tally),
    size,
    packetBytes: size + HEADERS,
    ...packetsOf(passages),
    fates: { ...tally.total.fates },
    fits: passages.map(fitLimit).filter(fit => fit !== undefined),
    ...(capFit === undefined ? {} : { capFit }),
    queues: passages.map(queueTrendOf).filter(trend => trend !== undefined),
    serverDrops: drops.server,
    clientDrops: drops.clientBuffers ?? drops.client,
    refusedHere: refusedWith(tally, 'ENOBUFS', 'EAGAIN', 'still queued'),
    forbiddenHere: refusedWith(tally, 'EPERM', 'EACCES'),
    serverRefused: sendFailures(facts, tally),
    lateLosses: tally.missedAndLost,
    ownQueueDrops: drops.sendQueue ?? 0,
    dwellP50: percentile(dwells, 0.5),
    dwellP99: percentile(dwells, 0.99),
    // Only the kernel engine of a server sees the TOS byte (docs/wire-format.md), and it takes the kernel's time of arrival.
    serverStampsKernel: plan.protocol === undefined && Object.keys(headers.up.tos).length > 0,
    clientStampsKernel: engine.timestamps === 'kernel',
    queueForward: delays?.forward.queueP99 ?? NaN,
    queueReturn: delays?.return.queueP99 ?? NaN,
  }
}

function ratesOf(facts: RunFacts, tally: Tally): Pick<TrialEvidence, 'offeredPps' | 'sentPps' | 'seconds'> {
  const interval = targetInterval(facts)
  const { burst, clients } = facts.plan
  const took = tally.lastSent - tally.firstSent
  const seconds = took > 0 && took < Infinity ? took / SECOND : 0
  const measured = seconds > 0 ? (tally.sent - 1) / seconds : 0
  if (interval === 0) return { offeredPps: measured, sentPps: measured, seconds }
  const offeredPps = (burst * clients * SECOND) / interval
  const planned = (tally.lastScheduled - tally.firstScheduled) / SECOND
  // Datagrams that our kernel refused left as well, as far as the pace is concerned.
  return { offeredPps, sentPps: seconds > planned ? (offeredPps * planned) / seconds : offeredPps, seconds }
}

/** Means over the rows: sizes may differ, and a queue grows by their sum. */
function packetsOf(passages: readonly Passage[]): Partial<Pick<TrialEvidence, 'packetBytes' | 'packetsEach'>> {
  const passage = passages.find(({ count }) => count > 0)
  if (passage === undefined) return {}
  const { count } = passage
  const [bytes, packets] = [sumOf(passage.bytes), sumOf(passage.packets)]
  return { packetBytes: bytes / count, ...(packets > count ? { packetsEach: packets / count } : {}) }
}

function sumOf(values: Float64Array | Uint8Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

function refusedWith({ refusals }: Tally, ...errors: readonly string[]): number {
  let count = 0
  for (const [errno, times] of refusals) if (errors.includes(errnoName(errno))) count += times
  return count
}

/** Times in the server of evenly chosen replies, sorted. */
function dwellsOf({ pages }: ProbeTable): Float64Array {
  const step = Math.max(1, Math.ceil((pages.length * PAGE_ROWS) / MOST_DWELLS))
  const dwells: number[] = []
  for (const page of pages) {
    if (page === undefined) continue
    for (let place = 0; place < page.outcome.length; place += step) {
      const { [place]: dwell = NO_DWELL } = page.dwell
      if (page.outcome[place] === OUTCOME.whole && dwell !== NO_DWELL) dwells.push(dwell)
    }
  }
  return Float64Array.from(dwells).sort()
}

function percentile(sorted: Float64Array, p: number): number {
  return sorted[percentileRank(p, sorted.length) - 1] ?? NaN
}
