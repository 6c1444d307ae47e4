import type { Report } from './formats/report.ts'
import type { View } from './text/view.ts'

/** The outcome of a command, or the content of a saved file. Every format is made from it (`formats.ts`). */
export interface Document {
  /** The data of the `json` format. */
  readonly content: object
  /** The text for the terminal, in pieces. */
  readonly table: (view: View) => Iterable<string>
  /** The rest of that text, if the command already wrote its rows to standard output. */
  readonly tableEnd?: (view: View) => Iterable<string>
  /** One row per probe or check. Absent if the rows are not known. */
  readonly csv?: () => Iterable<string>
  readonly ndjson?: () => Iterable<string>
  /** The same data as checks with verdicts, for the other formats. Absent if there are no checks. */
  readonly report?: Report
  /** Decides the exit status. Absent if the command judges nothing. */
  readonly verdict?: 'pass' | 'fail' | 'error' | undefined
}
