import type { Nanos } from '../../base/nanos.ts'
import { wasReceived, type IrttWindow } from '../../wire/irtt/window.ts'
import { RequestAllowance } from './request-allowance.ts'

/** What a reply reports about the requests of its session. */
export interface Report {
  readonly sequence: number
  /** When its request was sent. */
  readonly sent: Nanos
  /** Requests that the server had accepted, modulo 2^32. Absent: not negotiated. */
  readonly count: number | undefined
  readonly window: IrttWindow
}

/** The requests of a session, as far as they are in the table of probes. */
export interface RequestRows {
  /** How many were sent by now: their sequences are below this number. */
  readonly scheduled: number
  sentAt(sequence: number): Nanos
  /** Whether the server has received the request: it has a reply, or a window said so. */
  isReceived(sequence: number): boolean
  markReceived(sequence: number): void
  /** Only of a request without a reply that no window said was received. */
  markNotReceived(sequence: number): void
}

/** Number of requests that a window covers. */
const REACH = 64
/**
 * A window that repeats at least this many bits of the last one was not emptied meanwhile: the path would have to copy so many requests, in their
 * order, after it delivered a later one.
 */
const PROVING_BITS = 8

/** A reply from which on it is known which requests the server received. */
interface Known extends Report {
  /** No request above this one had been received. */
  readonly highest: number
}

/**
 * Concludes from windows and counts which requests of a session the server received.
 *
 * A set bit proves that a request was received. A clear bit proves little: the server empties its window when a request comes late, and then
 * bits of received requests are clear (docs/irtt.md, Evidence). So a request counts as not received only if every request that the server
 * accepted since a reply before it is known, and one that was sent a whole timeout after it was among them. Nothing is concluded of a request
 * that the server may have ignored because it came too fast.
 */
export class RequestRecord {
  readonly #rows: RequestRows
  readonly #timeout: Nanos
  readonly #allowance: RequestAllowance
  #known: Known | undefined
  /** Requests below this one are marked, or nothing will be concluded about them. */
  #next = 0

  /** @param interval between two requests, as granted */
  constructor(rows: RequestRows, timeout: Nanos, interval: Nanos) {
    this.#rows = rows
    this.#timeout = timeout
    this.#allowance = new RequestAllowance(interval)
  }

  /** The first request about which a later reply may still decide. */
  get undecided(): number {
    return this.#next
  }

  /** Takes the report of a reply that has just arrived and is not booked yet. */
  add(report: Report): void {
    if (!isPossible(report)) return
    this.#advance(report)
    for (let back = 1; back < REACH; back++)
      if (wasReceived(report.window, back)) this.#rows.markReceived(report.sequence - back)
  }

  #advance(report: Report): void {
    const known = this.#known
    if (known === undefined) {
      if (report.count === bitsBelow(report.window, REACH)) this.#begin(report, 0)
      else this.#begin(report, this.#rows.scheduled)
      return
    }
    const accepted = grownBy(known, report)
    // An older reply, overtaken on its way; or, without counts, one that cannot be ordered.
    if (accepted === undefined ? report.sequence <= known.sequence : accepted <= 0) return
    if (!this.#isExplained(known, report, accepted)) {
      // A request that was sent after this reply arrived cannot have been received before it.
      this.#begin(report, this.#rows.scheduled)
      return
    }
    this.#known = { ...report, highest: Math.max(known.highest, report.sequence) }
    this.#conclude(this.#known)
  }

  #begin(report: Report, from: number): void {
    this.#known = { ...report, highest: report.sequence }
    for (; this.#next < from; this.#next++) this.#allowance.accepts(this.#rows.sentAt(this.#next))
    this.#conclude(this.#known)
  }

  /** Whether the window shows every request that the server accepted after the known ones. */
  #isExplained(known: Known, report: Report, accepted: number | undefined): boolean {
    if (accepted === this.#countNew(report)) return true
    const step = report.sequence - known.sequence
    if (!continues(known, report, step)) return false
    // The server does not show a request that comes twice in a row.
    const bits = Math.max(1, bitsBelow(report.window, step))
    if (accepted === bits) return true
    const copies = (accepted ?? bits) - bits
    const repeated = bitsBelow(known.window, REACH - step)
    return repeated >= PROVING_BITS && copies >= 0 && copies <= repeated
  }

  /** Requests that the window shows and that had not been received before. */
  #countNew({ sequence, window }: Report): number {
    let count = 0
    for (let back = 0; back < REACH; back++) {
      const shown = sequence - back
      // Of a request below `next` it may be unknown whether it was received before.
      if (wasReceived(window, back) && shown >= this.#next && !this.#rows.isReceived(shown)) count += 1
    }
    return count
  }

  #conclude({ highest, sent }: Known): void {
    const end = Math.min(highest, this.#rows.scheduled)
    while (this.#next < end) {
      const left = this.#rows.sentAt(this.#next)
      // One that the kernel refused has no time: it never left.
      if (left !== Infinity && left > sent - this.#timeout) return
      const isAccepted = this.#allowance.accepts(left)
      if (isAccepted && !this.#rows.isReceived(this.#next)) this.#rows.markNotReceived(this.#next)
      this.#next += 1
    }
  }
}

/** Whether the window shows the answered request, and none before the first one: anything else is no window of this session. */
function isPossible({ sequence, window }: Report): boolean {
  if (!wasReceived(window, 0)) return false
  for (let back = sequence + 1; back < REACH; back++) if (wasReceived(window, back)) return false
  return true
}

/** How many more requests were accepted; negative: fewer. */
function grownBy(known: Report, report: Report): number | undefined {
  return known.count === undefined || report.count === undefined ? undefined : (report.count - known.count) | 0
}

/** Whether the later window has all bits of the earlier one, as far as it reaches. */
function continues(known: Report, report: Report, step: number): boolean {
  if (step < 0 || step >= REACH) return false
  for (let back = 0; back < REACH - step; back++)
    if (wasReceived(known.window, back) !== wasReceived(report.window, back + step)) return false
  return true
}

/** Number of bits set among the first ones. */
function bitsBelow(window: IrttWindow, end: number): number {
  let bits = 0
  for (let back = 0; back < end; back++) if (wasReceived(window, back)) bits += 1
  return bits
}
