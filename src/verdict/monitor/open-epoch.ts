import type { Nanos } from '../../base/nanos.ts'
import { slotsOfEpoch, type EpochFacts } from '../../facts/path.ts'
import { OUTCOME, PAGE_ROWS } from '../../facts/probe-table.ts'
import { analyzeRun, type Analysis } from '../../ledger/analysis.ts'
import { RunFold } from '../../ledger/run-fold.ts'
import { isReplied } from '../../ledger/settling-cursor.ts'
import { recentSlots } from './slot-ring.ts'
import { SlotReader, type ServerSecond } from './slot-reader.ts'
import { emptySlot, isSent, type Slot } from './slot.ts'

/** What a reading of an epoch needs besides its facts. */
export interface EpochReading {
  /** Driver's clock. */
  readonly now: Nanos
  /** Whether the monitor was paused at this driver's time, as far as known. */
  readonly isPaused: (moment: Nanos) => boolean
  /** Called once for each reply, with its round trip. */
  readonly onReply: (rtt: Nanos) => void
}

/** Probes whose fate is not final. */
export interface Outstanding {
  readonly sent: number
  /** When the last reply to one of them arrived, driver's clock; -Infinity: none did. */
  readonly lastReply: Nanos
}

/** An epoch whose slots are read from its live facts until it is closed; from then on they never change. */
export class OpenEpoch {
  readonly facts: EpochFacts
  /** When its last slot is over. */
  readonly end: Nanos
  readonly #interval: Nanos
  /** Slots before its start that belong to no epoch: a process that was suspended skips whole epochs. */
  readonly #skipped: readonly Slot[]
  readonly #serverSecond: ServerSecond
  /** 1: the round trip of this row was counted. */
  readonly #isCounted: Uint8Array
  #analysis: Analysis | undefined
  #final: readonly Slot[] | undefined

  /** @param previousEnd end of the epoch before it on the same path */
  constructor(facts: EpochFacts, previousEnd: Nanos | undefined, serverSecond: ServerSecond) {
    const { interval, count: slots = slotsOfEpoch({ interval }) } = facts.facts.plan
    this.facts = facts
    this.end = facts.start + slots * interval
    this.#interval = interval
    // Before the first epoch of a path whole epochs may be skipped too. Fewer slots than an epoch has are those of the epoch itself.
    const skipped =
      previousEnd === undefined
        ? facts.missed - (facts.missed % slots)
        : Math.max(0, Math.round((facts.start - previousEnd) / interval))
    this.#skipped = skippedSlots(skipped, facts.start, interval)
    this.#serverSecond = serverSecond
    this.#isCounted = new Uint8Array(slots)
  }

  /** Present once it is closed. */
  get analysis(): Analysis | undefined {
    return this.#analysis
  }

  /** Its facts are final. */
  close(): void {
    const { facts } = this.facts
    // The exchanges of one epoch are too few for the clock of the server.
    this.#analysis = analyzeRun(facts, new RunFold(facts, false))
  }

  /** Its probes so far, without reading their slots, which takes longer. */
  get outstanding(): Outstanding {
    const { probes } = this.facts.facts
    let lastReply = -Infinity
    for (let row = 0; ; row++) {
      const page = probes.find(row)
      const place = row % PAGE_ROWS
      if (page === undefined || (page.outcome[place] ?? OUTCOME.unscheduled) === OUTCOME.unscheduled)
        return { sent: row, lastReply }
      if (isReplied(page, place)) lastReply = Math.max(lastReply, page.arrived[place] ?? -Infinity)
    }
  }

  /** Its slots so far, in order of their times. Final once it is closed. */
  read(reading: EpochReading): readonly Slot[] {
    if (this.#final !== undefined) return this.#final
    const { facts, start } = this.facts
    const reader = new SlotReader(facts, this.#serverSecond, reading.now, this.#analysis)
    const slots = [...this.#skipped]
    let next = 0
    for (let row = 0; ; row++) {
      const page = facts.probes.find(row)
      const place = row % PAGE_ROWS
      if (page === undefined || (page.outcome[place] ?? OUTCOME.unscheduled) === OUTCOME.unscheduled) break
      const due = page.scheduled?.[place] ?? page.sent[place] ?? start
      const index = Math.round((due - start) / this.#interval)
      this.#pushGap(slots, next, index - next, reading)
      next = index + 1
      const slot = reader.slot(page, place, row, due)
      slots.push(slot)
      if (slot.rtt >= 0 && this.#isCounted[row] === 0) {
        this.#isCounted[row] = 1
        reading.onReply(slot.rtt)
      }
    }
    if (this.#analysis === undefined) this.#pushPause(slots, next, reading)
    else this.#final = this.#settleEmpty(slots, next, reading)
    return slots
  }

  #pushGap(slots: Slot[], first: number, count: number, { isPaused }: EpochReading): void {
    for (let n = first; n < first + count; n++) {
      const due = this.facts.start + n * this.#interval
      slots.push(emptySlot(due, isPaused(due) ? 'paused' : 'missed'))
    }
  }

  /** While the user pauses, the slots after the last probe are those of the pause. Whether another one was missed is not known yet. */
  #pushPause(slots: Slot[], next: number, { now, isPaused }: EpochReading): void {
    for (let due = this.facts.start + next * this.#interval; due < this.end && due <= now; due += this.#interval)
      if (isPaused(due)) slots.push(emptySlot(due, 'paused'))
  }

  /** Adds the empty slots after the last probe, and makes the numbers of missed and paused slots those of the facts. */
  #settleEmpty(slots: Slot[], next: number, { isPaused }: EpochReading): Slot[] {
    const { missed, paused, start } = this.facts
    const listed = slots.reduce((sum, slot) => sum + (isSent(slot) ? 0 : slot.repeat), 0)
    for (let n = listed; n < missed + paused; n++) {
      const due = start + (next + n - listed) * this.#interval
      slots.push(emptySlot(due, isPaused(due) ? 'paused' : 'missed'))
    }
    let surplus = slots.reduce((sum, { state }) => sum + (state === 'paused' ? 1 : 0), 0) - paused
    // The driver follows the caller's pause a little later, so slots near its ends were taken for the other kind.
    for (let n = slots.length - 1; n >= 0 && surplus !== 0; n--) {
      const slot = slots[n]
      if (slot === undefined || slot.repeat > 1 || slot.state !== (surplus > 0 ? 'paused' : 'missed')) continue
      slots[n] = emptySlot(slot.due, surplus > 0 ? 'missed' : 'paused')
      surplus -= Math.sign(surplus)
    }
    return slots
  }
}

/** Missed slots before a time. Those that no strip and no window shows are one slot: a process may be suspended for days. */
function skippedSlots(count: number, until: Nanos, interval: Nanos): Slot[] {
  const listed = Math.min(count, recentSlots(interval))
  const dueOf = (n: number): Nanos => until - (count - n) * interval
  const slots = listed < count ? [emptySlot(dueOf(0), 'missed', count - listed)] : []
  for (let n = count - listed; n < count; n++) slots.push(emptySlot(dueOf(n), 'missed'))
  return slots
}
