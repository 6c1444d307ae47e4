import { formatAddress } from '../../base/address.ts'
import { checkOptions } from '../../base/options.ts'
import { compareMetric } from './compared-metric.ts'
import { compareRates } from './compared-rate.ts'
import type { Baseline, ComparedMetric, Diff, DiffRun, Tolerance } from './diff.ts'
import { isOfCutJournal } from '../cut-journal.ts'
import { metricName } from './diff-words.ts'
import { senderLateness } from './sender-lateness.ts'
import type { Result } from '../result.ts'
import { runDifferences } from './run-differences.ts'
import { commonClustering, COMPARED_RUN, runFigures, type ComparedRun, type MetricName } from './run-figures.ts'

const METRICS: readonly MetricName[] = [
  'loss',
  'truncated',
  'corrupt',
  'duplicates',
  'rtt.p50',
  'rtt.p90',
  'rtt.p99',
  'jitter',
]

/** Metrics that a search for the highest rate does not have: it causes losses and queues on purpose. */
const DISTURBED: ReadonlySet<MetricName> = new Set(['loss', 'rtt.p50', 'rtt.p90', 'rtt.p99', 'jitter'])

const TOLERANCE_KINDS = { ratio: 'number', loss: 'number' } as const

/** Compares two runs: what is worse in `b` by more than the tolerance, if the samples support it. */
export function compareRuns(a: ComparedRun, b: ComparedRun, tolerance: Tolerance): Diff {
  for (const run of [a, b]) checkOptions(run, COMPARED_RUN, 'compareRuns', ['result'])
  checkOptions(tolerance, TOLERANCE_KINDS, 'compareRuns', ['ratio', 'loss'])
  const compared = compareParts(a, b, tolerance)
  return { schema: 'udptool/diff/1', a: runOf(a), b: runOf(b), ...compared }
}

/** A Result compared with a saved run: with the block `baseline`, and verdict `fail` if something is worse. */
export function withBaseline(run: ComparedRun, baseline: ComparedRun, tolerance: Tolerance): Result {
  const block: Baseline = { baseline: runOf(baseline), ...compareParts(baseline, run, tolerance) }
  return { ...run.result, baseline: block, verdict: block.verdict === 'fail' ? 'fail' : run.result.verdict }
}

function compareParts(a: ComparedRun, b: ComparedRun, tolerance: Tolerance): Omit<Diff, 'schema' | 'a' | 'b'> {
  const clustering = commonClustering(a.result, b.result)
  const [figuresA, figuresB] = [runFigures(a, clustering), runFigures(b, clustering)]
  const latenesses = { a: senderLateness(a.result, b.result), b: senderLateness(b.result, a.result) }
  const isCut = isOfCutJournal(a.result) || isOfCutJournal(b.result)
  const [rateA, rateB] = [a.result.rate, b.result.rate]
  const areRates = rateA !== undefined && rateB !== undefined
  const rates = areRates ? compareRates(rateA, rateB, tolerance) : []
  const measured = METRICS.filter(metric => !areRates || !DISTURBED.has(metric))
  const shares = measured.flatMap((metric): ComparedMetric[] => {
    const compared = compareMetric(metric, figuresA.get(metric), figuresB.get(metric), tolerance, latenesses)
    return compared === undefined ? [] : [isCut ? unprovedMetric(compared) : compared]
  })
  const metrics = [...rates, ...shares]
  return {
    tolerance,
    metrics,
    differences: runDifferences(a.result, b.result),
    // An incomplete run cannot prove that nothing is worse.
    verdict: isCut || metrics.some(({ outcome }) => outcome === 'worse') ? 'fail' : 'pass',
  }
}

/** A metric that is not worse in part of a run may be worse in the rest. */
function unprovedMetric(compared: ComparedMetric): ComparedMetric {
  if (compared.outcome === 'worse' || compared.outcome === 'cannotTell') return compared
  const text = `${metricName(compared.metric)} cannot be compared: one of the journals was cut`
  return { ...compared, outcome: 'cannotTell', reason: 'cut', text }
}

function runOf({ result, file }: ComparedRun): DiffRun {
  return {
    ...(file === undefined ? {} : { file }),
    from: result.confidence === undefined ? 'figures' : 'samples',
    startedAt: result.startedAt,
    target: formatAddress(result.target),
    engine: result.engine,
    scheduled: result.ledger.scheduled,
    ...(isOfCutJournal(result) ? { cut: true as const } : {}),
  }
}
