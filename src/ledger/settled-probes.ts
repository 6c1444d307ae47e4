import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import { isReply, OUTCOME, PAGE_ROWS, type ProbePage } from '../facts/probe-table.ts'
import { endOfRows, probeSize, type RunFacts } from '../facts/run.ts'
import { Classifier } from './classifier.ts'
import { EarlyDirections, type EarlyFate } from './early-directions.ts'
import type { Fate } from './fate.ts'
import { ReplyCensus } from './reply-census.ts'

/** A reply that was stamped before the timeout may be read this much after it. */
const MARGIN: Nanos = 10 * MILLISECOND
/** Maximum number of settled probes without a reply for which a reply is still noticed. */
const MAX_UNANSWERED = 1024

/** What became known about one probe. */
export interface SettledRow {
  /**
   * `settled`: its fate, once for each scheduled probe. `revised`: a reply came after the probe was settled without one. `duplicate`: further
   * copies of its reply.
   */
  readonly kind: 'settled' | 'revised' | 'duplicate'
  readonly row: number
  readonly page: ProbePage
  readonly fate: Fate
  /** It determined the fate. */
  readonly classifier: Classifier
  /** When it became so, driver's clock. */
  readonly at: Nanos
  /** Of a loss whose direction the server told. */
  readonly told?: Told
}

/** The server's word on where a probe was lost. */
interface Told {
  /** When it arrived, driver's clock. */
  readonly at: Nanos
  /** Replies of this run came later than the timeout, so a probe that had not reached the server by then may still do so. */
  readonly mayArrive: boolean
}

/** A row of which something became known; its fate follows, if it is not known from an early answer. */
type Found = Omit<SettledRow, 'fate' | 'classifier' | 'told'> & { readonly loss?: EarlyFate }

/** What was handed over of the rows of one page. */
interface HandedPage {
  /** 1: the row was settled. */
  readonly settled: Uint8Array
  readonly copies: Uint32Array
}

/**
 * Hands over the probes of a run while it goes on, each once, as soon as its fate is known: a reply or an error at once, a loss after the
 * timeout, or a little later with its direction, if the plan has `earlyReceipts` and the server keeps receipts. The rule of the replies is the one of the replies so far. The ledger may refine a fate at the end of the run (docs/ledger.md).
 * Its memory grows with the pages of the table only, which `--summary` bounds.
 */
export class SettledProbes {
  readonly #facts: RunFacts
  readonly #census = new ReplyCensus()
  readonly #early: EarlyDirections
  /** A reply came after the timeout of its probe. */
  #sawLate = false
  readonly #handed = new Map<number, HandedPage>()
  /** Rows below this one are settled or were never scheduled. */
  #first = 0
  /** Rows that were settled without a reply, the oldest first. */
  #unanswered: number[] = []
  #duplicates = 0

  constructor(facts: RunFacts) {
    this.#facts = facts
    this.#early = new EarlyDirections(facts)
  }

  /** Number of pages of which something is remembered. */
  get rememberedPages(): number {
    return this.#handed.size
  }

  /** What became known by `now`, in order. Call it before pages are retired. */
  advance(now: Nanos): readonly SettledRow[] {
    return this.#take(now, undefined)
  }

  /** The rest of a closed run, by its classifier. */
  finish(classifier: Classifier): readonly SettledRow[] {
    return this.#take(Infinity, classifier)
  }

  #take(now: Nanos, last: Classifier | undefined): readonly SettledRow[] {
    this.#early.advance()
    const settled = this.#settle(now, last !== undefined)
    const answered = this.#takeAnswered()
    const copied = this.#takeCopied(now)
    this.#forgetRetired()
    const rows = [...settled, ...answered, ...copied]
    if (rows.length === 0) return []
    const classifier = last ?? new Classifier(this.#facts, this.#census)
    return rows
      .map(found => this.#describe(found, classifier, last !== undefined))
      .sort((one, other) => one.at - other.at || one.row - other.row)
  }

  #describe({ kind, row, page, at, loss }: Found, classifier: Classifier, isFinal: boolean): SettledRow {
    const { plan, clients } = this.#facts
    const client = row % clients.length
    const size = probeSize(plan, (row - client) / clients.length)
    const fate = loss?.fate ?? classifier.fate(page, row % PAGE_ROWS, size, client)
    const toldAt = loss?.at ?? clients[client]?.receipts.toldAt
    const told =
      isByReceipts(fate) && toldAt !== undefined ? { at: toldAt, mayArrive: !isFinal && this.#sawLate } : undefined
    const found = { kind, row, page, fate, classifier, at: Math.max(at, loss?.at ?? told?.at ?? at) }
    return told === undefined ? found : { ...found, told }
  }

  #settle(now: Nanos, isFinal: boolean): Found[] {
    const { probes, finalRows, clients } = this.#facts
    const end = endOfRows(clients)
    const found: Found[] = []
    let isGapless = true
    const begin = this.#first
    const firstPage = Math.floor(begin / PAGE_ROWS)
    for (let number = firstPage; number * PAGE_ROWS < end; number++) {
      const page = probes.pages[number]
      if (page === undefined) continue
      const places = Math.min(PAGE_ROWS, end - number * PAGE_ROWS)
      const { settled } = this.#open(number)
      for (let place = number === firstPage ? begin % PAGE_ROWS : 0; place < places; place++) {
        const row = number * PAGE_ROWS + place
        if (settled[place] === 0) {
          const one = this.#find(page, row, row < finalRows ? Infinity : now, isFinal)
          if (one === undefined) {
            isGapless = false
            continue
          }
          settled[place] = 1
          found.push(one)
          if (isReplied(page, place)) this.#takeReply(page, place)
          else this.#unanswered.push(row)
        }
        if (isGapless) this.#first = row + 1
      }
    }
    this.#unanswered = this.#unanswered.slice(-MAX_UNANSWERED)
    return found
  }

  /** Undefined if the row is not settled by `now`. */
  #find(page: ProbePage, row: number, now: Nanos, isFinal: boolean): Found | undefined {
    const { plan, icmp, early } = this.#facts
    const place = row % PAGE_ROWS
    const at = settledAt(page, place, now, plan.timeout, icmp.length)
    if (at === undefined) return undefined
    const found = { kind: 'settled', row, page, at } as const
    if (early === undefined || isFinal || page.outcome[place] !== OUTCOME.waiting) return found
    const loss = this.#early.fate(page, row, now)
    return loss === undefined ? undefined : { ...found, loss }
  }

  #takeReply(page: ProbePage, place: number): void {
    this.#census.addRule(page, place)
    this.#sawLate ||= (page.arrived[place] ?? 0) - (page.sent[place] ?? 0) > this.#facts.plan.timeout
  }

  #takeAnswered(): Found[] {
    const found: Found[] = []
    this.#unanswered = this.#unanswered.filter(row => {
      const page = this.#facts.probes.find(row)
      const place = row % PAGE_ROWS
      if (page === undefined) return false
      if (!isReplied(page, place)) return true
      found.push({ kind: 'revised', row, page, at: page.arrived[place] ?? Infinity })
      this.#takeReply(page, place)
      return false
    })
    return found
  }

  /** Rows with more copies than before; searched only if the run has more duplicates than before. */
  #takeCopied(now: Nanos): Found[] {
    const duplicates = this.#facts.clients.reduce((sum, client) => sum + client.duplicates, 0)
    if (duplicates === this.#duplicates) return []
    this.#duplicates = duplicates
    const found: Found[] = []
    for (const [number, { settled, copies }] of this.#handed) {
      const page = this.#facts.probes.pages[number]
      if (page === undefined) continue
      for (let place = 0; place < page.outcome.length; place++) {
        const count = page.copies[place] ?? 0
        if (settled[place] === 0 || count === copies[place]) continue
        copies[place] = count
        found.push({ kind: 'duplicate', row: number * PAGE_ROWS + place, page, at: now })
      }
    }
    return found
  }

  #open(number: number): HandedPage {
    let page = this.#handed.get(number)
    if (page === undefined) {
      page = { settled: new Uint8Array(PAGE_ROWS), copies: new Uint32Array(PAGE_ROWS) }
      this.#handed.set(number, page)
    }
    return page
  }

  #forgetRetired(): void {
    const { retired } = this.#facts.probes
    for (const number of this.#handed.keys()) if (number < retired) this.#handed.delete(number)
    this.#first = Math.max(this.#first, retired * PAGE_ROWS)
  }
}

/** When a row was settled; undefined: not yet, or it is not scheduled. */
export function settledAt(
  page: ProbePage,
  place: number,
  now: Nanos,
  timeout: Nanos,
  errors: number,
): Nanos | undefined {
  const sent = page.sent[place] ?? Infinity
  switch (page.outcome[place]) {
    case OUTCOME.unscheduled:
      return undefined
    case OUTCOME.waiting:
      return sent + timeout + MARGIN <= now ? sent + timeout : undefined
    case OUTCOME.refused:
      return sent
    case OUTCOME.unreachable:
      // Another thread may have written the row before its error is known here.
      return (page.detail[place] ?? 0) < errors || now === Infinity ? Math.min(now, sent + timeout) : undefined
    default: {
      // Another thread may be writing the row: the arrival comes last.
      const arrived = page.arrived[place] ?? Infinity
      return arrived === Infinity ? undefined : arrived
    }
  }
}

/** Whether the row has a reply. */
export function isReplied({ outcome, arrived }: ProbePage, place: number): boolean {
  return isReply(outcome[place]) && arrived[place] !== Infinity
}

/** Whether only receipts prove this fate of a single probe. */
function isByReceipts(fate: Fate): boolean {
  return fate === 'lostForward' || fate === 'lostReturn' || fate === 'lostServerPolicy'
}
