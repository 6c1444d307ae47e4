import { REPORT_FORMAT_NAMES, type ReportFormat } from '../report/formats.ts'

/** The formats of a run and of a suite. */
export const FORMATS = ['table', 'json', 'ndjson', 'csv', ...REPORT_FORMAT_NAMES] as const
export type Format = (typeof FORMATS)[number]
/** Those that are not made of a suite alone. */
export type OwnFormat = Exclude<Format, ReportFormat>

/** The flag that asks for them. */
export const FORMAT_FLAG = {
  form: '--format <format>',
  about: `${FORMATS.slice(0, -1).join(', ')} or ${FORMATS.at(-1) ?? ''}; F=FILE writes a file (repeatable)`,
  group: 'Output:',
  repeatable: true,
} as const
