import type { Family } from '../base/address.ts'
import { fragmentCount, largestWhole, lastFragment, packetSize } from '../base/fragments.ts'
import { LARGEST_PAYLOAD } from '../base/sizes.ts'
import { MTUS, READ_SIZES } from './known-limits.ts'
import type { Result, ResultCliff, ResultSize } from './result.ts'

const ETHERNET = 1500

/** Sizes that did not come through, before they have a cause. */
type Span = Omit<ResultCliff, 'cause'>

/** What is likely behind a run of sizes that did not come through, in words; undefined where nothing known fits. */
export function cliffCause(span: Span, sizes: readonly ResultSize[], result: Result): string | undefined {
  switch (span.fate) {
    case 'truncated':
      return readSize(sizes)
    case 'refused':
      return refusal(span, result)
    case 'unreachable':
      return icmpError(result)
    case 'lost':
      return silence(span, result)
    default:
      return undefined
  }
}

function readSize(sizes: readonly ResultSize[]): string | undefined {
  const lengths = new Set(sizes.flatMap(({ truncation }) => truncation.cutAt.map(({ length }) => length)))
  const [length] = lengths
  if (length === undefined || lengths.size > 1) return undefined
  const who = READ_SIZES.get(length)
  return `the program that answers reads ${length} bytes of each datagram${who === undefined ? '' : ` (${who})`}`
}

function refusal({ from }: Span, { target, options }: Result): string | undefined {
  const most = LARGEST_PAYLOAD[target.family]
  if (from > most) return `UDP carries at most ${most} bytes over ${target.family === 'udp4' ? 'IPv4' : 'IPv6'}`
  if (options['df'] !== undefined) return 'larger than the MTU of our own interface, and fragments are forbidden (--df)'
  return undefined
}

function icmpError({ unreachable = [] }: Result): string | undefined {
  const tooBig = unreachable.find(({ mtu }) => mtu !== undefined)
  if (tooBig?.mtu === undefined) return undefined
  return `the path carries packets of ${tooBig.mtu} bytes at most, as ${tooBig.reporter ?? 'a router'} says by ICMP`
}

function silence({ after, from, to, before }: Span, { target: { family }, options }: Result): string | undefined {
  const border = borderMtu(after ?? 0, from, family)
  if (border === undefined) return undefined
  const { mtu, where } = border
  const whole = largestWhole(mtu, family)
  const exactly = after === whole ? '' : ', if the border is there: nothing between was tried'
  const most = `${whole} bytes are the most that one packet of MTU ${mtu} carries (${where})${exactly}`
  if (options['df'] !== undefined)
    return `${most}: larger packets may not be cut (--df), and vanish without an ICMP error: a black hole`
  if (before !== undefined) return `${most}: ${hole({ from, to, before }, mtu, family)}`
  return mtu === ETHERNET
    ? `${most}: larger datagrams travel in fragments, and the path loses those`
    : `${most}: larger packets vanish without an ICMP error, whole ones (a black hole) and fragments`
}

/** What larger datagrams have that those of a hole have not: fragments made by this host, or a last fragment that is large enough. */
function hole(
  { from, to, before }: Pick<Span, 'from' | 'to'> & { before: number },
  mtu: number,
  family: Family,
): string {
  const own = borderMtu(to, before, family)
  if (own !== undefined)
    return `packets up to ${own.mtu} bytes leave this host whole and vanish without an ICMP error (a black hole), larger datagrams leave in fragments and pass`
  const [least, most] = [lastFragment(from, mtu, family), lastFragment(to, mtu, family)]
  const bytes = least === most ? `${most} bytes` : `${least} to ${most} bytes`
  return `these travel in ${fragmentCount(to, mtu, family)} fragments, the last with ${bytes} of data, and the path loses such small ones`
}

/** The known MTU whose largest unfragmented datagram is `after`; where nothing between the two was tried, Ethernet's, if it lies there. */
function borderMtu(
  after: number,
  from: number,
  family: Family,
): { readonly mtu: number; readonly where: string } | undefined {
  const [least, most] = [packetSize(after, family), packetSize(from, family) - 1]
  const mtu = MTUS.has(least) ? least : ETHERNET >= least && ETHERNET <= most ? ETHERNET : undefined
  const where = mtu === undefined ? undefined : MTUS.get(mtu)
  return mtu === undefined || where === undefined ? undefined : { mtu, where }
}
