import type { Address } from '../../base/address.ts'
import { largestWhole } from '../../base/fragments.ts'
import type { RunFacts } from '../../facts/run.ts'
import { MTUS, READ_SIZES } from '../known-limits.ts'
import type { Rule } from './rule.ts'

export const knownCut: Rule = (facts, { tally }, target) => {
  const cut = tally.total.cuts[0]
  if (cut === undefined) return undefined
  const who = READ_SIZES.get(cut.length)
  const culprit = who === undefined ? mtuCut(cut.length, facts, target) : `the read size of ${who}`
  return {
    code: 'truncated',
    message: `${cut.count} ${cut.count === 1 ? 'datagram was' : 'datagrams were'} cut at ${cut.length} bytes${culprit === undefined ? '' : `: ${culprit}`}`,
    hint: 'raise the read size of the program that answers, or send no more than it reads',
    evidence: { length: cut.length, count: cut.count, side: cut.side },
  }
}

/** A read size that comes from an MTU: the network never cuts a datagram, a program does that takes the one for the other. */
function mtuCut(length: number, { host }: RunFacts, { family }: Address): string | undefined {
  for (const mtu of new Set([...(host?.mtu === undefined ? [] : [host.mtu]), ...MTUS.keys()])) {
    if (length === mtu) return 'an MTU. No network cuts a datagram, a program does that reads no more'
    if (length === largestWhole(mtu, family))
      return `what fits one IP packet at MTU ${mtu}. No network cuts a datagram so, a program does that reads no more`
  }
  return undefined
}
