import type { Address } from '../../base/address.ts'
import { largestWhole } from '../../base/fragments.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Rule } from './rule.ts'

/** Who cuts at this length (measured, or from their sources; docs/limits.md). */
const KNOWN_READ_SIZES: ReadonlyMap<number, string> = new Map([
  [512, 'programs do that which read 512 bytes, as DNS over UDP did (RFC 1035 section 4.2.1)'],
  [1024, 'a server that calls recvfrom(1024) does that'],
  [2048, 'a server that calls recvfrom(2048) does that'],
  [4096, 'a server that calls recvfrom(4096) does that'],
  [4098, 'cloudprober does that, its echo server reads 4098 bytes'],
  [8192, 'ncat and socat do that, they read 8192 bytes at a time'],
  [9216, 'twampy does that, it reads 9216 bytes at a time'],
  [16_384, 'a server that calls recvfrom(16384) does that'],
  [32_768, 'a server that calls recvfrom(32768) does that'],
  [65_507, 'a server does that which has room for the largest datagram of IPv4, where IPv6 carries 65527 bytes'],
])
/** MTUs of Ethernet (RFC 894), of IPv6 at least (RFC 8200 section 5) and of jumbo frames, for a server of whose host nothing is known. */
const USUAL_MTUS = [1500, 1280, 9000]

export const knownCut: Rule = (facts, { tally }, target) => {
  const cut = tally.total.cuts[0]
  if (cut === undefined) return undefined
  const culprit = KNOWN_READ_SIZES.get(cut.length) ?? mtuCut(cut.length, facts, target)
  return {
    code: 'truncated',
    message: `${cut.count} ${cut.count === 1 ? 'datagram was' : 'datagrams were'} cut at ${cut.length} bytes${culprit === undefined ? '' : `: ${culprit}`}`,
    hint: 'raise the read size of the program that answers, or send no more than it reads',
    evidence: { length: cut.length, count: cut.count, side: cut.side },
  }
}

/** A read size that comes from an MTU: the network never cuts a datagram, a program does that takes the one for the other. */
function mtuCut(length: number, { host }: RunFacts, { family }: Address): string | undefined {
  for (const mtu of new Set([...(host?.mtu === undefined ? [] : [host.mtu]), ...USUAL_MTUS])) {
    if (length === mtu)
      return `that is an MTU. irtt does that when it is bound to an address, it reads as much as the interface MTU`
    if (length === largestWhole(mtu, family))
      return `that is what fits one IP packet at MTU ${mtu}. No network cuts a datagram so, a program does that reads no more`
  }
  return undefined
}
