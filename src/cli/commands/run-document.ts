import type { Document } from '../../report/document.ts'
import { resultDocument } from '../../report/result-document.ts'
import { probeRows, roundTrips } from '../../runs/send/probe-rows.ts'
import type { SendRun } from '../../runs/send/run.ts'

/** Number of round trips for the small pictures of the terminal. */
const PICTURED = 4096
/** A search sends different sizes, so its round trips do not show the path over time. */
const PICTURED_COMMANDS: ReadonlySet<string> = new Set(['send', 'ping', 'stamp send'])

/** The document of a run, with its probes unless it did not keep them (`--summary`). */
export function runDocument({ result, facts, analysis }: SendRun): Document {
  return resultDocument(result, {
    probes: facts.plan.summary ? undefined : () => probeRows(facts, analysis),
    samples: PICTURED_COMMANDS.has(result.command) ? () => roundTrips(facts, PICTURED) : undefined,
  })
}
