import { jsonWithoutLogCommands } from '../base/log-commands.ts'

/** An event of a server with --json: one JSON document per line (NDJSON). */
export function eventLine(document: Readonly<Record<string, unknown>>): string {
  return `${jsonWithoutLogCommands(JSON.stringify(document))}\n`
}
