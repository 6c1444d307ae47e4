import type { Address } from '../../base/address.ts'
import { errnoName } from '../../base/errno.ts'
import { fragmentCount, largestWhole } from '../../base/fragments.ts'
import type { RunFacts } from '../../facts/run.ts'
import { replyCount, scheduledCount } from '../../ledger/fate.ts'
import type { Group } from '../../ledger/group.ts'
import type { Tally } from '../../ledger/tally.ts'

/** The MTU assumed if this host does not report its own: Ethernet's (RFC 894). */
const USUAL_MTU = 1500

/** From this number on, a group of probes that is lost completely is no coincidence if the others of the run pass. */
export const NO_CHANCE = 3

/** The outcome of the probes of one size. */
export interface SizeRecord {
  readonly size: number
  /** IP packets of one datagram. */
  readonly packets: number
  readonly scheduled: number
  readonly replies: number
  /** Lost, without an error or a counter that explains it. */
  readonly vanished: number
  /** Rejected by a router as too big. */
  readonly tooBig: number
}

/** A run by size. */
export interface SizeView {
  /** The MTU by which this host fragments datagrams: its kernel's path MTU. */
  readonly mtu: number
  /** The MTU of the interface; absent if this host does not report it. */
  readonly ownMtu?: number
  /** The largest datagram that leaves in one packet. */
  readonly whole: number
  /** Smallest first. */
  readonly records: readonly SizeRecord[]
}

/** The outcome of each size of a run, and its number of packets. */
export function viewSizes(facts: RunFacts, tally: Tally, { family }: Address): SizeView {
  const mtu = fragmentingMtu(facts)
  const ownMtu = facts.host?.mtu
  // An ICMP error can be matched to a size only if all of them are about size.
  const aboutSize = [...tally.icmp.keys()].every(number => errnoName(facts.icmp[number]?.errno ?? 0) === 'EMSGSIZE')
  const records = [...tally.sizes]
    .map(([size, group]) => ({ size, packets: fragmentCount(size, mtu, family), ...recordOf(group, aboutSize) }))
    .toSorted((a, b) => a.size - b.size)
  return { mtu, whole: largestWhole(mtu, family), records, ...(ownMtu === undefined ? {} : { ownMtu }) }
}

/**
 * The kernel fragments by the path MTU that it knew before the run or learned in it, whichever is smaller. With DF it does not fragment:
 * datagrams above the MTU of the interface are refused.
 */
function fragmentingMtu({ host, sockets }: RunFacts): number {
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

/** Whether every probe of this size vanished, except those that a router rejected as too big. */
export function isDead({ scheduled, vanished, tooBig }: SizeRecord): boolean {
  return vanished > 0 && vanished + tooBig === scheduled
}

/** Whether most probes of this size pass: a control for those that do not. */
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
