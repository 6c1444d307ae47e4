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
  /** The largest probability that chance alone makes one of them, over all flows (Bonferroni). */
  readonly chance: number
}

/** From this share of losses on a flow counts as dead, and each of its losses as one event. */
const DEAD = 0.9

/**
 * The flows that lost more than the others by more than chance: Fisher's exact test of each flow against all, corrected for the number of flows
 * (Bonferroni). Consecutive losses are one event, because one cause makes them. Undefined: none did.
 * @param falseAlarm maximum probability that chance alone makes any flow different
 */
export function flowDifference(flows: readonly FlowLosses[], falseAlarm: number): FlowDifference | undefined {
  const all = flows.reduce((sum, { settled }) => sum + settled, 0)
  const lost = flows.reduce((sum, flow) => sum + flow.lost, 0)
  if (flows.length < 2 || lost === 0 || lost === all) return undefined
  const burst = meanBurst(flows)
  const chanceOf = (flow: FlowLosses): number => {
    if (flow.lost * all <= flow.settled * lost) return 1
    const size = isDead(flow) ? 1 : Math.max(burst, flow.lost / Math.max(1, flow.runs))
    const events = (count: number): number => Math.round(count / size)
    return flows.length * chanceOfAtLeast(events(flow.lost), events(flow.settled), events(lost), events(all))
  }
  const judged = flows.map((flow, number) => ({ number, share: flow.lost / flow.settled, chance: chanceOf(flow) }))
  const different = judged.filter(({ chance }) => chance < falseAlarm)
  if (different.length === 0) return undefined
  return {
    different: different.toSorted((one, other) => other.share - one.share).map(({ number }) => number),
    chance: greatest(different.map(({ chance }) => chance)),
  }
}

function isDead({ lost, settled }: FlowLosses): boolean {
  return lost >= DEAD * settled
}

/** Mean length of a run of losses over the flows that are not dead. */
function meanBurst(flows: readonly FlowLosses[]): number {
  const alive = flows.filter(flow => !isDead(flow))
  const runs = alive.reduce((sum, flow) => sum + flow.runs, 0)
  const lost = alive.reduce((sum, flow) => sum + flow.lost, 0)
  return runs === 0 ? 1 : Math.max(1, lost / runs)
}
