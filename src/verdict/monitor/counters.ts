import type { Family } from '../../base/address.ts'
import { SECOND } from '../../base/nanos.ts'
import type { EpochFacts } from '../../facts/path.ts'
import type { ClientFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import type { Side } from '../../ledger/classifier.ts'
import { createFateCounts, FATES, type FateCounts } from '../../ledger/fate.ts'
import { Jitter } from '../../ledger/jitter.ts'
import { DelayBucketFold, type DelayBuckets } from './delay-buckets.ts'
import { ICMP_KINDS, icmpKind, type IcmpKind } from './icmp-kind.ts'
import type { Slot } from './slot.ts'

/**
 * Counters of a flow since the start. They grow when an epoch is closed, because fates are final only then. A value that was never observed is
 * undefined: all have the same properties, because engines read those of one shape much faster, and a scrape reads many.
 */
export interface FlowCounters {
  readonly fates: Readonly<FateCounts>
  /** Round trips of first replies. */
  readonly rtt: DelayBuckets
  readonly duplicates: number
  readonly reordered: number
  /** Datagrams that fit no probe. */
  readonly strays: { readonly foreign: number; readonly unidentified: number }
  /** Datagrams of probes whose epoch was closed already. */
  readonly overdue: number
  /** Probes for which such an error came. */
  readonly icmp: Readonly<Record<IcmpKind, number>>
  readonly missed: number
  readonly paused: number
  /** Datagrams that our own socket dropped. Undefined: its counter cannot be read. */
  readonly drops: number | undefined
  /** Of the last truncated reply. */
  readonly cut: { readonly length: number; readonly side: Side } | undefined
  /** TTL or hop limit of the last reply. */
  readonly hopLimit: number | undefined
  /** TOS or traffic class with which probes reach the server. Undefined: it does not report it, or it differs within an epoch. */
  readonly tos: number | undefined
  /** Interarrival jitter (RFC 3550 section 6.4.1) of the round trips, running on across epochs. */
  readonly jitterSeconds: number | undefined
  /** Whether a udptool server replies. Undefined: no reply. */
  readonly server: 'udptool' | 'other' | undefined
}

/** Sums the final slots of a flow. */
export class CounterFold {
  readonly fates = createFateCounts()
  duplicates = 0
  reordered = 0
  missed = 0
  readonly #rtt: DelayBucketFold
  readonly #icmp = new Float64Array(ICMP_KINDS.length)
  readonly #jitter = new Jitter()
  #foreign = 0
  #unidentified = 0
  #overdue = 0
  #paused = 0
  #drops: number | undefined
  /** The drops of the socket of this path that were counted. */
  #socket: { readonly path: number; readonly drops: number } | undefined
  #cut: { readonly length: number; readonly side: Side } | undefined
  #hopLimit: number | undefined
  #tos: number | undefined
  #server: 'udptool' | 'other' | undefined

  /** @param bounds of delays in seconds, ascending */
  constructor(bounds: readonly number[]) {
    this.#rtt = new DelayBucketFold(bounds)
  }

  /** Adds a closed epoch. */
  add(
    slots: readonly Slot[],
    reordered: number,
    { path, facts, overdue }: EpochFacts,
    analysis: Analysis,
    family: Family,
  ): void {
    for (const slot of slots) this.#addSlot(slot, family)
    this.reordered += reordered
    this.duplicates += analysis.tally.total.duplicates
    for (const { state, rtt, ttl, cut } of slots.filter(({ order }) => order > 0).sort(byOrder)) {
      if (state !== 'corrupt') this.#jitter.push(rtt)
      if (cut !== undefined) this.#cut = cut
      if (ttl > 0) this.#hopLimit = ttl
    }
    this.#overdue += overdue
    const [client] = facts.clients
    if (client === undefined) return
    this.#foreign += client.foreign
    this.#unidentified += client.unidentified
    this.#addDrops(path, client)
    const [tos, ...others] = Object.keys(facts.headers.up.tos)
    if (tos !== undefined) this.#tos = others.length === 0 ? Number(tos) : undefined
    if (client.replies > 0) this.#server = client.answeredArrivals > 0 ? 'udptool' : 'other'
  }

  result(): FlowCounters {
    const { fates, duplicates, reordered, missed } = this
    const icmp = (kind: IcmpKind): number => this.#icmp[ICMP_KINDS.indexOf(kind)] ?? 0
    const jitter = this.#jitter.result()
    return {
      fates: { ...fates },
      rtt: this.#rtt.result(),
      duplicates,
      reordered,
      strays: { foreign: this.#foreign, unidentified: this.#unidentified },
      overdue: this.#overdue,
      icmp: {
        port_unreachable: icmp('port_unreachable'),
        host_unreachable: icmp('host_unreachable'),
        net_unreachable: icmp('net_unreachable'),
        admin_prohibited: icmp('admin_prohibited'),
        too_big: icmp('too_big'),
        ttl_exceeded: icmp('ttl_exceeded'),
        other: icmp('other'),
      },
      missed,
      paused: this.#paused,
      drops: this.#drops,
      cut: this.#cut,
      hopLimit: this.#hopLimit,
      tos: this.#tos,
      jitterSeconds: jitter === undefined ? undefined : jitter / SECOND,
      server: this.#server,
    }
  }

  /** The counter of a socket runs on across its epochs, and an epoch begins before the one before it is closed. */
  #addDrops(path: number, { dropsBefore, dropsAfter }: ClientFacts): void {
    if (dropsBefore === undefined || dropsAfter === undefined) return
    const counted = this.#socket?.path === path ? this.#socket.drops : dropsBefore
    this.#drops = (this.#drops ?? 0) + Math.max(0, dropsAfter - counted)
    this.#socket = { path, drops: Math.max(counted, dropsAfter) }
  }

  #addSlot({ state, repeat, rtt, error }: Slot, family: Family): void {
    if (state === 'missed') this.missed += repeat
    else if (state === 'paused') this.#paused += repeat
    const fate = FATES.find(name => name === state)
    if (fate === undefined) return
    this.fates[fate] += 1
    if (error !== undefined) {
      const kind = ICMP_KINDS.indexOf(icmpKind(error, family))
      this.#icmp[kind] = (this.#icmp[kind] ?? 0) + 1
    }
    if (rtt >= 0) this.#rtt.push(rtt)
  }
}

function byOrder(one: Slot, other: Slot): number {
  return one.order - other.order
}
