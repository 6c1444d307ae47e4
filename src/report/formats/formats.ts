import type { Renderer, Report } from './report.ts'

/**
 * The formats that every command with a Result or a suite can write, by name. Each is loaded only when it is asked for. `table`, `json`,
 * and of a lone run `csv` and `ndjson`, are the commands' own.
 */
const REPORT_FORMATS = {
  junit: async () => (await import('./junit.ts')).renderJunit,
  tap: async () => (await import('./tap.ts')).renderTap,
  github: async () => (await import('./github.ts')).renderGithub,
  markdown: async () => (await import('./markdown.ts')).renderMarkdown,
  html: async () => (await import('../html/document.ts')).renderHtml,
  prometheus: async () => (await import('./prometheus.ts')).renderPrometheus,
} as const satisfies Readonly<Record<string, () => Promise<Renderer>>>

export type ReportFormat = keyof typeof REPORT_FORMATS

/** Their names, in the order of the docs. */
export const REPORT_FORMAT_NAMES = Object.keys(REPORT_FORMATS) as readonly ReportFormat[]

/** Whether a format is one of these. */
export function isReportFormat(name: string): name is ReportFormat {
  return Object.hasOwn(REPORT_FORMATS, name)
}

/** A report in one of these formats, in pieces. */
export async function renderReport(format: ReportFormat, report: Report): Promise<Iterable<string>> {
  const render = await REPORT_FORMATS[format]()
  return render(report)
}
