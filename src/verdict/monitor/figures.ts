import { SECOND, toMs, type Nanos } from '../../base/nanos.ts'
import { createFateCounts, FATES, lossCount, scheduledCount } from '../../ledger/fate.ts'
import type { LogHistogram } from '../../ledger/histogram.ts'
import { NO_FLOOR, withOlder, withSample } from './delay-floor.ts'
import type { FlowModel, FlowReading } from './flow-model.ts'
import { judgeQueue, type FlowDelays } from './queue.ts'
import { isLost, isSent, isSettled } from './slot.ts'
import { visitBackwards } from './strip.ts'
import type { LedgerFigures, QueueFigures, RttFigures, SlotState, WindowFigures } from './view.ts'
import { WindowFold } from './window-fold.ts'

const MINUTE: Nanos = 60 * SECOND

/** A flow and what is not final of it, at one moment. */
export interface ReadFlow {
  readonly flow: FlowModel
  readonly reading: FlowReading
}

export function flowLedger({ flow: { counters }, reading: { slots, reordered } }: ReadFlow): LedgerFigures {
  const [inFlight, lost, missed, copies] = [
    slots.filter(isSent).length,
    slots.filter(({ state }) => isLost(state)).length,
    slots.reduce((sum, { state, repeat }) => sum + (state === 'missed' ? repeat : 0), 0),
    slots.reduce((sum, slot) => sum + slot.copies, 0),
  ]
  return {
    scheduled: scheduledCount(counters.fates) + inFlight,
    fates: { ...counters.fates },
    inFlight,
    lost,
    missed: counters.missed + missed,
    duplicates: counters.duplicates + copies,
    reordered: counters.reordered + reordered,
  }
}

export function sumLedgers(ledgers: readonly LedgerFigures[]): LedgerFigures {
  const [only] = ledgers
  if (only !== undefined && ledgers.length === 1) return only
  const fates = createFateCounts()
  for (const ledger of ledgers) for (const fate of FATES) fates[fate] += ledger.fates[fate]
  const sum = (count: (ledger: LedgerFigures) => number): number => ledgers.reduce((all, one) => all + count(one), 0)
  return {
    scheduled: sum(one => one.scheduled),
    fates,
    inFlight: sum(one => one.inFlight),
    lost: sum(one => one.lost),
    missed: sum(one => one.missed),
    duplicates: sum(one => one.duplicates),
    reordered: sum(one => one.reordered),
  }
}

/** Figures of the slots that were due in the last minute. */
export function minuteOf(flows: readonly ReadFlow[], now: Nanos): WindowFigures {
  const fold = new WindowFold()
  for (const { flow, reading } of flows)
    visitBackwards({ recent: flow.recent, slots: reading.slots }, (due, state, rtt) => {
      if (due <= now - MINUTE) return false
      fold.push(state, rtt)
      return true
    })
  return fold.result()
}

/** @param rtt of all replies since the start */
export function sinceStart(flows: readonly ReadFlow[], ledger: LedgerFigures, rtt: LogHistogram): WindowFigures {
  const live = flows.flatMap(({ reading }) => reading.slots)
  const figures = rttOf(rtt)
  return {
    settled: scheduledCount(ledger.fates) + live.filter(({ state }) => isSettled(state)).length,
    lost: lossCount(ledger.fates) + ledger.lost,
    missed: ledger.missed,
    ...(figures === undefined ? {} : { rtt: figures }),
  }
}

function rttOf(rtt: LogHistogram): RttFigures | undefined {
  const ranked = (p: number): number => toMs(rtt.percentile(p) ?? NaN)
  return rtt.count === 0 ? undefined : { minMs: ranked(0), p50Ms: ranked(0.5), p99Ms: ranked(0.99), maxMs: ranked(1) }
}

/** Fate of the latest settled slot. */
export function lastFate(flows: readonly ReadFlow[]): SlotState | undefined {
  let last: { readonly due: Nanos; readonly state: SlotState } | undefined
  for (const { flow, reading } of flows)
    visitBackwards({ recent: flow.recent, slots: reading.slots }, (due, state) => {
      if (!isSettled(state)) return true
      if (last === undefined || due > last.due) last = { due, state }
      return false
    })
  return last?.state
}

/** When the last reply arrived, driver's clock; -Infinity: none did. */
export function lastReply(flows: readonly ReadFlow[]): Nanos {
  let last = -Infinity
  for (const { flow, reading } of flows) {
    last = Math.max(last, flow.lastReply)
    for (const { sent, rtt } of reading.slots) if (rtt >= 0) last = Math.max(last, sent + rtt)
  }
  return last
}

export function queueOf(flows: readonly ReadFlow[], now: Nanos): QueueFigures | undefined {
  return judgeQueue(
    flows.map(read => flowDelays(read, now)),
    now,
  )
}

/** The same of final probes only. */
export function finalQueue(flows: readonly FlowModel[], now: Nanos): QueueFigures | undefined {
  const reading = { slots: [], reordered: 0, events: [] }
  return queueOf(
    flows.map(flow => ({ flow, reading })),
    now,
  )
}

function flowDelays({ flow: { delays }, reading: { slots } }: ReadFlow, now: Nanos): FlowDelays {
  const [forward, back]: [Nanos[], Nanos[]] = [[], []]
  const add = (there: Nanos, here: Nanos): void => {
    forward.push(there)
    back.push(here)
  }
  delays.visit(now - MINUTE, add)
  let floor = NO_FLOOR
  for (const slot of slots) {
    if (Number.isNaN(slot.forward)) continue
    floor = withSample(floor, slot)
    if (slot.due > now - MINUTE) add(slot.forward, slot.back)
  }
  return { floor: withOlder(floor, delays.floor(now)), forward, back }
}
