import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import type { BoundSlot, Exchange } from './bound-slots.ts'
import { offsetAt, type OffsetLine } from './offset-line.ts'

/** One exchange is used for each such time: long enough that queues were probably empty once. */
const SPAN: Nanos = 100 * MILLISECOND

/** The maximum distance of the offset from the line during this exchange, however the clocks run. */
export function exchangeError({ sent, arrived, upper, lower }: Exchange, line: OffsetLine): Nanos {
  const [before, behind] = [offsetAt(line, sent), offsetAt(line, arrived)]
  return Math.max(upper - Math.min(before, behind), Math.max(before, behind) - lower)
}

/** The exchange with the shortest round trip of each 100 ms, or of each slot if slots are longer. */
export function quickestExchanges(slots: readonly BoundSlot[]): readonly Exchange[] {
  const kept: Exchange[] = []
  let until = -Infinity
  for (const { begin, quickest } of slots) {
    const last = kept.at(-1)
    if (last === undefined || begin >= until) {
      kept.push(quickest)
      until = begin + SPAN
    } else if (quickest.upper - quickest.lower < last.upper - last.lower) kept[kept.length - 1] = quickest
  }
  return kept
}

/** The error of the line at the times of those exchanges; it holds for any clock. */
export function anyClockError(slots: readonly BoundSlot[], line: OffsetLine): Nanos {
  return quickestExchanges(slots).reduce((most, exchange) => Math.max(most, exchangeError(exchange, line)), 0)
}
