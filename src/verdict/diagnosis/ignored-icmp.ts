import { counted } from '../../base/counted.ts'
import { ICMP_DOUBTS, suspectErrors, type IcmpDoubt } from '../../facts/ignored-icmp.ts'
import { scheduledCount } from '../../ledger/fate.ts'
import type { Rule } from './rule.ts'

/** A warning needs this many, or one for ten probes. */
const MANY = 10

/** What is wrong with these errors. The other kinds may be genuine and change nothing. */
const WHAT: Partial<Readonly<Record<IcmpDoubt, string>>> = {
  quote: 'quote data that is not the beginning of a probe',
  foreign: 'quote a probe of another run or port, or one that was never sent',
  mtu: 'report a packet as too big with an impossible MTU',
}

/** Many ICMP errors are not about probes of this run. */
export const ignoredIcmp: Rule = ({ icmpIgnored }, { tally }) => {
  const count = suspectErrors(icmpIgnored)
  if (count === 0 || count < Math.min(MANY, scheduledCount(tally.total.fates) / 10)) return undefined
  const parts = ICMP_DOUBTS.flatMap(doubt => {
    const [what, errors] = [WHAT[doubt], icmpIgnored[doubt]]
    return what === undefined || errors === undefined ? [] : [`${errors} ${what}`]
  })
  return {
    code: 'icmpIgnored',
    message: `${counted(count, 'ICMP error')} cannot be true and ${count === 1 ? 'was' : 'were'} not used: ${parts.join('; ')}`,
    hint: 'someone forges ICMP errors to this host, or a device on the path changes the packets that they quote: look at them with tcpdump -nvv icmp or icmp6',
    evidence: { ...icmpIgnored },
  }
}
