import { randomInt } from 'node:crypto'
import { SECOND } from '../../base/nanos.ts'
import { findReplyAddresses } from '../../engine/reply-addresses.ts'
import type { ProberSockets } from '../../engine/port.ts'
import type { RunFacts } from '../../facts/run.ts'
import { replyCount, scheduledCount } from '../../ledger/fate.ts'
import type { Tally } from '../../ledger/tally.ts'
import { TOTALS_LENGTH, writeReceiptsRequest } from '../../wire/receipts.ts'

/** Least number and share of probes without a reply, and not proven lost from client to server, that trigger the check. */
const LEAST_LOST = 3
const LEAST_SHARE = 0.1
/** If a server sends one in ten replies from another address, this number of requests misses all of them in three of ten runs. */
const REQUESTS = 12

/**
 * If some replies are missing and may have come from another address (the kernel delivers such a reply to no connected socket, but counts
 * it): sends a few small requests from a socket that receives from any address. They are receipts requests for a run that no server knows,
 * and are in no ledger.
 */
export async function checkReplyAddresses(
  facts: RunFacts,
  { total: { fates } }: Tally,
  { target, bind }: ProberSockets,
  signal?: AbortSignal,
): Promise<void> {
  const lost = Math.min(fates.lostUnknown + fates.lostReturn, facts.host?.grown.noSocket ?? Infinity)
  // The servers of other protocols do not answer receipts requests.
  if (facts.plan.protocol !== undefined) return
  const isPartial = replyCount(fates) > 0 && lost >= Math.max(LEAST_LOST, LEAST_SHARE * scheduledCount(fates))
  if (!isPartial || !facts.plan.receipts || !facts.plan.strayCheck || facts.interrupted || signal?.aborted === true)
    return
  const run = randomInt(2 ** 32)
  const requests = Array.from({ length: REQUESTS }, (_, number) => {
    const request = new Uint8Array(TOTALS_LENGTH)
    writeReceiptsRequest(request, 0, { number, run, length: TOTALS_LENGTH, from: 0, count: 0 })
    return request
  })
  const from = await findReplyAddresses(target, bind?.host, requests, Math.min(facts.plan.timeout, SECOND))
  facts.replyAddresses = { asked: requests.length, from }
}
