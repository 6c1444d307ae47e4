import type { Rule } from './rule.ts'

/** Who cuts at this length (measured; docs/limits.md). */
const KNOWN_READ_SIZES: ReadonlyMap<number, string> = new Map([
  [1024, 'a server that calls recvfrom(1024) does that'],
  [4098, 'cloudprober does that, its echo server reads 4098 bytes'],
  [8192, 'ncat and socat do that, they read 8192 bytes at a time'],
  [1500, 'irtt does that when it is bound to an address, it reads as much as the interface MTU'],
  [9216, 'twampy does that, it reads 9216 bytes at a time'],
])

export const knownCut: Rule = (_, { tally }) => {
  const cut = tally.total.cuts[0]
  if (cut === undefined) return undefined
  const culprit = KNOWN_READ_SIZES.get(cut.length)
  return {
    code: 'truncated',
    message: `${cut.count} ${cut.count === 1 ? 'datagram was' : 'datagrams were'} cut at ${cut.length} bytes${culprit === undefined ? '' : `: ${culprit}`}`,
    hint: 'raise the read size of the program that answers, or send no more than it reads',
    evidence: { length: cut.length, count: cut.count, side: cut.side },
  }
}
