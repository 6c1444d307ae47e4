import type { Document } from '../report/document.ts'
import { resultDocument } from '../report/result-document.ts'
import { probeRows, roundTrips } from '../runs/send/probe-rows.ts'
import type { SendRun } from '../runs/send/run.ts'

/** Round trips that the small pictures of the terminal are drawn from. */
const PICTURED = 4096

/** A run with its probes, unless it did not keep them (`--summary`). */
export function runDocument({ result, facts, analysis }: SendRun): Document {
  return resultDocument(result, {
    probes: facts.plan.summary ? undefined : () => probeRows(facts, analysis),
    // A search tries sizes: its round trips beside each other are no picture of the path over time.
    samples: result.command === 'send' ? () => roundTrips(facts, PICTURED) : undefined,
  })
}
