import { formatRate } from '../../base/rate.ts'
import { formatRatio } from '../../base/ratio.ts'
import { formatSize } from '../../base/size.ts'
import type { Result, ResultRate } from '../result.ts'
import { limitName, lowestRate, type SizeRate } from '../rate-words.ts'
import type { ComparedFigure, ComparedMetric, Diff, Tolerance } from './diff.ts'

/** A search narrows the rate to this. */
const NARROWED = 0.02

/** Compares the rates of two searches for each size that one of them has. More is better, unlike for every other metric. */
export function compareRates(a: ResultRate, b: ResultRate, tolerance: Tolerance): readonly ComparedMetric[] {
  const sizes = [...new Set([...a.sizes, ...b.sizes].map(({ size }) => size))]
  return sizes.map(size => compareRate(size, sizes.length > 1, figureOf(a, size), figureOf(b, size), tolerance))
}

function compareRate(
  size: number,
  isOneOfSeveral: boolean,
  a: ComparedFigure | undefined,
  b: ComparedFigure | undefined,
  tolerance: Tolerance,
): ComparedMetric {
  const name = isOneOfSeveral ? `the rate of ${formatSize(size)}` : 'the rate'
  const common = {
    metric: 'rate',
    unit: 'bitsPerSecond',
    ...(isOneOfSeveral ? { size } : {}),
    ...(a === undefined ? {} : { a, allowed: a.value / (1 + tolerance.ratio) }),
    ...(b === undefined ? {} : { b }),
  } as const
  if (a === undefined || b === undefined) {
    const text = `${name} cannot be compared: the ${a === undefined ? 'first' : 'second'} run did not search it`
    return { ...common, outcome: 'cannotTell', reason: 'missing', text }
  }
  const [less, more] = a.value < b.value ? [a, b] : [b, a]
  const change = `${bits(a.value)} → ${bits(b.value)}`
  if (less.value * (1 + tolerance.ratio) >= more.value) {
    const text =
      a.value === b.value ? `${name} is the same (${bits(a.value)})` : `${name} is within the tolerance (${change})`
    return { ...common, outcome: 'alike', text }
  }
  const isLower = b.value < a.value
  const by = `${bits(more.value - less.value)} ${isLower ? 'lower' : 'higher'} (${change})`
  // The search with the lower rate ended before it found one that fails.
  if (less.high === undefined)
    return { ...common, outcome: 'cannotTell', reason: 'bound', text: `${name} looks ${by}, but ${NO_LIMIT}` }
  const beyond = `more than the ${formatRatio(tolerance.ratio)} ${isLower ? 'allowed' : 'of tolerance'}`
  return { ...common, outcome: isLower ? 'worse' : 'better', text: `${name} is ${by}: ${beyond}` }
}

const NO_LIMIT = 'that search ended before it found a limit, so more may be possible'

/** The rate of a size. If none held, it is below the lowest that was tested. Undefined: the size was not searched. */
function figureOf(rate: ResultRate, size: number): ComparedFigure | undefined {
  const row = rate.sizes.find(one => one.size === size)
  const trials = rate.trials.filter(trial => trial.size === size)
  if (row === undefined || trials.length === 0) return undefined
  const samples = trials.length
  // A rate that held was not confirmed, or the search ended before it found one.
  if (row.pps === undefined && (rate.state === 'interrupted' || trials.some(({ held }) => held))) return undefined
  if (row.pps === undefined) return { value: 0, low: 0, high: (lowestRate(trials) ?? 0) * size * 8, samples }
  const value = row.bitsPerSecond ?? row.pps * size * 8
  const isBound = row.limit.kind === 'none' || rate.state === 'interrupted'
  return { value, low: value, ...(isBound ? {} : { high: value * (1 + NARROWED) }), samples }
}

function bits(perSecond: number): string {
  return formatRate({ unit: 'bits', perSecond })
}

/** A different kind of limit in the two searches, which may be the cause of another rate. */
export function limitDifference(a: Result, b: Result): Diff['differences'] {
  if (a.rate === undefined || b.rate === undefined) return []
  const [one, other] = [limitOf(a.rate), limitOf(b.rate)]
  return one === other ? [] : [{ what: 'limit', a: one, b: other }]
}

/** Without the length of a queue, which differs in every run. */
function limitOf({ limit }: SizeRate): string {
  return limitName({ ...limit, queueMs: undefined })
}
