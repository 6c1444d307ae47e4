import type { Nanos } from '../base/nanos.ts'

/** The state of a probe; the first that applies: a reply, our kernel's refusal, an ICMP error, nothing yet. */
export const OUTCOME = {
  unscheduled: 0,
  waiting: 1,
  /** Every byte of the first reply was right. */
  whole: 2,
  /** The first reply was a correct prefix. `detail`: its length. */
  cut: 3,
  /** The first reply had a wrong byte or was longer. `detail`: the first wrong offset. */
  wrong: 4,
  /** Our kernel refused it twice. `detail`: errno. */
  refused: 5,
  /** An ICMP error arrived for it. `detail`: index into the run's list of ICMP errors. */
  unreachable: 6,
} as const

export const TRAIT = {
  /** The reply equals the request, byte for byte. */
  same: 0x01,
  /** The reply equals the request in ASCII upper case. A reply without letters has both bits. */
  upper: 0x02,
  /** The reply was of kind `R`: a udptool server answered it. */
  answered: 0x04,
  sideMask: 0x18,
  sideRequest: 0x08,
  sideReply: 0x10,
  /** The side cannot be determined, whatever the rest of the run shows. */
  sideHidden: 0x18,
  receiptMask: 0xe0,
  /** 0 in the receipt bits: not requested or not answered. Else 1 + the two bits of the server's receipt. */
  receiptShift: 5,
} as const

/** Rows of a page, unless it is a short one. A page is allocated when its first probe is scheduled. */
export const PAGE_ROWS = 8192

/** `dwell` if the server did not report it. */
export const NO_DWELL = 0xffffffff

/** `counter` if the first reply has no such number. */
export const NO_COUNTER = 0xffffffff

/** Which columns a page has. */
export interface PageShape {
  /** A page of a flood, without the columns that are absent in a lean page. */
  readonly isLean: boolean
  /** A page of a run whose peer numbers its replies. */
  readonly isCounted: boolean
}

export const FULL_PAGE: PageShape = { isLean: false, isCounted: false }

/**
 * One page of columns. `Infinity` in a time column: it did not happen. 52 bytes per probe. A flood has lean pages of 31 bytes: with millions of
 * probes the lateness and one-way delay of each are not kept.
 */
export interface ProbePage {
  /** When its send time or window slot came. Absent in a lean page: when it was sent. */
  readonly scheduled?: Float64Array
  readonly sent: Float64Array
  readonly arrived: Float64Array
  /** Server's receive time, ns since the client's `serverBase`; NaN: unknown. Absent in a lean page. */
  readonly serverArrival?: Float64Array
  /** Rank of the first reply among the client's first replies, from 1; 0: none. */
  readonly order: Uint32Array
  readonly dwell: Uint32Array
  readonly detail: Uint16Array
  /** The index of the socket it was sent from, among its client's sockets. Absent in a lean page: 0. */
  readonly source?: Uint16Array
  readonly outcome: Uint8Array
  readonly traits: Uint8Array
  /** Further copies of the reply (`countCopy`). */
  readonly copies: Uint32Array | Uint16Array
  /** Its index in its train: several datagrams that the kernel takes as one message. 0: the first, or alone. */
  readonly train: Uint8Array
  /** TTL or hop limit with which the first reply arrived; 0: not observed. Absent in a lean page. */
  readonly ttl?: Uint8Array
  /**
   * The number that the peer put on the first reply, modulo 2^32: how many requests of the session it had counted (docs/stamp.md,
   * docs/irtt.md). Only in a page that is counted.
   */
  readonly counter?: Uint32Array
}

/** The facts of every probe, in pages of columns. Row = sequence × clients + client. One machine writes a row; anyone may read it. */
export class ProbeTable {
  readonly clients: number
  /** Pages by number; an absent page holds no scheduled probe, or was retired. */
  readonly pages: (ProbePage | undefined)[] = []
  /** Number of retired pages: folded into totals and discarded. */
  retired = 0

  readonly #create: (number: number) => ProbePage

  /** @param create makes an empty page */
  constructor(clients: number, create: (number: number) => ProbePage = () => createProbePage()) {
    this.clients = clients
    this.#create = create
  }

  /** The page of a row, created if it is missing. */
  open(row: number): ProbePage {
    const number = Math.floor(row / PAGE_ROWS)
    let page = this.pages[number]
    if (page === undefined) {
      page = this.#create(number)
      this.adopt(number, page)
    }
    return page
  }

  /** Adds a page that was created elsewhere. */
  adopt(number: number, page: ProbePage): void {
    while (this.pages.length < number) this.pages.push(undefined)
    this.pages[number] = page
  }

  /** The page of a row, if there is one. */
  find(row: number): ProbePage | undefined {
    return this.pages[Math.floor(row / PAGE_ROWS)]
  }

  retire(): void {
    this.pages[this.retired] = undefined
    this.retired += 1
  }

  /** Whether a probe left in the same kernel message as the one before it. */
  followsInTrain(row: number): boolean {
    return (this.find(row)?.train[row % PAGE_ROWS] ?? 0) > 0
  }

  /** When a probe was sent; -Infinity if its row is retired. */
  sentAt(row: number): Nanos {
    return this.find(row)?.sent[row % PAGE_ROWS] ?? -Infinity
  }
}

/** The most copies that a lean page counts for one reply (docs/limits.md). The run's `duplicates` count all of them. */
const MOST_LEAN_COPIES = 0xffff

/** Counts a further copy of a probe's reply. */
export function countCopy({ copies }: ProbePage, place: number): void {
  const count = copies[place] ?? 0
  if (copies instanceof Uint16Array && count === MOST_LEAN_COPIES) return
  copies[place] = count + 1
}

/** Whether this outcome is a reply, right or not. */
export function isReply(outcome: number | undefined): boolean {
  return outcome === OUTCOME.whole || outcome === OUTCOME.cut || outcome === OUTCOME.wrong
}

export function pageSize({ isLean, isCounted }: PageShape, rows = PAGE_ROWS): number {
  return rows * ((isLean ? 31 : 52) + (isCounted ? 4 : 0))
}

/** A page of rows that are not scheduled yet. A short page has fewer rows than others; it is the last of its table. */
export function createProbePage(
  shape = FULL_PAGE,
  rows = PAGE_ROWS,
  buffer: ArrayBufferLike = new ArrayBuffer(pageSize(shape, rows)),
): ProbePage {
  const page = probePageOver(shape, buffer, rows)
  page.sent.fill(Infinity)
  page.arrived.fill(Infinity)
  page.serverArrival?.fill(NaN)
  page.dwell.fill(NO_DWELL)
  page.counter?.fill(NO_COUNTER)
  return page
}

/** A page over this memory, without clearing it. Columns follow each other, the widest first. */
export function probePageOver(shape: PageShape, buffer: ArrayBufferLike, rows = PAGE_ROWS): ProbePage {
  const lean = shape.isLean
  let used = 0
  /** The offset of the next column, with values of this many bytes. */
  const next = (width: number): number => {
    used += width * rows
    return used - width * rows
  }
  const doubles = (): Float64Array => new Float64Array(buffer, next(8), rows)
  const words = (): Uint32Array => new Uint32Array(buffer, next(4), rows)
  const halves = (): Uint16Array => new Uint16Array(buffer, next(2), rows)
  const bytes = (): Uint8Array => new Uint8Array(buffer, next(1), rows)
  return {
    ...(lean ? {} : { scheduled: doubles(), serverArrival: doubles() }),
    sent: doubles(),
    arrived: doubles(),
    order: words(),
    dwell: words(),
    ...(shape.isCounted ? { counter: words() } : {}),
    copies: lean ? halves() : words(),
    detail: halves(),
    ...(lean ? {} : { source: halves() }),
    outcome: bytes(),
    traits: bytes(),
    train: bytes(),
    ...(lean ? {} : { ttl: bytes() }),
  }
}
