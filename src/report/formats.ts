import type { Document } from './document.ts'
import type { Renderer, Report } from './formats/report.ts'
import type { View } from './text/view.ts'

/** The formats that are made from checks, by name, in the order of the docs. Each is loaded on first use. */
const REPORT_FORMATS = {
  junit: async () => (await import('./formats/junit.ts')).renderJunit,
  tap: async () => (await import('./formats/tap.ts')).renderTap,
  github: async () => (await import('./formats/github.ts')).renderGithub,
  markdown: async () => (await import('./formats/markdown.ts')).renderMarkdown,
  html: async () => (await import('./html/document.ts')).renderHtml,
  prometheus: async () => (await import('./formats/prometheus.ts')).renderPrometheus,
} as const satisfies Readonly<Record<string, () => Promise<Renderer>>>

export type ReportFormat = keyof typeof REPORT_FORMATS
export const REPORT_FORMAT_NAMES = Object.keys(REPORT_FORMATS) as readonly ReportFormat[]

/** The formats of a document without checks, such as that of `doctor` or `lab`. */
export const DOCUMENT_FORMATS = ['table', 'json'] as const
/** The formats of a comparison of two runs. */
export const DIFF_FORMATS = [...DOCUMENT_FORMATS, ...REPORT_FORMAT_NAMES] as const
/** The formats of a run and of a suite. */
export const FORMATS = [...DOCUMENT_FORMATS, 'ndjson', 'csv', ...REPORT_FORMAT_NAMES] as const
export type Format = (typeof FORMATS)[number]

/** Renders a document in a format, in pieces. Yields nothing if the document does not have the format. */
export async function renderAs(format: Format, document: Document, view: View): Promise<Iterable<string>> {
  switch (format) {
    case 'table':
      return document.table(view)
    case 'json':
      return [(await import('./formats/json.ts')).renderDocument(document.content)]
    case 'csv':
    case 'ndjson':
      return document[format]?.() ?? []
    default:
      return document.report === undefined ? [] : renderReport(format, document.report)
  }
}

/** Renders checks in one of their formats, in pieces. */
export async function renderReport(format: ReportFormat, report: Report): Promise<Iterable<string>> {
  const render = await REPORT_FORMATS[format]()
  return render(report)
}
