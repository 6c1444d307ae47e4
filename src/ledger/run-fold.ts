import { SECOND, type Nanos } from '../base/nanos.ts'
import { NO_DWELL, OUTCOME, PAGE_ROWS, TRAIT, type ProbePage } from '../facts/probe-table.ts'
import { isFlood } from '../facts/plan.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import { CHECKED_SIZE } from '../wire/probe.ts'
import { Classifier } from './classifier.ts'
import { countDirections } from './counted-directions.ts'
import { DefaultCap } from './default-cap.ts'
import type { DelayStatistic } from './delay-summary.ts'
import { Duplication } from './duplication.ts'
import { LOSSES, WITHOUT_ERROR, type Fate } from './fate.ts'
import { GroupFold } from './group-fold.ts'
import { LogHistogram } from './histogram.ts'
import { OneWayDelay } from './one-way-delay.ts'
import { OrderFold } from './order-fold.ts'
import { ReplyCensus } from './reply-census.ts'
import { Samples } from './samples.ts'
import { dueTime, targetInterval } from './target-interval.ts'

/** Above this number of probes percentiles come from histograms (within 1/256) instead of exact samples. */
const MOST_SAMPLES = 2_000_000

const isLoss: ReadonlySet<Fate> = new Set(LOSSES)

const isWithoutError: ReadonlySet<Fate> = new Set(WITHOUT_ERROR)

/** Fates of probes that did not reach the server program. */
const isBeforeServer: ReadonlySet<Fate> = new Set(['unreachable', 'lostForward', 'lostServerBuffer'])

/** A run whose rows are all folded. Its fold accepts no more. */
export interface FoldedRun {
  readonly stage: 'folded'
  readonly facts: RunFacts
  readonly fold: RunFold
}

/**
 * Folds rows into counts, page by page in order, so that the same code serves a saved run and, page by page, an endless one. Folded rows must
 * be final. `Tally` describes the counts.
 */
export class RunFold {
  readonly total: GroupFold
  readonly sizes = new Map<number, GroupFold>()
  readonly clients: readonly GroupFold[]
  readonly orders: readonly OrderFold[]
  readonly rttNetwork: DelayStatistic
  readonly rttScheduled: DelayStatistic
  readonly lateness: DelayStatistic
  readonly duplication = new Duplication()
  readonly defaultCap = new DefaultCap()
  readonly oneWay: OneWayDelay
  serverSeconds: number | undefined
  readonly refusals = new Map<number, number>()
  readonly icmp = new Map<number, number>()
  readonly corruption = { request: 0, reply: 0, unknown: 0, firstWrongByte: Infinity }
  classifier: Classifier
  intactBytes = 0
  beyondMemory = 0
  readonly unlearned: number[]
  missed = 0
  dwellsTooLong = 0
  missedAndLost = 0
  sent = 0
  firstSent: Nanos = Infinity
  lastSent: Nanos = -Infinity
  lastScheduled: Nanos = -Infinity
  firstScheduled: Nanos = Infinity
  lastReply: Nanos = -Infinity
  readonly #facts: RunFacts
  readonly #interval: Nanos
  readonly #census: ReplyCensus
  readonly #flood: boolean
  readonly #hasOneWay: boolean
  #isFinished = false

  /** @param hasOneWay whether one-way delays are computed, which takes half of the time of the analysis of a short run */
  constructor(facts: RunFacts, hasOneWay = true) {
    this.#facts = facts
    this.#hasOneWay = hasOneWay
    const { plan } = facts
    const scheduled = facts.clients.reduce((sum, client) => sum + client.scheduled, 0)
    const statistic = (): DelayStatistic =>
      plan.summary || scheduled > MOST_SAMPLES ? new LogHistogram() : new Samples()
    this.total = new GroupFold(statistic())
    this.clients = plan.clients === 1 ? [this.total] : facts.clients.map(() => new GroupFold(statistic()))
    for (const size of new Set(plan.sizes))
      this.sizes.set(size, plan.sizes.length === 1 ? this.total : new GroupFold(statistic()))
    const history = plan.clients > 64 ? 64 : 4096
    this.orders = facts.clients.map(() => new OrderFold(history))
    this.unlearned = facts.clients.map(() => 0)
    this.rttNetwork = statistic()
    this.rttScheduled = statistic()
    this.lateness = statistic()
    this.oneWay = new OneWayDelay(plan.summary)
    this.#census = plan.summary ? new ReplyCensus() : ReplyCensus.of(facts)
    this.classifier = new Classifier(facts, this.#census, plan.summary ? undefined : countDirections(facts))
    this.#flood = isFlood(plan)
    this.#interval = targetInterval(facts)
  }

  get sharesArrivals(): boolean {
    return this.#facts.clients.some(client => client.longestTrain > 1)
  }

  /** Folds final pages of an endless run and retires them. */
  foldFinal(): void {
    const { probes, finalRows } = this.#facts
    while ((probes.retired + 1) * PAGE_ROWS <= finalRows) {
      this.fold(probes.retired)
      probes.retire()
    }
  }

  /** Folds the rest of a closed run and ends the fold. */
  finish(): FoldedRun {
    if (this.#isFinished) throw new RangeError('the fold of a run ends once')
    const { probes } = this.#facts
    for (let number = probes.retired; number < probes.pages.length; number++) this.fold(number)
    this.#isFinished = true
    return { stage: 'folded', facts: this.#facts, fold: this }
  }

  /** Folds the page of this number. In an endless run the rule of the replies is the one that its first pages show. */
  fold(number: number): void {
    const page = this.#facts.probes.pages[number]
    if (page === undefined) return
    const { clients, summary } = this.#facts.plan
    if (summary) {
      this.#census.add(page, number, this.#facts)
      this.classifier = new Classifier(this.#facts, this.#census)
    }
    for (let place = 0; place < page.outcome.length; place++) {
      if (page.outcome[place] === OUTCOME.unscheduled) continue
      const row = number * PAGE_ROWS + place
      const client = row % clients
      this.#foldRow(page, place, (row - client) / clients, client)
    }
  }

  #foldRow(page: ProbePage, place: number, sequence: number, client: number): void {
    const size = probeSize(this.#facts.plan, sequence)
    const fate = this.classifier.fate(page, place, size, client)
    if (fate === 'lostUnknown') this.#foldUnknown(page, place, size, client)
    const sent = page.sent[place] ?? 0
    const arrived = page.arrived[place] ?? Infinity
    const rtt = arrived - sent
    // A journal may contain a reply that arrived before its probe was sent: no delay can be computed from it.
    const timed = rtt >= 0 && (fate === 'intact' || fate === 'late' || fate === 'truncated')
    const order = this.orders[client]
    this.total.fates[fate] += 1
    const ofSize = this.sizes.get(size)
    const ofClient = this.clients[client]
    for (const group of [ofSize, ofClient]) if (group !== undefined && group !== this.total) group.fates[fate] += 1
    const lost = isLoss.has(fate)
    const since = Math.max(0, sent - this.#facts.startedAt)
    if (ofSize !== this.total) ofSize?.pattern(client).push(lost, since)
    order?.losses.push(lost, since)
    order?.gilbert.push(lost)
    if (this.#flood) order?.trains.push(fate, page.train[place] ?? 0)
    order?.ipdv.push(timed ? rtt : undefined)
    this.#foldSending(page, place, fate, size, sent)
    if (arrived !== Infinity) this.#foldReply(page, place, fate, sequence, size, client)
    if (!timed) return
    this.total.rtt.push(rtt)
    for (const group of [ofSize, ofClient]) if (group !== undefined && group !== this.total) group.rtt.push(rtt)
    this.rttScheduled.push(arrived - dueTime(page, place, sent))
    this.#foldServerClock(page, place, client, sent, arrived)
  }

  #foldUnknown(page: ProbePage, place: number, size: number, client: number): void {
    if (this.classifier.isBeyondMemory(page, place, size, client)) this.beyondMemory += 1
    const learned = ((page.traits[place] ?? 0) & TRAIT.receiptMask) !== 0
    if (size >= CHECKED_SIZE && !learned) this.unlearned[client] = (this.unlearned[client] ?? 0) + 1
  }

  #foldSending(page: ProbePage, place: number, fate: Fate, size: number, sent: Nanos): void {
    const scheduled = dueTime(page, place, sent)
    this.lateness.push(sent - scheduled)
    if (this.#interval > 0 && sent - scheduled > this.#interval) {
      this.missed += 1
      if (isWithoutError.has(fate)) this.missedAndLost += 1
    }
    if (fate === 'refused') {
      const errno = page.detail[place] ?? 0
      this.refusals.set(errno, (this.refusals.get(errno) ?? 0) + 1)
      return
    }
    if (fate === 'unreachable') {
      const index = page.detail[place] ?? 0
      this.icmp.set(index, (this.icmp.get(index) ?? 0) + 1)
    }
    this.sent += 1
    if (!isBeforeServer.has(fate)) this.defaultCap.push(sent, size)
    this.firstSent = Math.min(this.firstSent, sent)
    this.lastSent = Math.max(this.lastSent, sent)
    this.firstScheduled = Math.min(this.firstScheduled, scheduled)
    this.lastScheduled = Math.max(this.lastScheduled, scheduled)
  }

  #foldReply(page: ProbePage, place: number, fate: Fate, sequence: number, size: number, client: number): void {
    const arrived = page.arrived[place] ?? 0
    const detail = page.detail[place] ?? 0
    const copies = page.copies[place] ?? 0
    this.duplication.push(1 + copies)
    this.lastReply = Math.max(this.lastReply, arrived)
    if (fate === 'intact') this.intactBytes += size
    // A reply counts for order if a whole, right check proves its sequence.
    const proved = (page.outcome[place] === OUTCOME.whole ? size : detail) >= CHECKED_SIZE
    const reordered = this.orders[client]?.arrivals.push(page.order[place] ?? 0, {
      sequence,
      arrived,
      transit: arrived - (page.sent[place] ?? 0),
      proved,
      timed: fate !== 'corrupt',
    })
    if (copies > 0 || fate === 'truncated') {
      const side = this.classifier.side(page, place, size)
      for (const group of new Set([this.total, this.sizes.get(size), this.clients[client]])) {
        if (group === undefined) continue
        group.duplicates += copies
        if (fate === 'truncated') group.cut(detail, side)
      }
    }
    if (fate === 'corrupt') {
      this.corruption[this.classifier.side(page, place, size)] += 1
      if (page.outcome[place] === OUTCOME.wrong)
        this.corruption.firstWrongByte = Math.min(this.corruption.firstWrongByte, detail)
    }
    for (const late of reordered ?? []) {
      const sizeOfLate = this.sizes.get(probeSize(this.#facts.plan, late))
      if (sizeOfLate !== undefined && sizeOfLate !== this.total) sizeOfLate.reordered += 1
    }
  }

  #foldServerClock(page: ProbePage, place: number, client: number, sent: Nanos, arrived: Nanos): void {
    const dwell = page.dwell[place] ?? NO_DWELL
    if (dwell === NO_DWELL) return
    if (dwell > arrived - sent) {
      this.dwellsTooLong += 1
      return
    }
    this.rttNetwork.push(arrived - sent - dwell)
    const there = page.serverArrival?.[place] ?? NaN
    const base = this.#facts.clients[client]?.serverBase
    if (!this.#hasOneWay || Number.isNaN(there) || base === undefined) return
    this.serverSeconds ??= base
    this.oneWay.push(sent, there + (base - this.serverSeconds) * SECOND, dwell, arrived)
  }
}
