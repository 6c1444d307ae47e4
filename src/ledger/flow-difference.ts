import { greatest } from '../base/extremes.ts'
import { chanceOfAtLeast } from './hypergeometric.ts'

/** Probes of one flow: how many, how many were lost on the path, and in how many runs of consecutive losses. */
export interface FlowLosses {
  readonly settled: number
  readonly lost: number
  readonly runs: number
}

/** Flows that lost significantly more than the others. */
export interface FlowDifference {
  /** Their places among the flows, the one with the largest share of losses first. */
  readonly different: readonly number[]
  /** Upper bound for the probability that chance alone makes such a difference, over all flows (Bonferroni). */
  readonly chance: number
}

/** Shares of the tests in the level. Flows that lose less than the others matter only if most flows are bad. */
const SHARE = { dead: 0.8, runs: 0.1, losses: 0.05, less: 0.05 } as const
/** From this share of losses on a flow is dead: its one run of losses is no evidence of bursts. */
const DEAD = 0.9
/** A shorter run of losses is a burst, and no dead flow. */
const LEAST_DEAD = 5
/** From this number of runs on, their mean length is known well enough. */
const KNOWN_RUNS = 10

type NumberedFlow = FlowLosses & { readonly number: number }

/**
 * The flows that lost more than the others by more than chance: Fisher's exact tests of each flow against all, corrected for the number of
 * flows (Bonferroni). Bursts are not taken for a difference: of a flow that has replies count the runs of losses, and losses only with the
 * spread that the runs show. Repeated without the flows found, because these raise the mean with which the others are compared. Undefined:
 * none did.
 * @param falseAlarm maximum probability that chance alone makes any flow different
 */
export function flowDifference(flows: readonly FlowLosses[], falseAlarm: number): FlowDifference | undefined {
  let others = flows.map((flow, number) => ({ ...flow, number })).filter(({ settled }) => settled > 0)
  const worse: NumberedFlow[] = []
  let chance: number | undefined
  for (;;) {
    const found = worseOf(others, flows.length, falseAlarm)
    if (found === undefined) break
    chance ??= found.chance
    worse.push(...found.worse)
    others = others.filter(flow => !found.worse.includes(flow))
  }
  if (chance === undefined) return undefined
  const ranked = worse.toSorted((one, other) => other.lost / other.settled - one.lost / one.settled)
  return { different: ranked.map(({ number }) => number), chance }
}

function worseOf(
  flows: readonly NumberedFlow[],
  tests: number,
  falseAlarm: number,
): { readonly worse: readonly NumberedFlow[]; readonly chance: number } | undefined {
  const all = sumOf(flows)
  const alive = sumOf(flows.filter(flow => !isDead(flow)))
  const isWorse = (flow: FlowLosses): boolean => flow.lost * all.settled > flow.settled * all.lost
  const judged = flows.map(flow => ({
    flow,
    chance: tests * (isWorse(flow) ? chanceOfMore(flow, all, alive) : chanceOfLess(flow, all, alive)),
  }))
  const differing = judged.filter(({ chance }) => chance < falseAlarm)
  const more = differing.filter(({ flow }) => isWorse(flow))
  if (differing.length === 0) return undefined
  return {
    worse: more.length > 0 ? more.map(({ flow }) => flow) : flows.filter(isWorse),
    chance: greatest((more.length > 0 ? more : differing).map(({ chance }) => chance)),
  }
}

/** The chance that a flow loses so much more than the others, divided by the share of its test in the level. */
function chanceOfMore(flow: FlowLosses, all: FlowLosses, alive: FlowLosses): number {
  if (isDead(flow)) return flow.settled < LEAST_DEAD ? 1 : chanceOfLosses(flow, all, longBursts(alive, 1)) / SHARE.dead
  // Runs of losses begin independently, however long they are.
  const runs = chanceOfAtLeast(flow.runs, flow.settled, all.runs, all.settled)
  return Math.min(
    runs / SHARE.runs,
    alive.runs < KNOWN_RUNS ? 1 : chanceOfLosses(flow, all, longBursts(alive, 2)) / SHARE.losses,
  )
}

/** The same for a flow that loses less. */
function chanceOfLess(flow: FlowLosses, all: FlowLosses, alive: FlowLosses): number {
  const kept = ({ settled, lost }: FlowLosses): FlowLosses => ({ settled, lost: settled - lost, runs: 0 })
  return flow.settled < LEAST_DEAD ? 1 : chanceOfLosses(kept(flow), kept(all), longBursts(alive, 2)) / SHARE.less
}

/** Fisher's exact test, one-sided, on events: by the factor of bursts fewer than losses. */
function chanceOfLosses(flow: FlowLosses, all: FlowLosses, factor: number): number {
  const events = (count: number): number => Math.round(count / factor)
  return chanceOfAtLeast(events(flow.lost), events(flow.settled), events(all.lost), events(all.settled))
}

/**
 * By how much bursts widen the spread of the losses of a flow, compared with independent ones: (1 + ρ) / (1 − ρ), where ρ is the correlation of
 * consecutive losses in the Gilbert model with this loss ratio and mean length of a run, which is taken some standard errors longer than
 * observed. 1 for independent losses, and if no flow that is not dead has losses.
 */
function longBursts({ settled, lost, runs }: FlowLosses, errors: number): number {
  if (runs === 0) return 1
  const mean = (lost / runs) * (1 + errors / Math.sqrt(runs))
  return Math.max(1, 2 * mean * (1 - lost / settled) - 1)
}

function isDead({ settled, lost }: FlowLosses): boolean {
  return lost >= DEAD * settled
}

/** The sums over flows. */
export function sumOf(flows: readonly FlowLosses[]): FlowLosses {
  return flows.reduce(
    (sum, flow) => ({
      settled: sum.settled + flow.settled,
      lost: sum.lost + flow.lost,
      runs: sum.runs + flow.runs,
    }),
    { settled: 0, lost: 0, runs: 0 },
  )
}
