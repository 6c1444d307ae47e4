import { jsonWithoutLogCommands } from '../base/log-commands.ts'
import { formatLocalTime } from './local-time.ts'

interface EventDocument extends Readonly<Record<string, unknown>> {
  readonly event: string
  /** When it happened, in ISO 8601 with the offset from UTC. Absent: now. */
  readonly at?: string
}

/** An event of a server with --json: one JSON document per line (NDJSON). */
export function eventLine({ event, at = formatLocalTime(Date.now()), ...rest }: EventDocument): string {
  return `${jsonWithoutLogCommands(JSON.stringify({ event, at, ...rest }))}\n`
}
