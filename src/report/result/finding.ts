/** One thing that a search found: good, bad, not sure, or worth knowing. */
export interface Finding {
  readonly mark: '✓' | '✗' | '?' | '·'
  readonly text: string
  /** What is likely behind it, or what would tell. */
  readonly cause?: string | undefined
}
