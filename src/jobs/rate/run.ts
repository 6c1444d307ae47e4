import { BurstSearch } from '../../machines/burst-search.ts'
import { RateSearch } from '../../machines/rate-search.ts'
import type { TrialOrder } from '../../machines/rate-trial.ts'
import { formatRate } from '../../base/rate.ts'
import { SECOND, toMs, type Nanos } from '../../base/nanos.ts'
import { judgeLimit } from '../../verdict/limit/judge-limit.ts'
import type { Limit } from '../../verdict/limit/limit.ts'
import type { Result, ResultRate, ResultTrial } from '../../verdict/result.ts'
import type { SendHooks, SendRun } from '../../runs/send/run.ts'
import type { SendPlan } from '../../runs/send/plan.ts'
import { otherSize, ratePps, type RatePlan } from './plan.ts'
import { burstPlan, burstTrial, examineTrial, trialPlan, type Trial } from './trial.ts'
import { Trials } from './trials.ts'

/** What a trial is for, before it starts. */
type NextTrial = Pick<ResultTrial, 'purpose' | 'size' | 'burst'> & {
  /** Absent: a burst. */
  readonly pps?: number
}

/** Callbacks during a search. */
export interface RateHooks extends SendHooks {
  /** The search rests for this time, ms. */
  readonly onRest?: (ms: number) => void
  /** A trial is about to start, after its rest. */
  readonly onTrial?: (trial: NextTrial, probe: SendPlan['probe'], number: number) => void
  /** A trial has ended. */
  readonly onTrialEnd?: (trial: ResultTrial) => void
}

/** A finished search. */
export interface RateRun {
  readonly result: Result
}

/** What was found for one size. */
type Row = ResultRate['sizes'][number]

/** Time without traffic before a burst: the bucket of a policer fills meanwhile. */
const REST: Nanos = SECOND
/** The longest such time, however slowly a bucket fills. */
const LONGEST_REST: Nanos = 30 * SECOND
/** A bucket is full after the time that the burst before took from it, with some room. */
const REFILLED = 1.2

/** Searches the highest rate. Rejects with a UdptoolError if it cannot start. Lost datagrams are never an error. */
export async function runRate(plan: RatePlan, hooks: RateHooks = {}): Promise<RateRun> {
  const trials = await Trials.open(plan.send, hooks)
  try {
    const job = new RateJob(plan, trials, hooks)
    const rows: Row[] = []
    for (const size of plan.sizes) {
      if (rows.length > 0 && trials.interrupted) break
      rows.push(await job.search(size))
    }
    return { result: finish(plan, trials, rows, job.listed) }
  } finally {
    await trials.close()
  }
}

/** The searches of the sizes, one after the other. */
class RateJob {
  readonly listed: ResultTrial[] = []
  readonly #plan: RatePlan
  readonly #trials: Trials
  readonly #hooks: RateHooks

  constructor(plan: RatePlan, trials: Trials, hooks: RateHooks) {
    this.#plan = plan
    this.#trials = trials
    this.#hooks = hooks
  }

  async search(size: number): Promise<Row> {
    const { duration, fromRate, toRate, maxLoss, burst } = this.#plan
    const mostPps = (bytes: number): number => (toRate === undefined ? Infinity : ratePps(toRate, bytes))
    const other = otherSize(size)
    const search = new RateSearch({
      size,
      other: { size: other, toPps: mostPps(other) },
      duration,
      fromPps: ratePps(fromRate, size),
      toPps: mostPps(size),
      maxLoss,
    })
    const ended: Trial[] = []
    for (let order = search.next(); order !== undefined; order = search.next()) {
      const trial = await this.#runTrial(order)
      if (trial === undefined) break
      ended.push(trial)
      // A trial that was cut short proves nothing about its rate.
      if (this.#trials.interrupted) break
      search.ended(trial.outcome)
    }
    const { held, limit, phase, reachedBound } = search
    const trials = ended.map(({ evidence }) => evidence)
    const bursts = burst === undefined || phase !== 'complete' ? undefined : await this.#searchBurst(size, burst, limit)
    return {
      size,
      ...(held === 0 ? {} : { pps: held, bitsPerSecond: held * size * 8 }),
      ...(bursts === undefined ? {} : { burst: bursts }),
      limit: limitOf(judgeLimit(trials, { reachedBound, maxLoss, size })),
    }
  }

  /** Undefined: a signal came before it began. */
  async #runTrial(order: TrialOrder): Promise<Trial | undefined> {
    const run = await this.#run(order.rest, order, (send, isFirst) => trialPlan(send, order, isFirst))
    if (run === undefined) return undefined
    const trial = examineTrial(order, run, this.#plan.maxLoss)
    this.#list(trial.result)
    return trial
  }

  /** @param limit datagrams a second by which a bucket fills, if a limit is known */
  async #searchBurst(size: number, most: number, limit: number | undefined): Promise<NonNullable<Row['burst']>> {
    const search = new BurstSearch(most)
    let rest = REST
    for (let burst = search.next(); burst !== undefined; burst = search.next()) {
      const count = burst
      const run = await this.#run(rest, { purpose: 'burst', size, burst }, send => burstPlan(send, size, count))
      if (run === undefined) break
      const trial = burstTrial(size, burst, run)
      this.#list(trial)
      if (this.#trials.interrupted) break
      search.ended(trial.held)
      if (limit !== undefined) rest = Math.min(LONGEST_REST, Math.max(REST, (REFILLED * burst * SECOND) / limit))
    }
    const { intact, lossy } = search
    return { ...(intact === 0 ? {} : { intact }), ...(lossy === undefined ? {} : { lossy }) }
  }

  async #run(
    rest: Nanos,
    next: NextTrial,
    planOf: (send: SendPlan, isFirst: boolean) => SendPlan,
  ): Promise<SendRun | undefined> {
    const trials = this.#trials
    const ms = trials.restMs(rest)
    if (ms > 0) this.#hooks.onRest?.(ms)
    // Even a search that was interrupted before its first trial has a Result.
    if (!(await trials.wait(ms)) && trials.count > 0) return undefined
    return trials.run((send, isFirst) => {
      const plan = planOf(send, isFirst)
      this.#hooks.onTrial?.(next, plan.probe, trials.count)
      return plan
    })
  }

  #list(trial: ResultTrial): void {
    this.listed.push(trial)
    this.#hooks.onTrialEnd?.(trial)
  }
}

function limitOf({ packetsPerSecond, ...limit }: Limit): ResultRate['limit'] {
  return { ...limit, ...(packetsPerSecond === undefined ? {} : { pps: packetsPerSecond }) }
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
