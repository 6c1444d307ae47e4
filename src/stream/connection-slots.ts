export interface ConnectionLimits {
  readonly most: number
  readonly mostPerSource: number
}

/** Why there is no slot: `source`: this source has its maximum; `crowded`: all slots are taken. */
export type NoSlot = 'source' | 'crowded'

interface Holder {
  /** When it last sent or received data. */
  readonly movedAt: number
}

/**
 * The connection slots of a listener, limited in total and for each source. If all are taken, a source with fewer connections gets the slot of
 * the longest idle connection of the source with the most, so that one source cannot lock out the others.
 */
export class ConnectionSlots<H extends Holder> {
  readonly #plan: ConnectionLimits
  readonly #sources = new Map<string, Set<H>>()
  #taken = 0

  constructor(plan: ConnectionLimits) {
    this.#plan = plan
  }

  /** Finds a slot for another connection of this source: `free`, none, or the connection to evict first. */
  find(source: string): 'free' | NoSlot | { readonly displaces: H } {
    const own = this.#sources.get(source)?.size ?? 0
    if (own >= this.#plan.mostPerSource) return 'source'
    if (this.#taken < this.#plan.most) return 'free'
    const most = this.#busiest()
    // With a difference of at least two, the evicted source cannot take the slot back in the same way.
    if (most.size < own + 2) return 'crowded'
    const [first, ...others] = most
    if (first === undefined) return 'crowded'
    return { displaces: others.reduce((idle, holder) => (holder.movedAt < idle.movedAt ? holder : idle), first) }
  }

  take(source: string, holder: H): void {
    const holders = this.#sources.get(source) ?? new Set()
    this.#sources.set(source, holders.add(holder))
    this.#taken += 1
  }

  /** Releases the slot; a second call has no effect. */
  leave(source: string, holder: H): void {
    const holders = this.#sources.get(source)
    if (holders?.delete(holder) !== true) return
    this.#taken -= 1
    if (holders.size === 0) this.#sources.delete(source)
  }

  #busiest(): ReadonlySet<H> {
    let most: ReadonlySet<H> = new Set()
    for (const holders of this.#sources.values()) if (holders.size > most.size) most = holders
    return most
  }
}
