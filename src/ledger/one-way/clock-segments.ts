import type { Nanos } from '../../base/nanos.ts'
import type { BoundSlot } from './bound-slots.ts'
import { feasibleSlopes } from './feasible-slopes.ts'
import { fitLine, offsetAt, type OffsetLine } from './offset-line.ts'
import { splitFeasible } from './segments.ts'
import { hullsOf } from './slot-hulls.ts'

/** A period in which both clocks ran at a constant rate, as far as the bounds show. */
export interface ClockSegment {
  readonly slots: readonly BoundSlot[]
  readonly line: OffsetLine
}

/** A change of the offset that no constant rate explains. */
interface ClockBreak {
  /** It happened between these. */
  readonly from: Nanos
  readonly to: Nanos
  /** The advance of the server's clock relative to ours; NaN if one side is unknown. */
  readonly size: Nanos
}

export interface DividedTime {
  readonly segments: readonly ClockSegment[]
  readonly breaks: readonly ClockBreak[]
}

/** Divides the slots at the changes of a clock. */
export function divideTime(slots: readonly BoundSlot[]): DividedTime {
  const stretches = splitFeasible(slots.length, (from, to) => {
    const { upper, lower } = hullsOf(slots.slice(from, to))
    return feasibleSlopes(upper, lower) !== undefined
  })
  const segments: ClockSegment[] = []
  const breaks: ClockBreak[] = []
  let end = 0
  for (const { from, to } of stretches) {
    const own = slots.slice(from, to)
    const line = fitLine(own)
    if (line === undefined) continue
    const last = segments.at(-1)
    if (last !== undefined || from > 0) {
      const [begin, until] = [last?.slots.at(-1)?.begin ?? slots[0]?.begin ?? 0, own[0]?.end ?? 0]
      const middle = (begin + until) / 2
      const size = last === undefined ? NaN : offsetAt(line, middle) - offsetAt(last.line, middle)
      breaks.push({ from: begin, to: until, size })
    }
    segments.push({ slots: own, line })
    end = to
  }
  if (end < slots.length)
    breaks.push({ from: slots[Math.max(0, end - 1)]?.begin ?? 0, to: slots.at(-1)?.end ?? 0, size: NaN })
  return { segments, breaks }
}
