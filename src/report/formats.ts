import type { ProbeRow } from '../verdict/probe-row.ts'
import type { Suite } from '../verdict/suite.ts'

/** What a renderer draws from. */
export interface Report {
  /** The suite; a lone Result comes as a suite of one (`verdict/suite-of-one.ts`). */
  readonly suite: Suite
  /** The probes of the check with this id one by one, in sending order; undefined where they are not known (a saved document, `--summary`). */
  readonly probes?: ((id: string) => Iterable<ProbeRow> | undefined) | undefined
}

/** The text of a report, whole or in pieces. */
export type Renderer = (report: Report) => Iterable<string>

/**
 * The formats that every command with a Result or a suite can write, by name. Each is loaded only when it is asked for. `table`, `json`,
 * and of a lone run `csv` and `ndjson`, are the commands' own.
 */
export const REPORT_FORMATS = {
  junit: async () => (await import('./junit.ts')).renderJunit,
  tap: async () => (await import('./tap.ts')).renderTap,
  github: async () => (await import('./github.ts')).renderGithub,
  markdown: async () => (await import('./markdown.ts')).renderMarkdown,
  prometheus: async () => (await import('./prometheus.ts')).renderPrometheus,
} as const satisfies Readonly<Record<string, () => Promise<Renderer>>>

export type ReportFormat = keyof typeof REPORT_FORMATS

/** Their names, in the order of the docs. */
export const REPORT_FORMAT_NAMES = Object.keys(REPORT_FORMATS) as readonly ReportFormat[]
