const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/**
 * Numbers as a row of blocks from 0 to their maximum, at most `width` columns. If there are more numbers than columns, each column shows
 * its largest number, so that no peak is lost. A number that is not finite is a gap.
 */
export function sparkline(values: readonly number[], width: number): string {
  const columns = peaks(values, Math.max(0, Math.floor(width)))
  const top = columns.reduce((most, value) => (value > most ? value : most), 0)
  return columns.map(value => (Number.isFinite(value) ? block(value / (top || 1)) : ' ')).join('')
}

/** A block with the height of the ratio. The lowest is for 0. */
export function block(ratio: number): string {
  const level = Math.min(LEVELS.length, Math.max(1, Math.ceil(ratio * LEVELS.length)))
  return LEVELS[level - 1] ?? LEVELS[0]
}

function peaks(values: readonly number[], width: number): number[] {
  if (width === 0) return []
  if (values.length <= width) return [...values]
  const columns = Array.from({ length: width }, () => NaN)
  for (const [index, value] of values.entries()) {
    const column = Math.floor((index * width) / values.length)
    const peak = columns[column] ?? NaN
    if (Number.isFinite(value) && !(value <= peak)) columns[column] = value
  }
  return columns
}
