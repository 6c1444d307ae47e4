/** How a report is looked at. */
export interface View {
  /** Columns of the terminal; below 40 it is taken for 40. */
  readonly width: number
  readonly color: boolean
  /** The headline and what failed, nothing else. */
  readonly quiet?: boolean | undefined
  /** Everything that the Result knows. */
  readonly verbose?: boolean | undefined
  /** RTTs in ms in send order, for the pictures of the delay; NaN where no reply came. */
  readonly samples?: readonly number[] | undefined
}

/** The width of a view whose lines are never broken: in a pipe a line is what a program reads. */
export const UNBROKEN = 100_000

const NARROWEST = 40
const WIDEST = 120

/** The columns that a report uses: lines much longer than 120 are hard to read, so it leaves the rest of a wide terminal empty. */
export function usableWidth(columns: number): number {
  if (columns === UNBROKEN) return columns
  return Number.isFinite(columns) ? Math.min(WIDEST, Math.max(NARROWEST, Math.floor(columns))) : 80
}
