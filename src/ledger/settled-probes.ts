import type { Nanos } from '../base/nanos.ts'
import { OUTCOME, PAGE_ROWS, type ProbePage } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import { Classifier } from './classifier.ts'
import { EarlyDirections, type EarlyFate } from './early-directions.ts'
import type { Fate } from './fate.ts'
import { ReplyCensus } from './reply-census.ts'
import { SettlingCursor } from './settling-cursor.ts'

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

/**
 * Hands over the probes of a run while it goes on, each once, as soon as its fate is known: a reply or an error at once, a loss after the
 * timeout, or a little later with its direction, if the plan has `earlyReceipts` and the server keeps receipts. The rule of the replies is the
 * one of the replies so far. The ledger may refine a fate at the end of the run (docs/ledger.md). Its memory grows with the pages of the table only, which `--summary` bounds.
 */
export class SettledProbes {
  readonly #facts: RunFacts
  readonly #census = new ReplyCensus()
  readonly #early: EarlyDirections
  /** A reply came after the timeout of its probe. */
  #sawLate = false
  readonly #rows: SettlingCursor
  /** By page: the copies of each row that were handed over. */
  readonly #copies = new Map<number, Uint32Array>()
  #duplicates = 0

  constructor(facts: RunFacts) {
    this.#facts = facts
    this.#early = new EarlyDirections(facts)
    this.#rows = new SettlingCursor(facts)
  }

  /** Number of pages of which something is remembered. */
  get rememberedPages(): number {
    return Math.max(this.#rows.rememberedPages, this.#copies.size)
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
    this.#rows.forget()
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
    const { finalRows, early } = this.#facts
    const found: Found[] = []
    this.#rows.settle(now, (page, row, at, replied) => {
      const mayBeTold = early !== undefined && !isFinal && page.outcome[row % PAGE_ROWS] === OUTCOME.waiting
      const loss = mayBeTold ? this.#early.fate(page, row, row < finalRows ? Infinity : now) : undefined
      if (mayBeTold && loss === undefined) return false
      found.push({ kind: 'settled', row, page, at, ...(loss === undefined ? {} : { loss }) })
      if (replied) this.#takeReply(page, row)
      return true
    })
    return found
  }

  #takeAnswered(): Found[] {
    const found: Found[] = []
    this.#rows.takeAnswered((page, row) => {
      found.push({ kind: 'revised', row, page, at: page.arrived[row % PAGE_ROWS] ?? Infinity })
      this.#takeReply(page, row)
    })
    return found
  }

  #takeReply(page: ProbePage, row: number): void {
    const place = row % PAGE_ROWS
    this.#census.addRule(page, place)
    this.#sawLate ||= (page.arrived[place] ?? 0) - (page.sent[place] ?? 0) > this.#facts.plan.timeout
  }

  /** Rows with more copies than before; searched only if the run has more duplicates than before. */
  #takeCopied(now: Nanos): Found[] {
    const duplicates = this.#facts.clients.reduce((sum, client) => sum + client.duplicates, 0)
    if (duplicates === this.#duplicates) return []
    this.#duplicates = duplicates
    const found: Found[] = []
    const { pages, retired } = this.#facts.probes
    for (const number of this.#copies.keys()) if (number < retired) this.#copies.delete(number)
    for (let number = retired; number < pages.length; number++) {
      const page = pages[number]
      if (page === undefined) continue
      const copies = this.#copiesOf(number)
      for (let place = 0; place < page.outcome.length; place++) {
        const count = page.copies[place] ?? 0
        const row = number * PAGE_ROWS + place
        if (count === copies[place] || !this.#rows.has(row)) continue
        copies[place] = count
        found.push({ kind: 'duplicate', row, page, at: now })
      }
    }
    return found
  }

  #copiesOf(number: number): Uint32Array {
    let copies = this.#copies.get(number)
    if (copies === undefined) {
      copies = new Uint32Array(PAGE_ROWS)
      this.#copies.set(number, copies)
    }
    return copies
  }
}

/** Whether only receipts prove this fate of a single probe. */
function isByReceipts(fate: Fate): boolean {
  return fate === 'lostForward' || fate === 'lostReturn' || fate === 'lostServerPolicy'
}
