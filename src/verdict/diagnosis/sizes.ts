import type { Address } from '../../base/address.ts'
import { errnoName } from '../../base/errno.ts'
import { fragmentCount, largestWhole } from '../../base/fragments.ts'
import type { RunFacts } from '../../facts/run.ts'
import { replyCount, scheduledCount } from '../../ledger/fate.ts'
import type { Group } from '../../ledger/group.ts'
import type { Tally } from '../../ledger/tally.ts'

/** The MTU that is taken where this host does not tell its own: Ethernet's (RFC 894). */
const USUAL_MTU = 1500

/** So many probes that are lost one and all are no chance any more, where the others of the run get through. */
export const NO_CHANCE = 3

/** What became of the probes of one size. */
export interface SizeRecord {
  readonly size: number
  /** IP packets of one datagram. */
  readonly packets: number
  readonly scheduled: number
  readonly replies: number
  /** Lost, with no error and no counter that says how. */
  readonly vanished: number
  /** Turned back by a router as too big. */
  readonly tooBig: number
}

/** A run looked at by size. */
export interface SizeView {
  /** The MTU by which this host cuts datagrams: what its kernel believes the path to carry. */
  readonly mtu: number
  /** The interface's; absent where this host does not tell it. */
  readonly ownMtu?: number
  /** The largest datagram that leaves in one packet. */
  readonly whole: number
  /** Smallest first. */
  readonly records: readonly SizeRecord[]
}

/** How each size of a run fared, and in how many packets it travelled. */
export function viewSizes(facts: RunFacts, tally: Tally, { family }: Address): SizeView {
  const mtu = cuttingMtu(facts)
  const ownMtu = facts.host?.mtu
  // Which size an ICMP error is about is known only where all of them are about size.
  const aboutSize = [...tally.icmp.keys()].every(number => errnoName(facts.icmp[number]?.errno ?? 0) === 'EMSGSIZE')
  const records = [...tally.sizes]
    .map(([size, group]) => ({ size, packets: fragmentCount(size, mtu, family), ...recordOf(group, aboutSize) }))
    .toSorted((a, b) => a.size - b.size)
  return { mtu, whole: largestWhole(mtu, family), records, ...(ownMtu === undefined ? {} : { ownMtu }) }
}

/**
 * The kernel cuts by the path MTU that it knew before the run or learned in it, whichever is less. With DF it cuts nothing: what is larger
 * than the interface is refused.
 */
function cuttingMtu({ host, sockets }: RunFacts): number {
  const { before = Infinity, after = Infinity } = sockets?.df === undefined ? (host?.pathMtu ?? {}) : {}
  const known = Math.min(before, after, host?.mtu ?? Infinity)
  return known === Infinity ? USUAL_MTU : known
}

function recordOf({ fates }: Group, aboutSize: boolean): Omit<SizeRecord, 'size' | 'packets'> {
  return {
    scheduled: scheduledCount(fates),
    replies: replyCount(fates),
    vanished: fates.lostForward + fates.lostReturn + fates.lostUnknown,
    tooBig: aboutSize ? fates.unreachable : 0,
  }
}

/** Whether every probe of this size vanished, but for those that a router turned back as too big. */
export function isDead({ scheduled, vanished, tooBig }: SizeRecord): boolean {
  return vanished > 0 && vanished + tooBig === scheduled
}

/** Whether probes of this size get through, most of them: a control for those that do not. */
export function isAlive({ scheduled, replies }: SizeRecord): boolean {
  return replies > scheduled / 2
}

export function probesOf(records: readonly SizeRecord[]): number {
  return records.reduce((sum, { scheduled }) => sum + scheduled, 0)
}

/** Sizes in words: `4000`, `1473 and 1474`; of three or more the first and the last, `1473 to 9000`. */
export function namedSizes(records: readonly SizeRecord[]): string {
  const sizes = records.map(({ size }) => size)
  const [first = 0] = sizes
  const last = sizes.at(-1) ?? first
  if (sizes.length < 3) return sizes.join(' and ')
  return `${first} to ${last}`
}
