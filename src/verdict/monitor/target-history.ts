import type { Nanos } from '../../base/nanos.ts'
import type { MonitorClock } from './clock.ts'
import type { ReadFlow } from './figures.ts'
import type { FlowModel } from './flow-model.ts'
import { POINT, pointOf, POINTS, visitPoints, type History } from './history.ts'
import { visitBackwards, type FlowSlots } from './strip.ts'
import type { HistoryPoint } from './view.ts'
import { WindowFold } from './window-fold.ts'

/** Makes the round trips of the points since this time those of all final slots. */
export function renewRtts(history: History, flows: readonly FlowModel[], since: Nanos): void {
  const final = flows.map(({ recent }) => ({ recent, slots: [] }))
  for (const [number, { rtt }] of foldPoints(final, pointOf(since))) if (rtt !== undefined) history.setRtt(number, rtt)
}

/** The points of the last hour, the oldest first, with the slots that are not final. */
export function historyPoints(
  history: History,
  flows: readonly ReadFlow[],
  interval: Nanos,
  clock: MonitorClock,
  now: Nanos,
): HistoryPoint[] {
  const open = new Map<number, WindowFold>()
  for (const { reading } of flows)
    for (const slot of reading.slots)
      visitPoints(slot, interval, (number, count) => foldOf(open, number).push(slot.state, slot.rtt, count))
  const slots = flows.map(({ flow, reading }) => ({ recent: flow.recent, slots: reading.slots }))
  const all = open.size === 0 ? open : foldPoints(slots, Math.min(...open.keys()))
  const oldest = pointOf(now) - POINTS
  return [...new Set([...history.numbers(now), ...open.keys()])]
    .filter(number => number > oldest)
    .sort((one, other) => one - other)
    .map(number => {
      const final = history.point(number)
      const live = open.get(number)
      const rtt = live === undefined ? final?.rtt : all.get(number)?.rtt
      return {
        at: clock.realOf(number * POINT),
        settled: (final?.settled ?? 0) + (live?.settled ?? 0),
        lost: (final?.lost ?? 0) + (live?.lost ?? 0),
        missed: (final?.missed ?? 0) + (live?.missed ?? 0),
        ...(rtt === undefined ? {} : { rtt }),
      }
    })
}

/** The slots of the points from this number on. */
function foldPoints(flows: readonly FlowSlots[], first: number): Map<number, WindowFold> {
  const folds = new Map<number, WindowFold>()
  for (const flow of flows)
    visitBackwards(flow, (due, state, rtt) => {
      const number = pointOf(due)
      if (number < first) return false
      foldOf(folds, number).push(state, rtt)
      return true
    })
  return folds
}

function foldOf(folds: Map<number, WindowFold>, number: number): WindowFold {
  let fold = folds.get(number)
  if (fold === undefined) folds.set(number, (fold = new WindowFold()))
  return fold
}
