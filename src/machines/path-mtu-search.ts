import { SECOND, type Nanos } from '../base/nanos.ts'
import { FailedSizes, MAX_PROBES } from './failed-sizes.ts'
import { sections } from './size-refinement.ts'

/** Sizes of IP packets that are usual on paths (RFC 1191 section 7.1 and the links of today): tried before anything is cut in half. */
const TABLE: readonly number[] = [
  576, 1006, 1280, 1400, 1420, 1450, 1480, 1492, 1500, 2002, 4352, 9000, 9216, 17_914, 32_000, 65_535, 65_536,
]
/** Routers of one path with MTUs of their own, each narrower than the one before. Who names more is not followed byte by byte. */
const MAX_HINTS = 4
/** Times that a search begins again because what it had confirmed is carried no more. */
const MAX_RESTARTS = 2

/** RFC 8899 section 5.2. `disabled`: nothing was ever acknowledged. */
export type MtuPhase = 'disabled' | 'base' | 'searching' | 'confirming' | 'complete' | 'error'

export interface MtuSearchOptions {
  /** The least packet that every path carries: 68 bytes over IPv4 (RFC 791), 1280 over IPv6 (RFC 8200): MIN_PLPMTU with its IP header. */
  readonly least: number
  /** BASE_PLPMTU with its IP header: 1200 and 20 (RFC 8899 section 5.1.2), over IPv6 the least. */
  readonly base: number
  /** The largest that can be asked for: MAX_PLPMTU with its IP header. */
  readonly largest: number
  /** PROBE_TIMER: a probe that is unanswered for so long has failed. RFC 8899 section 5.1.1: not below a second. */
  readonly timeout?: Nanos
}

/** What a router said, and whether the search found it so. */
export interface MtuHint {
  /** The MTU that it named. */
  readonly mtu: number
  /** The packet that it said it for. */
  readonly probed: number
}

/** A probe under way. */
interface Outstanding {
  readonly size: number
  readonly sent: Nanos
}

/**
 * Packetization layer path MTU discovery for datagrams (RFC 8899), as a protocol without I/O: it says which sizes of IP packets to probe
 * now, and receives their outcome. An ICMP "too big" is a hint about where to look, never a result (section 4.6.2). A search ends where a
 * size is carried, again, and the next larger one is not, however often it is tried.
 */
export class PathMtuSearch {
  phase: MtuPhase = 'base'
  /** The largest packet that was acknowledged; 0: none. */
  confirmed = 0
  /** A confirmed size was no longer carried (RFC 8899 section 4.3, a black hole that opened during the search). */
  restarts = 0
  /** Believed and disbelieved, in order of appearance. */
  readonly hints: MtuHint[] = []
  readonly #options: MtuSearchOptions
  readonly #timeout: Nanos
  readonly #failed = new FailedSizes()
  #outstanding: Outstanding[] = []
  /** The smallest size that our own kernel refused, or one above the largest. */
  #ceiling: number

  constructor(options: MtuSearchOptions) {
    this.#options = options
    this.#timeout = options.timeout ?? SECOND
    this.#ceiling = options.largest + 1
  }

  /** The packets to probe now, each once; none: the search is over, or waits for the timers of what is under way. */
  next(now: Nanos): readonly number[] {
    this.#expire(now)
    if (this.#outstanding.length > 0) return []
    const sizes = this.#sizes()
    this.#outstanding = sizes.map(size => ({ size, sent: now }))
    return sizes
  }

  get over(): boolean {
    return this.phase === 'complete' || this.phase === 'disabled'
  }

  /** When the next timer expires; Infinity: nothing is under way. */
  get wake(): Nanos {
    return Math.min(Infinity, ...this.#outstanding.map(({ sent }) => sent + this.#timeout))
  }

  /** A packet of this size has arrived. */
  acknowledged(size: number): void {
    this.#settle(size)
    this.#failed.clear(size)
    if (size <= this.confirmed) return
    this.confirmed = size
    if (this.phase === 'confirming') this.#resume()
  }

  /** A router said that it could not pass our probe of this size on, and what it could. Its quote has shown that the probe was ours. */
  tooBig(size: number, mtu: number | undefined): void {
    this.#settle(size)
    const { least } = this.#options
    // RFC 8899 section 4.6.2: below the least, or not below what was probed, it proves nothing; the probe counts as lost.
    if (mtu === undefined || mtu < least || mtu >= size) {
      this.#failed.add(size)
      return
    }
    if (!this.hints.some(hint => hint.mtu === mtu && hint.probed === size)) this.hints.push({ mtu, probed: size })
    this.#failed.exclude(size)
  }

  /** Our own kernel refuses packets of this size. */
  refused(size: number): void {
    this.#settle(size)
    this.#ceiling = Math.min(this.#ceiling, size)
  }

  /** No answer will come: an error other than "too big" came back. */
  lost(size: number): void {
    this.#settle(size)
    this.#failed.add(size)
  }

  /** What stopped the search above what is confirmed. */
  get limit(): 'largest' | 'local' | 'icmp' | 'silence' {
    const above = this.confirmed + 1
    if (above > this.#options.largest) return 'largest'
    if (above >= this.#ceiling) return 'local'
    return this.#explained(above) || this.hints.some(({ probed }) => probed === above) ? 'icmp' : 'silence'
  }

  #settle(size: number): void {
    const at = this.#outstanding.findIndex(probe => probe.size === size)
    if (at >= 0) this.#outstanding.splice(at, 1)
  }

  #expire(now: Nanos): void {
    const late = this.#outstanding.filter(({ sent }) => now - sent >= this.#timeout)
    for (const { size } of late) this.lost(size)
  }

  #sizes(): readonly number[] {
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

  #baseSizes(): readonly number[] {
    const { least, base } = this.#options
    const hopeful = (size: number): boolean =>
      size > this.confirmed && size < this.#ceiling && !this.#failed.isExcluded(size)
    if (hopeful(base)) return [...new Set([least, base])].filter(hopeful)
    if (this.confirmed === 0 && hopeful(least)) return [least]
    // ERROR: the path carries less than the base, so the search is below it.
    this.phase = this.confirmed === 0 ? 'disabled' : this.confirmed >= base ? 'searching' : 'error'
    return this.#sizes()
  }

  #searchSizes(): readonly number[] {
    const sizes = this.#candidates()
    if (sizes.length > 0) return sizes
    this.phase = 'confirming'
    return this.#confirmation()
  }

  /** Where the path may end: hints, the smallest size that failed, the table above it, and what lies between. */
  #candidates(): number[] {
    const { confirmed } = this
    const top = this.#ceiling
    const suspect = Math.min(top, this.#failed.smallestAbove(confirmed))
    const open = (size: number): boolean =>
      size > confirmed && size < top && !this.#failed.isExcluded(size) && !this.#explained(size)
    const sizes = new Set(TABLE.filter(open))
    if (open(suspect)) sizes.add(suspect)
    for (const { mtu } of this.hints.slice(0, MAX_HINTS)) {
      // A hint is taken at its word only to be tried: its size, and the next that it excludes.
      for (const size of [mtu, mtu + 1])
        if (size > confirmed && size < suspect && !this.#failed.isExcluded(size)) sizes.add(size)
      if (mtu === confirmed && mtu + 1 < top && !this.#failed.isExcluded(mtu + 1)) sizes.add(mtu + 1)
    }
    const between = [...sizes].some(size => size < suspect)
    // The next byte more often than not is the one too many: usual sizes are usual.
    if (!between)
      for (const size of [...sections(confirmed, suspect), confirmed + 1]) if (size < suspect) sizes.add(size)
    return [...sizes].toSorted((a, b) => a - b)
  }

  /** Whether a router has said that packets of this size are too big, and what is confirmed does not belie it. */
  #explained(size: number): boolean {
    return this.hints.some(({ mtu, probed }) => mtu >= this.confirmed && mtu < size && probed > this.confirmed)
  }

  /** What is carried once more, and, where only silence is against it, the next size: as often as a search takes a failure for one. */
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
    return this.#sizes()
  }

  /** A size that was thought too large was carried after all: what failed above it had bad luck too, it may be. */
  #resume(): void {
    this.phase = 'searching'
    this.#failed.reset()
  }
}
