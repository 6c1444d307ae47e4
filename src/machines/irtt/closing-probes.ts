import type { Nanos } from '../../base/nanos.ts'
import { OUTCOME, PAGE_ROWS, TRAIT } from '../../facts/probe-table.ts'
import type { RunFacts } from '../../facts/run.ts'
import { irttClose } from '../../wire/irtt/session.ts'
import type { Mac } from '../../wire/mac.ts'
import { latestClose, lingerOf } from '../linger.ts'
import type { Outbox } from '../machine.ts'
import { addRow } from '../outbox-row.ts'
import type { Exchange } from '../probe-protocol.ts'
import type { Reception } from '../reception.ts'
import type { Session } from './session.ts'

/** Closing probes of a session at the most; the next is sent if no reply to the last one arrived in time. */
const MOST = 3

/** Where a session is with its closing probes. */
interface Asking {
  readonly client: number
  /** Send times of its closing probes, by number. */
  readonly sent: Nanos[]
  due: Nanos
}

interface ClosingParts {
  readonly facts: RunFacts
  readonly mac: Mac | undefined
  /** By client. */
  readonly sessions: readonly (Session | undefined)[]
  readonly write: (bytes: Uint8Array, at: number, sequence: number, client: number) => number
}

/**
 * The end of a run's sessions. A loss shows only in the window of a later reply, so a session with undecided losses gets echo requests after
 * the last timeout, with the next sequence numbers. Then every session is closed. None of these datagrams is in a ledger.
 */
export class ClosingProbes implements Exchange {
  coveredRows = 0
  readonly #parts: ClosingParts
  readonly #asking = new Map<number, Asking>()
  /** Send times of a session's closing probes, by client: a reply may come twice, or after the session was closed. */
  readonly #sent = new Map<number, readonly Nanos[]>()
  /** Sessions to close, once everything else is over. */
  readonly #toClose: number[] = []
  /** How long a closing probe waits for its reply. */
  #wait: Nanos = 0

  constructor(parts: ClosingParts) {
    this.#parts = parts
  }

  get done(): boolean {
    return this.#asking.size === 0 && this.#toClose.length === 0
  }

  begin(_: number, to: number, { largestRtt }: Reception, now: Nanos): void {
    const { facts, sessions } = this.#parts
    this.coveredRows = to
    // During a run the next replies show what a closing probe would.
    if (to !== Infinity || now >= latestClose(facts)) return
    this.#wait = lingerOf({ timeout: facts.plan.timeout }, largestRtt)
    sessions.forEach((session, client) => {
      if (session !== undefined && !session.isOver && this.#isUndecided(session, client)) this.#ask(client, now)
    })
  }

  lookAgain(): boolean {
    this.#parts.sessions.forEach((session, client) => {
      if (session === undefined || session.isOver) return
      session.isOver = true
      this.#toClose.push(client)
    })
    return this.#toClose.length > 0
  }

  send(outbox: Outbox, now: Nanos): Nanos {
    let used = outbox.count === 0 ? 0 : (outbox.at[outbox.count - 1] ?? 0) + (outbox.size[outbox.count - 1] ?? 0)
    const isFull = (): boolean => outbox.count >= outbox.capacity || used + 0xffff > outbox.room
    let wake = Infinity
    const latest = latestClose(this.#parts.facts)
    for (const asking of this.#asking.values()) {
      if (asking.due <= now) {
        if (asking.sent.length === MOST || now >= latest) {
          this.#asking.delete(asking.client)
          continue
        }
        if (isFull()) return now
        const sequence = this.#scheduled(asking.client) + asking.sent.length
        const size = this.#parts.write(outbox.bytes, used, sequence, asking.client)
        addRow(outbox, used, size, asking.client, -1)
        used += size
        asking.sent.push(now)
        asking.due = Math.min(latest, now + this.#wait)
      }
      wake = Math.min(wake, asking.due)
    }
    while (this.#toClose.length > 0) {
      if (isFull()) return now
      const client = this.#toClose.pop() ?? 0
      const { sessions, mac } = this.#parts
      const session = sessions[client]
      if (session === undefined) continue
      const close = irttClose(session.token, mac)
      outbox.bytes.set(close, used)
      addRow(outbox, used, close.length, client, -1)
      used += close.length
    }
    return wake
  }

  /** When the closing probe of this sequence was sent; undefined: there is none. */
  sentAt(client: number, sequence: number): Nanos | undefined {
    return this.#sent.get(client)?.[sequence - this.#scheduled(client)]
  }

  /** A reply to a closing probe arrived, or the server ended the session. */
  answered(client: number): void {
    this.#asking.delete(client)
  }

  #ask(client: number, now: Nanos): void {
    const sent: Nanos[] = []
    this.#sent.set(client, sent)
    this.#asking.set(client, { client, sent, due: now })
  }

  #scheduled(client: number): number {
    return this.#parts.facts.clients[client]?.scheduled ?? 0
  }

  /** Whether a probe has no reply, and no window has shown yet whether it was received. */
  #isUndecided({ record }: Session, client: number): boolean {
    if (record === undefined) return false
    const { probes, clients } = this.#parts.facts
    for (let sequence = record.undecided; sequence < this.#scheduled(client); sequence++) {
      const row = sequence * clients.length + client
      const page = probes.find(row)
      if (page?.outcome[row % PAGE_ROWS] !== OUTCOME.waiting) continue
      if (((page.traits[row % PAGE_ROWS] ?? 0) & TRAIT.receiptMask) === 0) return true
    }
    return false
  }
}
