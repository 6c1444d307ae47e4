import { MILLISECOND } from '../../base/nanos.ts'
import { formatLocalTime } from '../../runs/local-time.ts'
import type { Session } from '../subcommand.ts'
import type { ReportInterval } from './interval-reports.ts'

/**
 * Prints `text` with the time of day on standard error once each interval. For a suite whose runs cannot be observed while they go on.
 * Returns a function that ends the reports.
 */
export function reportOnSuite(
  { every }: ReportInterval,
  { line }: Pick<Session, 'line'>,
  text: () => string,
): () => void {
  const timer = setInterval(() => line.report(`${formatLocalTime(Date.now())} ${text()}`), every / MILLISECOND)
  return () => clearInterval(timer)
}
