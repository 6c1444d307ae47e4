/** How a report is displayed. */
export interface View {
  /** Columns of the terminal. Below 40 counts as 40. */
  readonly width: number
  readonly color: boolean
  /** Show only the headline and failures. */
  readonly quiet?: boolean | undefined
  /** Show everything in the Result. */
  readonly verbose?: boolean | undefined
  /** RTTs in ms in send order, for the delay pictures. NaN if no reply came. */
  readonly samples?: readonly number[] | undefined
}

/** A width that breaks no lines, for a pipe, where a program reads whole lines. */
export const UNBROKEN = 100_000

const NARROWEST = 40
const WIDEST = 120

/** The columns that a report uses. Lines much longer than 120 are hard to read, so it leaves the rest of a wide terminal empty. */
export function usableWidth(columns: number): number {
  if (columns === UNBROKEN) return columns
  return Number.isFinite(columns) ? Math.min(WIDEST, Math.max(NARROWEST, Math.floor(columns))) : 80
}
