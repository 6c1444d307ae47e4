import { counted } from '../../base/counted.ts'
import { replyCount } from '../../ledger/fate.ts'
import type { Rule } from './rule.ts'

/** Replies whose HMAC is wrong. They settle no probe. */
export const forgedReplies: Rule = ({ stamp, irtt }, { tally }) => {
  const forged = (stamp?.forged ?? 0) + (irtt?.forged ?? 0)
  if (forged === 0) return undefined
  const isAlone = replyCount(tally.total.fates) === 0
  return {
    code: 'forgedReplies',
    message: `${counted(forged, 'datagram')} came without a right HMAC: forged, damaged on the path, or made with another key. None of them answers a probe`,
    hint: isAlone
      ? `check that both ends have the same key (${irtt === undefined ? '--key-file, --key-id' : '--irtt-key-file'})`
      : 'someone else sends to this port, or a device on the path changes replies: look at their source with tcpdump',
    evidence: { forged },
  }
}
