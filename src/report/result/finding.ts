/** One finding of a search: good, bad, unsure, or for information. */
export interface Finding {
  readonly mark: '✓' | '✗' | '?' | '·'
  readonly text: string
  /** The likely cause, or what to do to find it. */
  readonly cause?: string | undefined
}
