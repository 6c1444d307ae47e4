import { renderReport, type ReportFormat } from '../report/formats/formats.ts'
import type { Report } from '../report/formats/report.ts'
import { inRepository } from './repository-path.ts'

/** A report in one of its formats, as this command line writes it: annotations name files by their path in the repository. */
export async function renderedReport(format: ReportFormat, report: Report): Promise<Iterable<string>> {
  return renderReport(format, format === 'github' ? inRepository(report) : report)
}
