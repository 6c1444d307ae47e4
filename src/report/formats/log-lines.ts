import { printable, printableJson } from '../text/safe.ts'

/** Values of a line, in their order. */
type LogFields = Readonly<Record<string, string | number>>

/** A line of a log. */
export interface LogEntry {
  /** ISO 8601. */
  readonly time: string
  readonly level: string
  readonly message: string
  readonly fields: LogFields
}

/** `time=2026-11-30T14:28:16.123Z level=info msg=listening address=127.0.0.1:19000`. A value is one line, without invisible characters. */
export function logfmtLine({ time, level, message, fields }: LogEntry): string {
  const pairs = Object.entries<string | number>({ time, level, msg: message, ...fields })
  return `${pairs.map(([name, value]) => `${name}=${logfmtValue(String(value))}`).join(' ')}\n`
}

/** The same as a JSON object. */
export function jsonLogLine({ time, level, message, fields }: LogEntry): string {
  return `${printableJson(JSON.stringify({ time, level, msg: message, ...fields }))}\n`
}

/** In quotes if it has a space, a quote or an equals sign, or nothing at all. */
function logfmtValue(value: string): string {
  const shown = printable(value)
  if (/^[^\s"=\\]+$/u.test(shown)) return shown
  const escaped = shown.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)
  return `"${escaped}"`
}
