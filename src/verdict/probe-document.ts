import type { Address } from '../base/address.ts'
import { SECOND, toMs } from '../base/nanos.ts'
import { errnoName } from '../base/errno.ts'
import { formatRun, type RunFacts } from '../facts/run.ts'
import type { Analysis } from '../ledger/analysis.ts'
import type { Classifier } from '../ledger/classifier.ts'
import { replyCount, type FateCounts } from '../ledger/fate.ts'
import type { Tally } from '../ledger/tally.ts'
import { confidenceFigures } from './figures/confidence-figures.ts'
import { delayFigures, ipdvOf, jitterOf } from './figures/delay-figures.ts'
import { diagnose } from './diagnosis/diagnose.ts'
import { icmpSender } from './diagnosis/icmp-sender.ts'
import { hasDirections } from './directions.ts'
import { createDocument } from './document.ts'
import { evidenceOf } from './figures/evidence-figures.ts'
import type { Expectation } from './expect/expectation.ts'
import { irttFigures } from './figures/irtt-figures.ts'
import { ledgerOf, truncationOf } from './figures/ledger-figures.ts'
import { lossOf } from './figures/loss-figures.ts'
import { oneWayFigures } from './figures/one-way-figures.ts'
import { pacingFigures } from './figures/pacing.ts'
import { stampFigures } from './figures/stamp-figures.ts'
import { measureRun } from './expect/run-measured.ts'
import type { RunContext } from './run-context.ts'
import type { Result, ResultDelay } from './result.ts'

/** Maximum number of clients listed in a Result; it counts the others. */
const LISTED_CLIENTS = 1000

/** Makes the Result document of a run of probes. */
export function createResult(
  facts: RunFacts,
  analysis: Analysis,
  expectations: readonly Expectation[],
  context: RunContext,
): Result {
  const { tally } = analysis
  const { total, classifier } = tally
  const rtt = delayFigures(total.rtt)
  const rttNetwork = delayFigures(tally.rttNetwork)
  const rttScheduled = delayFigures(tally.rttScheduled)
  const jitter = jitterOf(tally)
  const ipdv = ipdvOf(tally)
  const pacing = pacingFigures(facts, tally)
  const confidence = confidenceFigures(facts, analysis)
  const throughput = throughputOf(tally)
  const oneWay = oneWayFigures(facts, tally)
  const directed = hasDirections(facts, analysis)
  const stamp = stampFigures(facts, analysis)
  const irtt = irttFigures(facts)
  const named = facts.clients.length > 1
  const { startedAt } = context
  const loss = lossOf(total, { directed, startedAt, named })
  return createDocument(expectations, context, {
    engine: facts.engine.name,
    durationMs: toMs(Math.max(0, facts.closedAt - facts.startedAt)),
    interrupted: facts.interrupted,
    isCut: facts.cut !== undefined,
    measured: measureRun(facts, analysis),
    passesByDefault: total.fates.intact > 0,
    figures: {
      ...(facts.plan.protocol === undefined ? {} : { protocol: facts.plan.protocol.name }),
      ledger: ledgerOf(total),
      evidence: evidenceOf(facts, analysis),
      loss,
      truncation: truncationOf(total),
      ...(total.fates.corrupt === 0 ? {} : { corruption: corruptionOf(tally) }),
      ...(tally.icmp.size === 0 ? {} : { unreachable: icmpOf(facts, tally, context.target) }),
      ...(tally.refusals.size === 0
        ? {}
        : { refused: [...tally.refusals].map(([errno, count]) => ({ error: errnoName(errno), count })) }),
      reply: { rule: facts.plan.protocol === undefined ? ruleOf(classifier, total.fates) : 'none' },
      ...(rtt === undefined ? {} : { rtt }),
      ...(rttNetwork === undefined ? {} : { rttNetwork }),
      ...(rttScheduled === undefined ? {} : { rttScheduled }),
      ...(oneWay === undefined ? {} : { oneWay }),
      ...(jitter === undefined || ipdv === undefined
        ? {}
        : { jitter: { rfc3550Ms: toMs(jitter), ipdvMeanMs: toMs(ipdv), ...pdvOf(rtt) } }),
      reordering: reorderingOf(tally),
      duplication: duplicationOf(tally),
      ...(loss.count === 0 ? {} : { lossPattern: lossPatternOf(tally) }),
      ...(confidence === undefined ? {} : { confidence }),
      ...(pacing === undefined ? {} : { pacing }),
      ...(throughput === undefined ? {} : { throughput }),
      sizes: [...tally.sizes].map(([size, group]) => {
        const delay = delayFigures(group.rtt)
        return {
          size,
          ledger: ledgerOf(group),
          loss: lossOf(group, { directed, startedAt, named }),
          truncation: truncationOf(group),
          ...(delay === undefined ? {} : { rtt: delay }),
        }
      }),
      ...(stamp === undefined ? {} : { stamp }),
      ...(irtt === undefined ? {} : { irtt }),
      clients: clientsOf(facts, analysis, context),
      ...(facts.clients.length > LISTED_CLIENTS ? { clientsOmitted: facts.clients.length - LISTED_CLIENTS } : {}),
    },
    warnings: diagnose(facts, analysis, context.target),
  })
}

function clientsOf(facts: RunFacts, analysis: Analysis, { startedAt }: RunContext): Result['clients'] {
  const { tally } = analysis
  const directed = hasDirections(facts, analysis)
  return facts.clients.slice(0, LISTED_CLIENTS).map((client, number) => {
    const group = tally.clients[number] ?? tally.total
    const delay = delayFigures(group.rtt)
    return {
      ...(client.port === undefined ? {} : { port: client.port }),
      ...(client.sources === undefined ? {} : { ports: client.sources.length }),
      run: formatRun(client.run),
      ledger: ledgerOf(group),
      loss: lossOf(group, { directed, startedAt, named: false }),
      ...(delay === undefined ? {} : { rtt: delay }),
    }
  })
}

function corruptionOf(tally: Tally): NonNullable<Result['corruption']> {
  const { request, reply, unknown, firstWrongByte } = tally.corruption
  return {
    count: request + reply + unknown,
    request,
    reply,
    unknown,
    ...(firstWrongByte === Infinity ? {} : { firstWrongByte }),
  }
}

function icmpOf(facts: RunFacts, tally: Tally, target: Address): NonNullable<Result['unreachable']> {
  return [...tally.icmp].map(([index, count]) => {
    const error = facts.icmp[index] ?? { errno: 0 }
    const { errno, type, code, reporter, mtu } = error
    const by = icmpSender(error, target)
    return {
      error: errnoName(errno),
      count,
      ...(type === undefined ? {} : { type }),
      ...(code === undefined ? {} : { code }),
      ...(reporter === undefined ? {} : { reporter }),
      ...(by === 'unknown' ? {} : { by }),
      ...(mtu === undefined ? {} : { mtu }),
    }
  })
}

function ruleOf(classifier: Classifier, fates: FateCounts): Result['reply']['rule'] {
  return replyCount(fates) === 0 ? 'none' : classifier.rule
}

function reorderingOf(tally: Tally): Result['reordering'] {
  const results = tally.orders.map(order => order.reordering)
  const received = results.reduce((sum, one) => sum + one.received, 0)
  const late = results.flatMap(one => (one.maxLateTime === undefined ? [] : [one.maxLateTime]))
  return {
    // Relative to the replies, as every ratio of reordering; absent if no reply had a proved sequence.
    ...(received === 0 ? {} : { ratio: tally.total.reordered / replyCount(tally.total.fates) }),
    maxExtent: maximum(results.map(one => one.maxExtent)),
    nReordering: maximum(results.map(one => one.nReordering)),
    ...(late.length === 0 ? {} : { maxLateMs: toMs(maximum(late)) }),
    ...(results.some(one => one.atLeast) ? { atLeast: true as const } : {}),
  }
}

/** The percentile of the delays above the smallest one (RFC 5481 section 4.2). */
function pdvOf(rtt: ResultDelay | undefined): { readonly pdvP99Ms?: number } {
  return rtt === undefined ? {} : { pdvP99Ms: rtt.p99Ms - rtt.minMs }
}

function duplicationOf(tally: Tally): Result['duplication'] {
  const { duplication } = tally
  return duplication === undefined ? {} : { fraction: duplication.fraction, replicated: duplication.replicatedRate }
}

/** Loss periods of all clients; the Gilbert model only for a single client, because it describes one channel. */
function lossPatternOf(tally: Tally): NonNullable<Result['lossPattern']> {
  const periods = tally.orders.reduce((sum, order) => sum + order.losses.runs, 0)
  const gilbert = tally.orders.length === 1 ? tally.orders[0]?.gilbert : undefined
  return {
    periods,
    ...(gilbert === undefined ? {} : { gilbertP: gilbert.p, gilbertR: gilbert.r }),
    ...(gilbert?.meanBurst === undefined ? {} : { meanBurst: gilbert.meanBurst }),
  }
}

function throughputOf(tally: Tally): Result['throughput'] | undefined {
  const sending = (tally.lastSent - tally.firstSent) / SECOND
  const answering = (tally.lastReply - tally.firstSent) / SECOND
  if (tally.sent < 2 || !(sending > 0)) return undefined
  const answered = answering > 0
  return {
    sentPerSecond: (tally.sent - 1) / sending,
    repliesPerSecond: answered ? tally.total.fates.intact / answering : 0,
    bitsPerSecond: answered ? (tally.intactBytes * 8) / answering : 0,
  }
}

function maximum(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}
