import { SECOND, type Nanos } from '../../base/nanos.ts'
import { NO_DWELL, PAGE_ROWS } from '../../facts/probe-table.ts'
import type { RunFacts } from '../../facts/run.ts'
import { BoundSlots } from '../one-way/bound-slots.ts'
import { divideTime, type ClockSegment } from '../one-way/clock-segments.ts'
import { nearest } from '../one-way/feasible-slopes.ts'
import { touchedVertex } from '../one-way/hull.ts'

/** How long one exchange took in each direction, ns, as far as the offset of the clocks is known. */
export interface OneWayTimes {
  forward: Nanos
  return: Nanos
}

interface Line {
  readonly until: Nanos
  readonly from: Nanos
  readonly offset: Nanos
  readonly slope: number
}

/**
 * The one-way times of the exchanges of a run (docs/result.md, One-way delay). An error of the offset adds a constant to one direction and
 * subtracts it from the other. The difference between the rates of the clocks is the smallest that agrees with all exchanges: a larger one would
 * explain a queue that grows as a clock that runs fast.
 */
export class OneWayClock {
  readonly #facts: RunFacts
  readonly #lines: readonly Line[]
  readonly #base: number

  constructor(facts: RunFacts) {
    this.#facts = facts
    this.#base = facts.clients.find(({ serverBase }) => serverBase !== undefined)?.serverBase ?? 0
    const slots = new BoundSlots(facts.startedAt)
    const { pages } = facts.probes
    for (let number = facts.probes.retired; number < pages.length; number++) {
      const page = pages[number]
      if (page?.serverArrival === undefined) continue
      for (let place = 0; place < page.sent.length; place++) {
        const there = this.#serverTime(number * PAGE_ROWS + place)
        if (Number.isNaN(there)) continue
        const [sent, arrived, dwell] = [page.sent[place] ?? 0, page.arrived[place] ?? 0, page.dwell[place] ?? 0]
        if (dwell <= arrived - sent) slots.push(sent, arrived, there - sent, there + dwell - arrived)
      }
    }
    this.#lines = divideTime(slots.list()).segments.map(lineOf)
  }

  /** Writes the times of a row with a reply; false if they are not known. */
  read(row: number, into: OneWayTimes): boolean {
    const page = this.#facts.probes.find(row)
    const place = row % PAGE_ROWS
    const there = this.#serverTime(row)
    if (page === undefined || Number.isNaN(there)) return false
    const [sent, arrived, dwell] = [page.sent[place] ?? 0, page.arrived[place] ?? 0, page.dwell[place] ?? 0]
    const line = this.#lines.find(({ until }) => sent < until) ?? this.#lines.at(-1)
    if (line === undefined || dwell > arrived - sent) return false
    into.forward = there - sent - offsetAt(line, sent)
    into.return = arrived - there - dwell + offsetAt(line, arrived)
    return true
  }

  /** When the server received a row's probe, by its clock; NaN if that, or how long it kept it, is unknown. */
  #serverTime(row: number): Nanos {
    const page = this.#facts.probes.find(row)
    const place = row % PAGE_ROWS
    if (page === undefined || page.dwell[place] === NO_DWELL || !((page.arrived[place] ?? Infinity) < Infinity))
      return NaN
    const base = this.#facts.clients[row % this.#facts.plan.clients]?.serverBase
    return base === undefined ? NaN : (page.serverArrival?.[place] ?? NaN) + (base - this.#base) * SECOND
  }
}

/** The middle line of the smallest slope. */
function lineOf({ slots, line }: ClockSegment): Line {
  const { upper, lower, from, slopes } = line
  const slope = nearest(0, slopes.lowest, slopes.highest)
  const u = upper[touchedVertex(upper, slope, 1)]
  const l = lower[touchedVertex(lower, slope, -1)]
  const least = u === undefined ? line.offset : u.offset - slope * (u.at - from)
  const greatest = l === undefined ? line.offset : l.offset - slope * (l.at - from)
  return { until: slots.at(-1)?.end ?? Infinity, from, slope, offset: (least + greatest) / 2 }
}

function offsetAt({ offset, slope, from }: Line, at: Nanos): Nanos {
  return offset + slope * (at - from)
}
