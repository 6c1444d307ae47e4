import { greatest, least } from '../../base/extremes.ts'
import { createDocument } from '../document.ts'
import type { Expectation } from '../expect/expectation.ts'
import type { Measured, Unknown } from '../expect/measured.ts'
import type { Result, ResultRate, ResultWarning } from '../result.ts'
import type { RunContext } from '../run-context.ts'
import { absenceReason, foundRates, withTrials } from './rate-measured.ts'
import { groupCounts, sumEvidence, sumLedgers, sumLosses, sumTruncations } from './rate-sums.ts'

/** Warnings that the limit replaces, and those about figures that a trial has none of: it overloads on purpose, and is short. */
const IDLE: ReadonlySet<string> = new Set([
  'tooFewSamples',
  'senderTooSlow',
  'rateLimited',
  'queueBuilding',
  'sendQueueFull',
  'serverBufferOverflow',
  'clientBufferOverflow',
  'bufferDropsShared',
  'serverCapped',
  'capSuspected',
  'coldPath',
  'receiptsShort',
])

/** Warnings that no reply came. They are wrong for the search if another trial was answered. */
const UNANSWERED: ReadonlySet<string> = new Set(['silence', 'nobodyThere'])

/** The sums over the trials of a search. Each trial is added once, and only its Result is kept. */
export class RateSums {
  readonly #trials: Result[] = []
  readonly #warnings = new Map<string, ResultWarning>()
  readonly #metrics: ReadonlySet<string>
  readonly #counts = new Map<string, number>()
  readonly #bases = new Map<string, number>()
  readonly #unknown = new Map<string, Unknown>()
  readonly #reasons = new Map<string, string>()

  constructor(expectations: readonly Expectation[]) {
    this.#metrics = new Set(['loss', 'replies', ...expectations.map(({ metric }) => metric)])
  }

  add(result: Result, measured: Measured): void {
    const { loss, sizes, clients } = result
    this.#trials.push({
      ...result,
      // Outages of a trial are many, and only counted.
      loss: withoutOutages(loss),
      sizes: sizes.map(one => ({ ...one, loss: withoutOutages(one.loss) })),
      clients: clients.map(one => ({ ...one, loss: withoutOutages(one.loss) })),
    })
    for (const warning of result.warnings)
      if (!IDLE.has(warning.code) && !this.#warnings.has(warning.code)) this.#warnings.set(warning.code, warning)
    for (const metric of this.#metrics) this.#addMetric(metric, measured)
  }

  #addMetric(metric: string, measured: Measured): void {
    const count = measured.count(metric)
    const unknown = measured.unknown(metric)
    this.#bases.set(metric, (this.#bases.get(metric) ?? 0) + measured.base(metric))
    if (count === undefined) this.#reasons.set(metric, measured.reason(metric) ?? 'no samples')
    else this.#counts.set(metric, (this.#counts.get(metric) ?? 0) + count)
    if (unknown === undefined) return
    const { most = 0, fewer = 0 } = this.#unknown.get(metric) ?? {}
    const sum = { most: most + unknown.most, fewer: fewer + (unknown.fewer ?? 0) }
    this.#unknown.set(metric, { ...sum, what: 'losses without a proved place' })
  }

  /** The metrics of the whole search. Delays are those of a trial, so they are none of it. */
  #measured(rate: ResultRate): Measured {
    return {
      rates: unit => foundRates(rate, unit),
      count: metric => (this.#reasons.has(metric) ? undefined : this.#counts.get(metric)),
      unknown: metric => this.#unknown.get(metric),
      base: metric => this.#bases.get(metric) ?? 0,
      duration: () => undefined,
      sampleCount: () => 0,
      reason: metric => absenceReason(metric, rate) ?? this.#reasons.get(metric),
    }
  }

  /** The Result of the search. */
  result(
    rate: ResultRate,
    expectations: readonly Expectation[],
    context: RunContext,
    run: { readonly durationMs: number; readonly interrupted: boolean },
  ): Result {
    const trials = this.#trials
    const [first] = trials
    if (first === undefined) throw new RangeError('no trial was run')
    const ledger = sumLedgers(trials)
    const loss = sumLosses(trials)
    const unreachable = groupCounts(trials.flatMap(trial => trial.unreachable ?? []))
    const refused = groupCounts(trials.flatMap(trial => trial.refused ?? []))
    const clientsOmitted = greatest(trials.map(trial => trial.clientsOmitted ?? 0))
    const periods = trials.reduce((sum, { lossPattern }) => sum + (lossPattern?.periods ?? 0), 0)
    const document = createDocument(expectations, context, {
      engine: first.engine,
      ...run,
      isCut: false,
      measured: this.#measured(rate),
      passesByDefault: ledger.fates.intact > 0,
      figures: {
        ledger,
        evidence: sumEvidence(trials.map(({ evidence }) => evidence)),
        loss,
        truncation: sumTruncations(trials.map(({ truncation }) => truncation)),
        ...corruptionOf(trials),
        ...(unreachable.length === 0 ? {} : { unreachable }),
        ...(refused.length === 0 ? {} : { refused }),
        reply: { rule: ruleOf(trials) },
        reordering: reorderingOf(trials, ledger.replies === 0 ? undefined : ledger.reordered / ledger.replies),
        duplication: duplicationOf(trials),
        ...(loss.count === 0 ? {} : { lossPattern: { periods } }),
        sizes: sizesOf(trials),
        rate,
        ...(clientsOmitted === 0 ? {} : { clientsOmitted }),
        clients: clientsOf(trials),
      },
      warnings: [...this.#warnings.values()].filter(({ code }) => ledger.replies === 0 || !UNANSWERED.has(code)),
    })
    return {
      ...document,
      expectations: document.expectations.map((one, index) => withTrials(one, expectations[index])),
    }
  }
}

function withoutOutages({ outages, outagesOmitted = 0, ...loss }: Result['loss']): Result['loss'] {
  const omitted = outages.length + outagesOmitted
  return { ...loss, outages: [], ...(omitted === 0 ? {} : { outagesOmitted: omitted }) }
}

function corruptionOf(trials: readonly Result[]): Pick<Result, 'corruption'> {
  const parts = trials.flatMap(({ corruption }) => corruption ?? [])
  if (parts.length === 0) return {}
  const sum = (of: (part: (typeof parts)[number]) => number): number => parts.reduce((all, part) => all + of(part), 0)
  const wrong = parts.flatMap(({ firstWrongByte }) => firstWrongByte ?? [])
  return {
    corruption: {
      count: sum(({ count }) => count),
      request: sum(({ request }) => request),
      reply: sum(({ reply }) => reply),
      unknown: sum(({ unknown }) => unknown),
      ...(wrong.length === 0 ? {} : { firstWrongByte: least(wrong) }),
    },
  }
}

function ruleOf(trials: readonly Result[]): Result['reply']['rule'] {
  const rules = new Set(trials.map(({ reply }) => reply.rule).filter(rule => rule !== 'none'))
  const [rule = 'none', ...others] = rules
  return others.length === 0 ? rule : 'mixed'
}

function reorderingOf(trials: readonly Result[], ratio: number | undefined): Result['reordering'] {
  const all = trials.map(({ reordering }) => reordering)
  const most = (of: (one: Result['reordering']) => number | undefined): number =>
    Math.max(0, greatest(all.map(one => of(one) ?? 0)))
  const isTimed = all.some(({ maxLateMs }) => maxLateMs !== undefined)
  return {
    ...(ratio === undefined ? {} : { ratio }),
    maxExtent: most(one => one.maxExtent),
    nReordering: most(one => one.nReordering),
    ...(isTimed ? { maxLateMs: most(one => one.maxLateMs) } : {}),
    ...(all.some(one => one.atLeast === true) ? { atLeast: true as const } : {}),
  }
}

/** Of the trial with the most copies. */
function duplicationOf(trials: readonly Result[]): Result['duplication'] {
  return trials.reduce<Result['duplication']>(
    (worst, { duplication }) => ((duplication.fraction ?? -1) > (worst.fraction ?? -1) ? duplication : worst),
    {},
  )
}

function sizesOf(trials: readonly Result[]): Result['sizes'] {
  const all = trials.flatMap(({ sizes }) => sizes)
  return [...new Set(all.map(({ size }) => size))].map(size => {
    const parts = all.filter(one => one.size === size)
    return {
      size,
      ledger: sumLedgers(parts),
      loss: sumLosses(parts),
      truncation: sumTruncations(parts.map(({ truncation }) => truncation)),
    }
  })
}

/** Each trial opens new sockets, so a client has many ports, unless they are fixed. */
function clientsOf(trials: readonly Result[]): Result['clients'] {
  const most = trials.reduce((count, { clients }) => Math.max(count, clients.length), 0)
  return Array.from({ length: most }, (_, number) => {
    const parts = trials.flatMap(({ clients }) => clients[number] ?? [])
    const ports = new Set(parts.flatMap(({ port }) => port ?? []))
    const [port] = ports
    return {
      ...(ports.size > 1 ? { ports: ports.size } : port === undefined ? {} : { port }),
      run: parts[0]?.run ?? '',
      ledger: sumLedgers(parts),
      loss: sumLosses(parts),
    }
  })
}
