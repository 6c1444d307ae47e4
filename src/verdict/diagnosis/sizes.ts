import type { Address } from '../../base/address.ts'
import { fragmentCount, largestWhole } from '../../base/fragments.ts'
import type { RunFacts } from '../../facts/run.ts'
import { replyCount, scheduledCount } from '../../ledger/fate.ts'
import type { Group } from '../../ledger/group.ts'
import type { Tally } from '../../ledger/tally.ts'

/** The MTU that is taken where this host does not tell its own: Ethernet's (RFC 894). */
const USUAL_MTU = 1500

/** What became of the probes of one size. */
export interface SizeRecord {
  readonly size: number
  /** IP packets of one datagram. */
  readonly packets: number
  readonly scheduled: number
  readonly replies: number
  /** Lost, with no error and no counter that says how. */
  readonly vanished: number
}

/** A run looked at by size. */
export interface SizeView {
  readonly mtu: number
  /** The largest datagram that leaves in one packet. */
  readonly whole: number
  /** Smallest first. */
  readonly records: readonly SizeRecord[]
}

/** How each size of a run fared, and in how many packets it travelled. */
export function viewSizes(facts: RunFacts, tally: Tally, { family }: Address): SizeView {
  const mtu = facts.host?.mtu ?? USUAL_MTU
  const records = [...tally.sizes]
    .map(([size, group]) => ({ size, packets: fragmentCount(size, mtu, family), ...recordOf(group) }))
    .toSorted((a, b) => a.size - b.size)
  return { mtu, whole: largestWhole(mtu, family), records }
}

function recordOf({ fates }: Group): Omit<SizeRecord, 'size' | 'packets'> {
  return {
    scheduled: scheduledCount(fates),
    replies: replyCount(fates),
    vanished: fates.lostForward + fates.lostReturn + fates.lostUnknown,
  }
}

/** Whether every probe of this size vanished. */
export function isDead({ scheduled, vanished }: SizeRecord): boolean {
  return scheduled > 0 && vanished === scheduled
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
