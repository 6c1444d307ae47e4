/** Widths for columns that share `room`: narrow columns get what they need, the others share the rest evenly. */
export function columnShares(natural: readonly number[], room: number): number[] {
  const widths = natural.map(() => 0)
  let left = room
  const byNeed = natural.map((need, index) => ({ need, index })).toSorted((a, b) => a.need - b.need)
  for (const [place, { need, index }] of byNeed.entries()) {
    const width = Math.min(need, Math.floor(left / (byNeed.length - place)))
    widths[index] = width
    left -= width
  }
  return widths
}
