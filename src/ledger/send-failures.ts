import type { RunFacts } from '../facts/run.ts'
import type { Tally } from './tally.ts'

/**
 * Probes without a reply because the server's kernel refused to send it, as the server reports. They are part of `lostServerPolicy`: the two
 * bits of a receipt do not distinguish a withheld reply from one that failed (docs/wire-format.md).
 */
export function sendFailures({ clients }: RunFacts, { total, classifier }: Tally): number {
  let failed = 0
  clients.forEach(({ receipts: { totals } }, number) => {
    if (classifier.believed[number] === true) failed += totals?.sendFailed ?? 0
  })
  return Math.min(failed, total.fates.lostServerPolicy)
}
