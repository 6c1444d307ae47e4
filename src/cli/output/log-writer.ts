import type { Log, LogLevel } from '../../jobs/log.ts'
import { jsonLogLine, logfmtLine } from '../../report/formats/log-lines.ts'
import { LogBound } from './log-bound.ts'

/** The least important first. */
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Writes a log to a stream: the lines of a level and above, of each message a bounded number. */
export function logTo(
  stream: NodeJS.WritableStream,
  { level: least, format }: { readonly level: LogLevel; readonly format: 'logfmt' | 'json' },
): Log {
  const bound = new LogBound()
  const line = format === 'json' ? jsonLogLine : logfmtLine
  return (level, message, fields = {}) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return
    const leftOut = bound.take(message, performance.now())
    if (leftOut === undefined) return
    const time = new Date().toISOString()
    stream.write(line({ time, level, message, fields: leftOut === 0 ? fields : { ...fields, leftOut } }))
  }
}
