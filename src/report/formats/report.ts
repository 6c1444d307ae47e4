import type { ProbeRow } from '../../verdict/probe-row.ts'
import type { Suite } from '../../verdict/suite/suite.ts'

/** What a renderer draws from. */
export interface Report {
  /** The suite; a lone Result comes as a suite of one (`verdict/suite-of-one.ts`). */
  readonly suite: Suite
  /** The probes of the check with this id one by one, in sending order; undefined where they are not known (a saved document, `--summary`). */
  readonly probes?: ((id: string) => Iterable<ProbeRow> | undefined) | undefined
}

/** The text of a report, whole or in pieces. */
export type Renderer = (report: Report) => Iterable<string>
