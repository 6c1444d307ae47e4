import { RateSearch } from '../../machines/rate-search.ts'
import type { TrialOrder } from '../../machines/rate-trial.ts'
import { formatRate } from '../../base/rate.ts'
import { toMs } from '../../base/nanos.ts'
import type { Result, ResultRate, ResultTrial } from '../../verdict/result.ts'
import type { SendHooks } from '../../runs/send/run.ts'
import type { SendPlan } from '../../runs/send/plan.ts'
import { otherSize, ratePps, type RatePlan } from './plan.ts'
import { examineTrial, trialPlan, type Trial } from './trial.ts'
import { Trials } from './trials.ts'

/** Callbacks during a search. */
export interface RateHooks extends SendHooks {
  /** A trial is about to start, after its rest. */
  readonly onTrial?: (order: TrialOrder, probe: SendPlan['probe'], number: number) => void
  /** A trial has ended. */
  readonly onTrialEnd?: (trial: ResultTrial) => void
}

/** A finished search. */
export interface RateRun {
  readonly result: Result
}

/** What was found for one size. */
type Row = ResultRate['sizes'][number]

/** Searches the highest rate. Rejects with a UdptoolError if it cannot start. Lost datagrams are never an error. */
export async function runRate(plan: RatePlan, hooks: RateHooks = {}): Promise<RateRun> {
  const trials = await Trials.open(plan.send, hooks)
  try {
    const listed: ResultTrial[] = []
    const rows: Row[] = []
    for (const size of plan.sizes) {
      if (rows.length > 0 && trials.interrupted) break
      rows.push(await searchSize(size, plan, trials, hooks, listed))
    }
    return { result: finish(plan, trials, rows, listed) }
  } finally {
    await trials.close()
  }
}

async function searchSize(
  size: number,
  plan: RatePlan,
  trials: Trials,
  hooks: RateHooks,
  listed: ResultTrial[],
): Promise<Row> {
  const search = new RateSearch({
    size,
    otherSize: otherSize(size),
    duration: plan.duration,
    fromPps: ratePps(plan.fromRate, size),
    toPps: plan.toRate === undefined ? Infinity : ratePps(plan.toRate, size),
    maxLoss: plan.maxLoss,
  })
  const ended: Trial[] = []
  for (let order = search.next(); order !== undefined; order = search.next()) {
    const trial = await runTrial(order, plan, trials, hooks)
    if (trial === undefined) break
    listed.push(trial.result)
    ended.push(trial)
    hooks.onTrialEnd?.(trial.result)
    // A trial that was cut short proves nothing about its rate.
    if (trials.interrupted) break
    search.ended(trial.outcome)
  }
  const { held } = search
  return {
    size,
    ...(held === 0 ? {} : { pps: held, bitsPerSecond: held * size * 8 }),
    limit: limitOf(ended),
  }
}

/** Undefined: a signal came before it began. */
async function runTrial(
  order: TrialOrder,
  plan: RatePlan,
  trials: Trials,
  hooks: RateHooks,
): Promise<Trial | undefined> {
  if (!(await trials.rest(order.rest)) && trials.count > 0) return undefined
  const run = await trials.run((send, isFirst) => {
    const trial = trialPlan(send, order, isFirst)
    hooks.onTrial?.(order, trial.probe, trials.count)
    return trial
  })
  return examineTrial(order, run, plan.maxLoss)
}

function limitOf(ended: readonly Trial[]): ResultRate['limit'] {
  return { kind: 'unknown', reason: 'it was not examined', evidence: { trials: ended.length } }
}

function finish(plan: RatePlan, trials: Trials, rows: readonly Row[], listed: readonly ResultTrial[]): Result {
  const [first] = rows
  if (first === undefined) throw new RangeError('no size was tried')
  const { sizes, duration, fromRate, toRate, maxLoss, burst } = plan
  const rate: ResultRate = {
    maxLoss,
    ...first,
    sizes: rows,
    trials: listed,
    state: trials.interrupted ? 'interrupted' : 'complete',
  }
  return trials.finish(rate, plan.send.expectations, {
    sizes,
    durationMs: toMs(duration),
    fromRate: formatRate(fromRate),
    ...(toRate === undefined ? {} : { toRate: formatRate(toRate) }),
    maxLoss,
    ...(burst === undefined ? {} : { burst }),
  })
}
