import type { Family } from '../../base/address.ts'
import { fragmentCount, largestWhole, lastFragment, packetSize } from '../../base/fragments.ts'
import { LARGEST_PAYLOAD } from '../../base/sizes.ts'
import { MTUS, READ_SIZES } from './known-limits.ts'
import type { Result, ResultCliff, ResultSize } from '../result.ts'

const ETHERNET = 1500

/** A range of sizes that do not pass, before it has a cause. */
type Span = Omit<ResultCliff, 'cause'>

/** The likely cause of a range of sizes that do not pass; undefined: no known cause fits. */
export function cliffCause(span: Span, sizes: readonly ResultSize[], result: Result): string | undefined {
  switch (span.fate) {
    case 'truncated':
      return readSize(sizes)
    case 'refused':
      return refusal(span, result)
    case 'unreachable':
      return icmpError(result, sizes)
    case 'lost':
      return silence(span, sizes, result)
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
  if (options['df'] !== undefined)
    return 'larger than the MTU of our own interface, and fragmentation is forbidden (--df)'
  return undefined
}

function icmpError({ unreachable = [], options }: Result, sizes: readonly ResultSize[]): string | undefined {
  const tooBig = unreachable.find(({ mtu }) => mtu !== undefined)
  if (tooBig?.mtu === undefined) return undefined
  const reporter = tooBig.by === 'here' ? 'our own kernel' : (tooBig.reporter ?? 'a router')
  const limit = `the path carries packets of at most ${tooBig.mtu} bytes, as ${reporter} reports by ICMP`
  if (options['df'] !== undefined || lostOf(sizes) === 0) return limit
  return `${limit}; since then larger datagrams travel in fragments, and ${losesThem(sizes)}`
}

/** Losses of these sizes without an error. */
function lostOf(sizes: readonly ResultSize[]): number {
  return sizes.reduce((sum, { ledger: { fates } }) => {
    return sum + (fates.lostForward ?? 0) + (fates.lostReturn ?? 0) + (fates.lostUnknown ?? 0)
  }, 0)
}

/** Whether no receipt shows that the network lost any of them. */
function isUnlocated(sizes: readonly ResultSize[]): boolean {
  const located = sizes.some(({ ledger: { fates } }) => (fates.lostForward ?? 0) + (fates.lostReturn ?? 0) > 0)
  return !located && lostOf(sizes) > 0
}

const UNREPORTED = 'the server does not report what it received'

/** Whether receipts show losses from server to client, and none from client to server. */
function isLostBack(sizes: readonly ResultSize[]): boolean {
  const sum = (fate: 'lostForward' | 'lostReturn'): number => {
    return sizes.reduce((all, { ledger: { fates } }) => all + (fates[fate] ?? 0), 0)
  }
  return sum('lostReturn') > 0 && sum('lostForward') === 0
}

function losesThem(sizes: readonly ResultSize[]): string {
  return isUnlocated(sizes)
    ? `the path most likely loses those (${UNREPORTED}, so it may also ignore them)`
    : 'the path loses those'
}

/** The MTU by which the sending host fragments; undefined: unknown. With DF it does not fragment. */
function cuttingMtu({ evidence: { mtu, pathMtu }, options }: Result): number | undefined {
  const known = options['df'] === undefined ? [pathMtu?.before, pathMtu?.after, mtu] : [mtu]
  const least = known.reduce<number>((smallest, one) => Math.min(smallest, one ?? Infinity), Infinity)
  return least === Infinity ? undefined : least
}

function silence(span: Span, sizes: readonly ResultSize[], result: Result): string | undefined {
  const { after = 0, from, to, before } = span
  const { family } = result.target
  const own = cuttingMtu(result)
  // Larger datagrams passed in fragments, so this is no limit of unfragmented packets.
  if (own !== undefined && before === undefined && after > largestWhole(own, family)) return undefined
  const border = borderMtu(after, from, own, family)
  if (border === undefined) return undefined
  const { mtu, where } = border
  const whole = largestWhole(mtu, family)
  const gap = after === whole ? '' : ` (if this is the limit: no size between ${after} and ${from} was tested)`
  const most = `${whole} bytes are the most that one packet of MTU ${mtu} carries (${where})${gap}`
  const ignored = isUnlocated(sizes) ? `; or the server ignores datagrams of these sizes (${UNREPORTED})` : ''
  if (result.options['df'] !== undefined)
    return `${most}: larger packets must not be fragmented (--df), and vanish without an ICMP error: a black hole${ignored}`
  if (before !== undefined) return `${most}: ${hole({ from, to, before }, own, mtu, family)}${ignored}`
  if (isLostBack(sizes))
    return `${most}: larger answers vanish from server to client, unfragmented (a black hole) or because they are fragmented`
  const inFragments = own === undefined ? mtu === ETHERNET : from > largestWhole(own, family)
  return inFragments
    ? `${most}: larger datagrams travel in fragments, and ${losesThem(sizes)}`
    : `${most}: larger packets vanish without an ICMP error, unfragmented ones (a black hole) and fragments${ignored}`
}

/** Why datagrams larger than those of a hole pass: this host fragments them, or their last fragment is large enough. */
function hole(
  { from, to, before }: Pick<Span, 'from' | 'to'> & { before: number },
  known: number | undefined,
  border: number,
  family: Family,
): string {
  const own = isBetween(known, to, before, family) ? known : borderMtu(to, before, undefined, family)?.mtu
  if (own !== undefined && (known === undefined || own === known))
    return `packets up to ${own} bytes leave this host unfragmented and vanish without an ICMP error (a black hole), larger datagrams leave in fragments and pass`
  const mtu = known ?? border
  const count = fragmentCount(to, mtu, family)
  if (count === 1) return 'packets of these sizes vanish and larger ones pass, which no MTU explains'
  const [least, most] = [lastFragment(from, mtu, family), lastFragment(to, mtu, family)]
  const bytes = least === most ? `${most} bytes` : `${least} to ${most} bytes`
  return `these travel in ${count} fragments, the last with ${bytes} of data, and the path loses such small fragments`
}

/** Whether the largest datagram in one packet of this MTU lies at `after` or between it and `from`. */
function isBetween(mtu: number | undefined, after: number, from: number, family: Family): mtu is number {
  if (mtu === undefined) return false
  const whole = largestWhole(mtu, family)
  return whole >= after && whole < from
}

/**
 * The MTU whose largest unfragmented datagram is `after`: that of our own kernel, or a common one; if nothing between the two sizes was tested,
 * Ethernet's if it lies between them.
 */
function borderMtu(
  after: number,
  from: number,
  own: number | undefined,
  family: Family,
): { readonly mtu: number; readonly where: string } | undefined {
  if (isBetween(own, after, from, family))
    return { mtu: own, where: MTUS.get(own) ?? 'the path MTU known to our own kernel' }
  const [least, most] = [packetSize(after, family), packetSize(from, family) - 1]
  const mtu = MTUS.has(least) ? least : ETHERNET >= least && ETHERNET <= most ? ETHERNET : undefined
  const where = mtu === undefined ? undefined : MTUS.get(mtu)
  return mtu === undefined || where === undefined ? undefined : { mtu, where }
}
