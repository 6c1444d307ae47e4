import type { ProbeRow } from '../../verdict/probe-row.ts'
import type { Suite } from '../../verdict/suite/suite.ts'

/** The input of a renderer. */
export interface Report {
  /** A single Result is wrapped in a suite of one (`verdict/suite-of-one.ts`). */
  readonly suite: Suite
  /** The probes of the check with this id, in sending order. Undefined if they are not known (a saved document, `--summary`). */
  readonly probes?: ((id: string) => Iterable<ProbeRow> | undefined) | undefined
}

/** The text of a report, as a whole or in pieces. */
export type Renderer = (report: Report) => Iterable<string>
