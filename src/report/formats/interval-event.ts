import { present } from '../../base/present.ts'
import type { IntervalReport } from '../../verdict/interval-report.ts'
import { jsonLine } from './json.ts'

/**
 * A run that goes on, as a line of NDJSON (docs/send.md, Reports in intervals). `at`: the time of day, in ISO 8601. `check`: the name of the check
 * that runs.
 */
export function intervalEvent({ elapsedMs, total, interval }: IntervalReport, at: string, check?: string): string {
  const { sent, replies, settled, lost } = total
  const loss = settled === 0 ? undefined : lost / settled
  return `${jsonLine(present({ event: 'interval', at, check, elapsedMs, sent, replies, settled, lost, loss, interval }))}\n`
}
