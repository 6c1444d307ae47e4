const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const
const FULL = '█'

/** A bar of at most `width` columns, in steps of an eighth. It is full only for a ratio of 1, and not empty for a ratio above 0. */
export function bar(ratio: number, width: number): string {
  if (!(ratio > 0) || width < 1) return ''
  const all = Math.floor(width) * 8
  const rounded = Math.round(Math.min(1, ratio) * all)
  const eighths = ratio < 1 ? Math.min(all - 1, Math.max(1, rounded)) : all
  return FULL.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}
