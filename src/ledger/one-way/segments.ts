/** Slots from `from` (inclusive) to `to` (exclusive). */
export interface SlotRange {
  readonly from: number
  readonly to: number
}

/**
 * Divides slots into segments such that one line fits all bounds of a segment: once by the longest feasible range from the start, once from the
 * end. A clock change lies between the boundaries of both divisions, so a segment has only the slots that both assign to it. Slots between
 * segments belong to none. If `feasible` holds for a range, it must hold for each part of it.
 */
export function splitFeasible(count: number, feasible: (from: number, to: number) => boolean): readonly SlotRange[] {
  if (count === 0) return []
  if (feasible(0, count)) return [{ from: 0, to: count }]
  return consistentBlocks(count, feasible).flatMap(block => splitBlock(block, feasible))
}

/** Ranges of slots each of which is feasible by itself. */
function consistentBlocks(count: number, feasible: (from: number, to: number) => boolean): readonly SlotRange[] {
  const blocks: SlotRange[] = []
  let from = 0
  for (let slot = 0; slot <= count; slot++) {
    if (slot < count && feasible(slot, slot + 1)) continue
    if (slot > from) blocks.push({ from, to: slot })
    from = slot + 1
  }
  return blocks
}

function splitBlock({ from, to }: SlotRange, feasible: (from: number, to: number) => boolean): readonly SlotRange[] {
  const ends: number[] = []
  for (let begin = from; begin < to;) {
    const first = begin
    begin += longest(to - begin, length => feasible(first, first + length))
    ends.push(begin)
  }
  const begins: number[] = []
  for (let end = to; end > from;) {
    const last = end
    end -= longest(end - from, length => feasible(last - length, last))
    begins.unshift(end)
  }
  return ends
    .map((_, number) => ({ from: ends[number - 1] ?? from, to: begins[number + 1] ?? to }))
    .filter(segment => segment.from < segment.to)
}

/** The largest length up to `most` for which `holds` is true; it is true for 1, and for all lengths below one for which it is. */
function longest(most: number, holds: (length: number) => boolean): number {
  let known = 1
  let beyond = 2
  while (beyond <= most && holds(beyond)) {
    known = beyond
    beyond *= 2
  }
  beyond = Math.min(beyond, most + 1)
  while (beyond - known > 1) {
    const middle = (known + beyond) >> 1
    if (holds(middle)) known = middle
    else beyond = middle
  }
  return known
}
