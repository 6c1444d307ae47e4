import { counted } from '../../base/counted.ts'
import { formatAddress } from '../../base/address.ts'
import { sendFailures } from '../../ledger/send-failures.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

/** Replies that the server's kernel refused to send. */
export const serverSendFailed: Rule = (facts, { tally }, target) => {
  const count = sendFailures(facts, tally)
  if (count === 0) return undefined
  return {
    code: 'serverSendFailed',
    message: `the server's kernel refused to send ${counted(count, 'reply', 'replies')}: ${probes(count)} reached ${formatAddress(target)}, so the network did not lose them`,
    hint: 'see `dropped` in the summary of the server: `sendBufferFull` is a full send buffer; for `sendFailed` check its firewall (nft list ruleset) and its route to this host (ip route get)',
    evidence: { count },
  }
}
