import { SECOND, type Nanos } from '../../base/nanos.ts'
import { NO_DWELL, OUTCOME, type ProbePage } from '../../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import { Classifier } from '../../ledger/classifier.ts'
import { ReplyCensus } from '../../ledger/reply-census.ts'
import { isReplied, settledAt } from '../../ledger/settling-cursor.ts'
import { CHECKED_SIZE } from '../../wire/probe.ts'
import { createSlot, type Slot, type SlotRecord } from './slot.ts'
import type { SlotState } from './view.ts'

/** The second since 1970 from which the server times of a path count. Absent: the server has reported none yet. */
export interface ServerSecond {
  value?: number
}

/**
 * Makes slots from the rows of an epoch: by its analysis if it is closed, otherwise by what another thread has written so far. Each row is judged
 * by one reading, in which a reply counts once its arrival time is there, because that is written last.
 */
export class SlotReader {
  readonly #facts: RunFacts
  readonly #serverSecond: ServerSecond
  readonly #now: Nanos
  readonly #analysis: Analysis | undefined
  #classifier: Classifier | undefined

  /** @param now driver's clock */
  constructor(facts: RunFacts, serverSecond: ServerSecond, now: Nanos, analysis?: Analysis) {
    this.#facts = facts
    this.#serverSecond = serverSecond
    this.#now = now
    this.#analysis = analysis
    this.#classifier = analysis?.tally.classifier
  }

  /** @param due when the row was scheduled */
  slot(page: ProbePage, place: number, row: number, due: Nanos): Slot {
    const facts = this.#facts
    const size = probeSize(facts.plan, row)
    const state = this.#analysis?.fateOf(row) ?? this.#stateSoFar(page, place, size)
    const sent = page.sent[place] ?? NaN
    const slot = createSlot(due, state, sent, size)
    slot.copies = page.copies[place] ?? 0
    if (state !== 'intact' && state !== 'late' && state !== 'truncated' && state !== 'corrupt') {
      if (state === 'unreachable') slot.error = facts.icmp[page.detail[place] ?? 0]
      return slot
    }
    const detail = page.detail[place] ?? 0
    slot.rtt = (page.arrived[place] ?? NaN) - sent
    slot.order = page.order[place] ?? 0
    slot.isProved = (page.outcome[place] === OUTCOME.whole ? size : detail) >= CHECKED_SIZE
    slot.ttl = page.ttl?.[place] ?? 0
    if (state === 'truncated') slot.cut = { length: detail, side: this.#rules().side(page, place, size) }
    this.#setDirections(slot, page, place)
    return slot
  }

  #stateSoFar(page: ProbePage, place: number, size: number): SlotState {
    const { plan, icmp } = this.#facts
    if (isReplied(page, place)) return this.#rules().fate(page, place, size, 0)
    if (settledAt(page, place, this.#now, plan.timeout, icmp.length) === undefined) return 'waiting'
    switch (page.outcome[place]) {
      case OUTCOME.refused:
        return 'refused'
      case OUTCOME.unreachable:
        return 'unreachable'
      default:
        // The reply may have come between these readings.
        return isReplied(page, place) ? this.#rules().fate(page, place, size, 0) : 'lost'
    }
  }

  #rules(): Classifier {
    this.#classifier ??= new Classifier(this.#facts, ReplyCensus.of(this.#facts))
    return this.#classifier
  }

  #setDirections(slot: SlotRecord, page: ProbePage, place: number): void {
    const dwell = page.dwell[place] ?? NO_DWELL
    const base = this.#facts.clients[0]?.serverBase
    if (dwell === NO_DWELL || dwell > slot.rtt || base === undefined) return
    this.#serverSecond.value ??= base
    slot.forward = (page.serverArrival?.[place] ?? NaN) + (base - this.#serverSecond.value) * SECOND - slot.sent
    slot.back = slot.rtt - dwell - slot.forward
  }
}
