import { FailedSizes, MAX_PROBES } from './failed-sizes.ts'
import { sections } from './size-refinement.ts'

/** Common MTUs (RFC 1191 section 7.1 and current links): tried before any bisection. */
const TABLE: readonly number[] = [
  576, 1006, 1280, 1400, 1420, 1450, 1480, 1492, 1500, 2002, 4352, 9000, 9216, 17_914, 32_000, 65_535, 65_536,
]
/** Maximum number of MTUs followed on one path. More ICMP hints than that are not followed byte by byte. */
const MAX_HINTS = 4
/** Maximum number of restarts after a confirmed size is no longer carried. */
const MAX_RESTARTS = 2

/** Phases of RFC 8899 section 5.2. `disabled`: nothing was ever acknowledged. */
export type MtuPhase = 'disabled' | 'base' | 'searching' | 'confirming' | 'complete' | 'error'

export interface MtuSearchOptions {
  /** The largest packet that every path carries: 68 bytes over IPv4 (RFC 791), 1280 over IPv6 (RFC 8200): MIN_PLPMTU with its IP header. */
  readonly least: number
  /** BASE_PLPMTU with its IP header: 1200 and 20 (RFC 8899 section 5.1.2); over IPv6 `least`. */
  readonly base: number
  /** The largest size to probe: MAX_PLPMTU with its IP header. */
  readonly largest: number
}

export interface MtuHint {
  readonly mtu: number
  /** Size of the packet that it was reported for. */
  readonly probed: number
}

/**
 * Packetization layer path MTU discovery for datagrams (RFC 8899), as a protocol without I/O: it returns the sizes of IP packets to probe now,
 * and receives the outcome of each of them. An ICMP "too big" is a hint where to search, never a result (section 4.6.2). A search ends if a size is carried
 * again and the next larger one repeatedly is not.
 */
export class PathMtuSearch {
  phase: MtuPhase = 'base'
  /** The largest packet that was acknowledged; 0: none. */
  confirmed = 0
  /** A confirmed size was no longer carried (RFC 8899 section 4.3, a black hole that opened during the search). */
  restarts = 0
  /** All hints, trusted or not, in order of arrival. */
  readonly hints: MtuHint[] = []
  readonly #options: MtuSearchOptions
  readonly #failed = new FailedSizes()
  /** The smallest size that our own kernel refused, or one above `largest`. */
  #ceiling: number

  constructor(options: MtuSearchOptions) {
    this.#options = options
    this.#ceiling = options.largest + 1
  }

  /** The packets to probe now, when the outcome of all earlier ones is known; empty: the search has ended. */
  next(): readonly number[] {
    switch (this.phase) {
      case 'base':
        return this.#baseSizes()
      case 'searching':
      case 'error':
        return this.#searchSizes()
      case 'confirming':
        return this.#conclude()
      default:
        return []
    }
  }

  get over(): boolean {
    return this.phase === 'complete' || this.phase === 'disabled'
  }

  acknowledged(size: number): void {
    this.#failed.clear(size)
    if (size <= this.confirmed) return
    this.confirmed = size
    if (this.phase === 'confirming') this.#resume()
  }

  /**
   * A router reported that it could not forward our probe of this size, and its next-hop MTU. The caller has verified by its quote that the
   * probe was ours.
   */
  tooBig(size: number, mtu: number | undefined): void {
    const { least } = this.#options
    // RFC 8899 section 4.6.2: an MTU below the minimum, or not below the probed size, proves nothing; the probe counts as lost.
    if (mtu === undefined || mtu < least || mtu >= size) {
      this.#failed.add(size)
      return
    }
    if (!this.hints.some(hint => hint.mtu === mtu && hint.probed === size)) this.hints.push({ mtu, probed: size })
    this.#failed.exclude(size)
  }

  /** Our own kernel refused packets of this size. */
  refused(size: number): void {
    this.#ceiling = Math.min(this.#ceiling, size)
  }

  /** No answer came in time (PROBE_TIMER of RFC 8899 section 5.1.1), or an error other than "too big". */
  lost(size: number): void {
    this.#failed.add(size)
  }

  /** What limits the search above the confirmed size. */
  get limit(): 'largest' | 'local' | 'icmp' | 'silence' {
    const above = this.confirmed + 1
    if (above > this.#options.largest) return 'largest'
    if (above >= this.#ceiling) return 'local'
    return this.#explained(above) || this.hints.some(({ probed }) => probed === above) ? 'icmp' : 'silence'
  }

  #baseSizes(): readonly number[] {
    const { least, base } = this.#options
    const hopeful = (size: number): boolean =>
      size > this.confirmed && size < this.#ceiling && !this.#failed.isExcluded(size)
    if (hopeful(base)) return [...new Set([least, base])].filter(hopeful)
    if (this.confirmed === 0 && hopeful(least)) return [least]
    // ERROR: the path carries less than the base, so the search is below it.
    this.phase = this.confirmed === 0 ? 'disabled' : this.confirmed >= base ? 'searching' : 'error'
    return this.next()
  }

  #searchSizes(): readonly number[] {
    const sizes = this.#candidates()
    if (sizes.length > 0) return sizes
    this.phase = 'confirming'
    return this.#confirmation()
  }

  /** Sizes at which the limit may be: hints, the smallest failed size, the table above it, and sizes between. */
  #candidates(): number[] {
    const { confirmed } = this
    const top = this.#ceiling
    const suspect = Math.min(top, this.#failed.smallestAbove(confirmed))
    const open = (size: number): boolean =>
      size > confirmed && size < top && !this.#failed.isExcluded(size) && !this.#explained(size)
    const sizes = new Set(TABLE.filter(open))
    if (open(suspect)) sizes.add(suspect)
    for (const { mtu } of this.hints.slice(0, MAX_HINTS)) {
      // A hint is only a reason to probe its size and the next larger one.
      for (const size of [mtu, mtu + 1])
        if (size > confirmed && size < suspect && !this.#failed.isExcluded(size)) sizes.add(size)
      if (mtu === confirmed && mtu + 1 < top && !this.#failed.isExcluded(mtu + 1)) sizes.add(mtu + 1)
    }
    const between = [...sizes].some(size => size < suspect)
    // Usual MTUs are likely limits, so try them before the sizes between.
    if (!between)
      for (const size of [...sections(confirmed, suspect), confirmed + 1]) if (size < suspect) sizes.add(size)
    return [...sizes].toSorted((a, b) => a - b)
  }

  /** Whether a router reported packets of this size as too big, and the confirmed size does not contradict it. */
  #explained(size: number): boolean {
    return this.hints.some(({ mtu, probed }) => mtu >= this.confirmed && mtu < size && probed > this.confirmed)
  }

  /** Repeats the confirmed size and, if only missing answers exclude it, the next size: MAX_PROBES times each. */
  #confirmation(): readonly number[] {
    const { confirmed } = this
    const above = this.limit === 'silence' ? [confirmed + 1] : []
    this.#failed.clear(confirmed)
    this.#failed.clear(confirmed + 1)
    return Array.from({ length: MAX_PROBES }, () => [confirmed, ...above]).flat()
  }

  #conclude(): readonly number[] {
    if (!this.#failed.isExcluded(this.confirmed)) {
      this.phase = 'complete'
      return []
    }
    this.restarts += 1
    this.confirmed = 0
    this.hints.length = 0
    this.#failed.reset()
    this.phase = this.restarts > MAX_RESTARTS ? 'disabled' : 'base'
    return this.next()
  }

  /** A size that had counted as too large was carried: failures above it may have been random losses too. */
  #resume(): void {
    this.phase = 'searching'
    this.#failed.reset()
  }
}
