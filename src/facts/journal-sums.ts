import { counted } from '../base/counted.ts'
import { isReply, NO_COUNTER, OUTCOME, PAGE_ROWS, TRAIT, type ProbePage } from './probe-table.ts'
import { probeSize, type ClientFacts, type RunFacts } from './run.ts'

/** Times are nanoseconds since the start of a clock of the run, and no clock runs for 30 years. */
const MOST_TIME = 1e18
/** A server may report any time of 64 bits in nanoseconds, or of 32 bits in seconds: its clock may be set during a run. */
const MOST_SERVER_TIME = 2 ** 63
/** The highest value of a receipt in the traits (docs/journal.md). */
const MOST_RECEIPT = 4

export interface ClientSum {
  scheduled: number
  replies: number
  copies: number
  answered: number
  firstSent: number
  lastSent: number
}

/** Checks the rows of a journal against its header and against each other. */
export class RowSums {
  readonly #facts: RunFacts
  readonly #isWhole: boolean
  readonly clients: readonly ClientSum[]
  latest = -Infinity

  /** @param isWhole whether the counts of the clients are known and every row is there */
  constructor(facts: RunFacts, isWhole = true) {
    this.#facts = facts
    this.#isWhole = isWhole
    this.clients = facts.clients.map(() => ({
      scheduled: 0,
      replies: 0,
      copies: 0,
      answered: 0,
      firstSent: Infinity,
      lastSent: -Infinity,
    }))
  }

  /** Adds a page. Returns what is wrong with one of its rows, as a clause; undefined: nothing. */
  add(page: ProbePage, number: number, rows: number): string | undefined {
    const { length } = this.#facts.clients
    for (let place = 0; place < rows; place++) {
      const row = number * PAGE_ROWS + place
      const client = row % length
      const facts = this.#facts.clients[client]
      const sum = this.clients[client]
      if (facts === undefined || sum === undefined) return 'it has a row of no client'
      const isScheduled = page.outcome[place] !== OUTCOME.unscheduled
      if (this.#isWhole && isScheduled !== (row - client) / length < facts.scheduled)
        return `its header and row ${row} do not agree on how many probes were scheduled`
      if (!isScheduled) continue
      const wrong = this.#wrongIn(page, place, (row - client) / length, facts)
      if (wrong !== undefined) return `row ${row} ${wrong}`
      this.#count(page, place, sum)
    }
    return undefined
  }

  #wrongIn(page: ProbePage, place: number, sequence: number, client: ClientFacts): string | undefined {
    const outcome = page.outcome[place] ?? 0
    const [order, detail, copies] = [page.order[place] ?? 0, page.detail[place] ?? 0, page.copies[place] ?? 0]
    const size = probeSize(this.#facts.plan, sequence)
    const sent = page.sent[place] ?? NaN
    const scheduled = page.scheduled?.[place] ?? (outcome === OUTCOME.refused ? 0 : sent)
    if (outcome > OUTCOME.unreachable) return 'has an outcome that does not exist'
    if (!isTime(scheduled) || !(isTime(sent) || (outcome === OUTCOME.refused && sent === Infinity)))
      return 'has no time of sending'
    const arrived = page.arrived[place] ?? NaN
    const isReplied = isReply(outcome)
    if (isReplied ? !isTime(arrived) : arrived !== Infinity) return 'has a time of arrival that its outcome denies'
    if (isReplied !== order > 0 || (this.#isWhole && order > client.replies))
      return 'has a rank of arrival that cannot be'
    if (copies > 0 && !isReplied) return 'has copies of a reply that never came'
    if (!isReplied && (page.counter?.[place] ?? NO_COUNTER) !== NO_COUNTER)
      return 'has the number of a reply that never came'
    if (outcome === OUTCOME.cut && detail >= size) return 'has a cut reply that is as long as the probe'
    if (outcome === OUTCOME.wrong && detail > size) return 'has a wrong byte behind the end of the probe'
    if (outcome === OUTCOME.unreachable && detail >= this.#facts.icmp.length)
      return 'has an ICMP error that is not listed'
    if ((page.traits[place] ?? 0) >>> TRAIT.receiptShift > MOST_RECEIPT) return 'has a receipt that does not exist'
    if ((page.source?.[place] ?? 0) >= (client.sources?.length ?? 1)) return 'left from a socket that is not listed'
    const there = page.serverArrival?.[place] ?? NaN
    return Number.isNaN(there) || Math.abs(there) <= MOST_SERVER_TIME ? undefined : 'has no time at the server'
  }

  #count(page: ProbePage, place: number, sum: ClientSum): void {
    const sent = page.sent[place] ?? 0
    const arrived = page.arrived[place] ?? Infinity
    sum.scheduled += 1
    sum.firstSent = Math.min(sum.firstSent, sent)
    sum.lastSent = Math.max(sum.lastSent, sent === Infinity ? -Infinity : sent)
    this.latest = Math.max(this.latest, sent === Infinity ? -Infinity : sent)
    if (!isReply(page.outcome[place])) return
    sum.replies += 1
    sum.copies += page.copies[place] ?? 0
    if (((page.traits[place] ?? 0) & TRAIT.answered) !== 0) sum.answered += 1
    this.latest = Math.max(this.latest, arrived)
  }

  /** The first contradiction between the header and the sums of all rows; undefined: none. */
  contradiction(): string | undefined {
    const { clients, headers, implausible } = this.#facts
    let arrivals = 0
    for (const [number, client] of clients.entries()) {
      const sum = this.clients[number]
      if (sum === undefined) return 'it has no rows of a client'
      const name = `client ${number}`
      if (sum.replies !== client.replies)
        return `${name} has ${counted(client.replies, 'reply', 'replies')} in the header and ${sum.replies} in the rows`
      // A flood's rows count at most 65 535 copies of one reply.
      if (client.duplicates < sum.copies || (client.duplicates > sum.copies && !this.#mayOverflow(number)))
        return `${name} has ${counted(client.duplicates, 'duplicate')} in the header and ${sum.copies} in the rows`
      const known = client.replies + client.duplicates + client.unidentified
      if (Math.max(client.answeredArrivals, client.damagedArrivals, client.echoedArrivals) > known)
        return `${name} has more arrivals of one kind than arrivals`
      if (sum.firstSent !== client.firstSent || sum.lastSent !== client.lastSent)
        return `${name} has other times of sending in the header than in the rows`
      arrivals += known
    }
    if (!this.#ranksAreWhole()) return 'its replies have no whole order of arrival'
    const counts = [headers.up, headers.down].map(({ tos }) => Object.values(tos).reduce((sum, seen) => sum + seen, 0))
    if (Math.max(0, ...counts, ...Object.values(implausible)) > arrivals)
      return 'its header counts more replies than came'
    return undefined
  }

  #mayOverflow(client: number): boolean {
    const { probes, clients } = this.#facts
    return probes.pages.some((page, number) =>
      page?.copies instanceof Uint16Array
        ? page.copies.some(
            (count, place) => count === 0xffff && (number * PAGE_ROWS + place) % clients.length === client,
          )
        : false,
    )
  }

  /** Whether the ranks of each client are 1, 2, 3, …, each once. */
  #ranksAreWhole(): boolean {
    const { probes, clients } = this.#facts
    const seen = this.clients.map(({ replies }) => new Uint8Array(replies + 1))
    for (const [number, page] of probes.pages.entries()) {
      for (const [place, rank] of page?.order.entries() ?? []) {
        const ranks = seen[(number * PAGE_ROWS + place) % clients.length]
        if (rank === 0 || ranks === undefined) continue
        if (ranks[rank] !== 0) return false
        ranks[rank] = 1
      }
    }
    return true
  }
}

function isTime(value: number): boolean {
  return Math.abs(value) < MOST_TIME
}
