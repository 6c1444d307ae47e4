import type { Report } from './formats/report.ts'
import type { View } from './text/view.ts'

/** What a command ends with, or a saved file holds. Every format is made from it (`formats.ts`). */
export interface Document {
  /** The values, for `json`. */
  readonly content: object
  /** The text for a person, in pieces. */
  readonly table: (view: View) => Iterable<string>
  /** What is left of that text where standard output had its rows while the command ran. */
  readonly tableEnd?: (view: View) => Iterable<string>
  /** One row for each probe or check; absent where rows are not known. */
  readonly csv?: () => Iterable<string>
  readonly ndjson?: () => Iterable<string>
  /** The same as checks with verdicts, for the other formats; absent where there are none. */
  readonly report?: Report
  /** Decides the exit status. Absent: the command does not judge what it shows. */
  readonly verdict?: 'pass' | 'fail' | 'error' | undefined
}
