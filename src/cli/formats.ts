import type { Flag } from '../options/flag.ts'
import { listOf, type Options } from '../options/written-options.ts'
import { REPORT_FORMAT_NAMES, type ReportFormat } from '../report/formats/formats.ts'

/** The formats of a document that is no run: of the machine, of a course. */
export const DOCUMENT_FORMATS = ['table', 'json'] as const

/** The formats of a comparison of two runs. */
export const DIFF_FORMATS = ['table', 'json', ...REPORT_FORMAT_NAMES] as const

/** The formats of a run and of a suite. */
export const FORMATS = ['table', 'json', 'ndjson', 'csv', ...REPORT_FORMAT_NAMES] as const
export type Format = (typeof FORMATS)[number]
/** Those that are not made of a suite alone. */
export type OwnFormat = Exclude<Format, ReportFormat>

/** The flag that asks for some of these formats. */
export function formatFlag(formats: readonly string[]): Flag {
  const listed = `${formats.slice(0, -1).join(', ')} or ${formats.at(-1) ?? ''}`
  return {
    form: '--format <format>',
    about: `${listed}; F=FILE writes a file (repeatable)`,
    group: 'Output:',
    repeatable: true,
    choices: formats,
  }
}

/** Whether a format is asked for that lists the probes of a run one by one. */
export function listsProbes(options: Options): boolean {
  return listOf(options, 'format').some(format => /^(?:csv|ndjson)(?:=|$)/u.test(format))
}
