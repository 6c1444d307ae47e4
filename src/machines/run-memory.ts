import { fnv1a32Text } from '../base/fnv.ts'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import { RECEIPTS_MEMORY, SEQUENCES_PER_BYTE } from '../facts/receipts-memory.ts'
import { RECEIPT } from '../wire/receipts.ts'
import { extendSequence } from '../wire/probe.ts'

/** Limits of the memory for receipts (docs/security.md). */
export interface RunMemoryLimits {
  readonly runs: number
  readonly bytes: number
  readonly bytesPerRun: number
}

export const RUN_MEMORY_LIMITS: RunMemoryLimits = RECEIPTS_MEMORY
const SHARE_PER_ADDRESS = RECEIPTS_MEMORY.sharePerAddress
/** Sequences of a page: two bits each. */
const PAGE_SEQUENCES = 4096
const PAGE_BYTES = PAGE_SEQUENCES / SEQUENCES_PER_BYTE
/** Approximate memory of a run without its pages. */
const RUN_BYTES = 512
/** Times of evictions are kept in this many buckets, so that a run can detect whether some of its own data may have been evicted. */
const EVICTION_BUCKETS = 1 << 16

/** Counters at the start of a run. Their growth since then belongs to the run, or to other senders. */
export interface Before {
  /** Datagrams on all sockets of the server and their drop counters, both at the last reading while all were idle. */
  readonly socketReceived: number
  readonly socketDrops: number | undefined
  /** Datagrams of the same peer, and those that were not intact probes. */
  readonly peerReceived: number
  readonly peerDamaged: number
}

/** The memory of one run of one peer. */
export interface Run {
  readonly key: string
  readonly address: string
  /** Nothing of it can have been evicted since this time. */
  readonly since: Nanos
  readonly pages: Map<number, Uint8Array>
  /** Next sequence above the highest seen, from which the low 32 bits of the next are extended. */
  near: number
  distinct: number
  copies: number
  answered: number
  withheld: number
  sendFailed: number
  pending: number
  readonly before: Before
  lastSeen: Nanos
  /** Some sequence did not fit: it is only counted. */
  incomplete: boolean
  evicted: boolean
}

interface AddressUse {
  runs: number
  bytes: number
  readonly singleProbe: Set<Run>
}

/** The outcome of each received probe, by run, in bounded memory. */
export class RunMemory {
  readonly #limits: RunMemoryLimits
  readonly #runs = new Map<string, Run>()
  readonly #addresses = new Map<string, AddressUse>()
  /** Runs with a single probe, oldest first. They are evicted before all others, without a search for each forged one. */
  readonly #singleProbe = new Set<Run>()
  readonly #start: Nanos
  #bytes = 0
  #evictions: Float64Array | undefined
  evicted = 0

  constructor(start: Nanos, limits: RunMemoryLimits = RUN_MEMORY_LIMITS) {
    this.#limits = limits
    this.#start = start
  }

  find(key: string): Run | undefined {
    return this.#runs.get(key)
  }

  /** Adds a run; if necessary evicts the run with the fewest distinct probes, the longest idle one of those. */
  open(key: string, address: string, before: Before, now: Nanos): Run {
    const use = this.#addresses.get(address) ?? { runs: 0, bytes: 0, singleProbe: new Set<Run>() }
    if (use.runs >= this.#limits.runs / SHARE_PER_ADDRESS || use.bytes >= this.#limits.bytes / SHARE_PER_ADDRESS)
      this.#evict(address, now)
    else if (this.#runs.size >= this.#limits.runs || this.#bytes >= this.#limits.bytes) this.#evict(undefined, now)
    // After the eviction, because the evicted run may have been the address's only one.
    this.#addresses.set(address, use)
    const run: Run = {
      key,
      address,
      since: this.#sinceOf(key),
      pages: new Map(),
      near: 0,
      distinct: 0,
      copies: 0,
      answered: 0,
      withheld: 0,
      sendFailed: 0,
      pending: 0,
      before,
      lastSeen: now,
      incomplete: false,
      evicted: false,
    }
    this.#runs.set(key, run)
    this.#singleProbe.add(run)
    use.singleProbe.add(run)
    use.runs += 1
    this.#grow(use, RUN_BYTES)
    return run
  }

  /** Extends the low 32 bits of a sequence of this run. */
  extend(run: Run, low: number): number {
    return extendSequence(low, run.near)
  }

  /** The two bits of a sequence. */
  state(run: Run, sequence: number): number {
    const place = sequence % PAGE_SEQUENCES
    const byte = run.pages.get((sequence - place) / PAGE_SEQUENCES)?.[place >>> 2] ?? 0
    return (byte >>> ((place & 3) * 2)) & 3
  }

  /** Books a received probe; false if it is a copy of a remembered one. */
  receive(run: Run, sequence: number, now: Nanos): boolean {
    run.lastSeen = now
    if (sequence >= run.near) run.near = sequence + 1
    if (this.state(run, sequence) !== RECEIPT.notReceived) {
      run.copies += 1
      return false
    }
    this.mark(run, sequence, RECEIPT.received, now)
    run.distinct += 1
    if (run.distinct === 2) {
      this.#singleProbe.delete(run)
      this.#addresses.get(run.address)?.singleProbe.delete(run)
    }
    return true
  }

  /** Sets the two bits of a sequence; beyond the limits there are only counts. */
  mark(run: Run, sequence: number, state: number, now: Nanos): void {
    if (run.evicted) return
    const place = sequence % PAGE_SEQUENCES
    const number = (sequence - place) / PAGE_SEQUENCES
    const page = run.pages.get(number) ?? this.#addPage(run, number, now)
    if (page === undefined) {
      run.incomplete = true
      return
    }
    const shift = (place & 3) * 2
    page[place >>> 2] = ((page[place >>> 2] ?? 0) & ~(3 << shift)) | (state << shift)
  }

  /** Whether the state of this sequence is unknown, because it did not fit. */
  lacks(run: Run, sequence: number): boolean {
    return run.incomplete && !run.pages.has(Math.floor(sequence / PAGE_SEQUENCES))
  }

  /** For how many ms nothing of this key was evicted. Later evictions of other runs do not change it for a run that is kept. */
  completeMs(key: string, now: Nanos): number {
    const run = this.#runs.get(key)
    if (run?.incomplete === true) return 0
    return Math.floor((now - (run?.since ?? this.#sinceOf(key))) / MILLISECOND)
  }

  #sinceOf(key: string): Nanos {
    return Math.max(this.#start, this.#evictions?.[bucketOf(key)] ?? -Infinity)
  }

  #addPage(run: Run, number: number, now: Nanos): Uint8Array | undefined {
    const use = this.#addresses.get(run.address)
    if (use === undefined || run.pages.size * PAGE_BYTES >= this.#limits.bytesPerRun) return undefined
    if (use.bytes + PAGE_BYTES > this.#limits.bytes / SHARE_PER_ADDRESS) {
      if (!this.#evict(run.address, now, run)) return undefined
    } else if (this.#bytes + PAGE_BYTES > this.#limits.bytes && !this.#evict(undefined, now, run)) return undefined
    const page = new Uint8Array(PAGE_BYTES)
    run.pages.set(number, page)
    this.#grow(use, PAGE_BYTES)
    return page
  }

  /** Evicts one run (of this address), never `keep` nor a run with more distinct probes. */
  #evict(address: string | undefined, now: Nanos, keep?: Run): boolean {
    const singleProbe = address === undefined ? this.#singleProbe : this.#addresses.get(address)?.singleProbe
    let worst: Run | undefined
    for (const run of singleProbe?.size ? singleProbe : this.#runs.values()) {
      if (run === keep || (address !== undefined && run.address !== address)) continue
      if (run.distinct < 2) {
        worst = run
        break
      }
      if (
        worst === undefined ||
        run.distinct < worst.distinct ||
        (run.distinct === worst.distinct && run.lastSeen < worst.lastSeen)
      )
        worst = run
    }
    if (worst === undefined || (keep !== undefined && worst.distinct > keep.distinct)) return false
    this.#remove(worst, now)
    return true
  }

  #remove(run: Run, now: Nanos): void {
    this.#runs.delete(run.key)
    run.evicted = true
    this.#singleProbe.delete(run)
    this.evicted += 1
    this.#evictions ??= new Float64Array(EVICTION_BUCKETS).fill(-Infinity)
    this.#evictions[bucketOf(run.key)] = now
    const use = this.#addresses.get(run.address)
    if (use === undefined) return
    const bytes = RUN_BYTES + run.pages.size * PAGE_BYTES
    this.#bytes -= bytes
    use.bytes -= bytes
    use.runs -= 1
    use.singleProbe.delete(run)
    if (use.runs === 0) this.#addresses.delete(run.address)
  }

  #grow(use: AddressUse, bytes: number): void {
    use.bytes += bytes
    this.#bytes += bytes
  }
}

function bucketOf(key: string): number {
  return fnv1a32Text(key) % EVICTION_BUCKETS
}
