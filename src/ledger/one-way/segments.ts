/** Slots `from` up to but without `to`. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/**
 * Divides slots into segments in each of which one line fits all bounds, by the longest feasible beginning and again by the longest
 * feasible end. A change of the clock lies between where the two divisions put it, so a segment has only the slots that both give it.
 * Slots between segments belong to none. `feasible` must hold for each part of what it holds for.
 */
export function splitFeasible(count: number, feasible: (from: number, to: number) => boolean): readonly Stretch[] {
  if (count === 0) return []
  if (feasible(0, count)) return [{ from: 0, to: count }]
  return consistentBlocks(count, feasible).flatMap(block => splitBlock(block, feasible))
}

/** Stretches of slots each of which is feasible by itself. */
function consistentBlocks(count: number, feasible: (from: number, to: number) => boolean): readonly Stretch[] {
  const blocks: Stretch[] = []
  let from = 0
  for (let slot = 0; slot <= count; slot++) {
    if (slot < count && feasible(slot, slot + 1)) continue
    if (slot > from) blocks.push({ from, to: slot })
    from = slot + 1
  }
  return blocks
}

function splitBlock({ from, to }: Stretch, feasible: (from: number, to: number) => boolean): readonly Stretch[] {
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

/** The largest length up to `most` that holds, where 1 does and what holds for a length holds for all below. */
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
