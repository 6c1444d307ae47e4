import type { Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import { OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
import { clientOfSource, indexOfSource } from '../facts/source.ts'
import type { Sources } from './sources.ts'
import type { WindowExpiry } from './window-expiry.ts'

/** The probes that were sent and have no reply, refusal or ICMP error yet. */
export class OpenProbes {
  count = 0
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #window: WindowExpiry | undefined
  readonly #sources: Sources | undefined

  constructor(plan: ProbePlan, facts: RunFacts, window?: WindowExpiry, sources?: Sources) {
    this.#plan = plan
    this.#facts = facts
    this.#window = window
    this.#sources = sources
  }

  /** Whether a probe sent from this socket is open; false for one that was never sent or whose row is final. */
  has(socket: number, sequence: number): boolean {
    const row = sequence * this.#plan.clients + clientOfSource(socket, this.#plan.clients)
    if (sequence < 0 || row < this.#facts.finalRows) return false
    return this.#facts.probes.find(row)?.outcome[row % PAGE_ROWS] === OUTCOME.waiting
  }

  /** Records that an open probe has its outcome, already written in its row. */
  settle(socket: number, sequence: number, now: Nanos): void {
    this.count -= 1
    this.#window?.settled(clientOfSource(socket, this.#plan.clients), sequence, now)
  }

  /** Books that a probe was refused or is unreachable, if it is open. */
  fail(socket: number, sequence: number, outcome: number, detail: number, now: Nanos): void {
    if (!this.has(socket, sequence)) return
    const row = sequence * this.#plan.clients + clientOfSource(socket, this.#plan.clients)
    const page = this.#facts.probes.open(row)
    page.outcome[row % PAGE_ROWS] = outcome
    page.detail[row % PAGE_ROWS] = detail
    this.#sources?.failed(socket, sequence)
    this.settle(socket, sequence, now)
  }

  /** The newest open probe below sequence `before` sent from this socket, or -1. */
  newest(socket: number, before = Infinity): number {
    const client = clientOfSource(socket, this.#plan.clients)
    const index = indexOfSource(socket, this.#plan.clients)
    const scheduled = this.#facts.clients[client]?.scheduled ?? 0
    for (let sequence = Math.min(before, scheduled) - 1; sequence >= 0; sequence--) {
      const row = sequence * this.#plan.clients + client
      const page = this.#facts.probes.find(row)
      // A retired page was final, and so are all before it.
      if (page === undefined) return -1
      const ofSocket = (page.source?.[row % PAGE_ROWS] ?? 0) === index
      if (ofSocket && page.outcome[row % PAGE_ROWS] === OUTCOME.waiting) return sequence
    }
    return -1
  }

  /** When the last open probe was sent; -Infinity if there is none. */
  lastSent(): Nanos {
    const { clients, probes } = this.#facts
    let last = -Infinity
    clients.forEach((client, socket) => {
      for (let sequence = client.scheduled - 1; sequence >= 0; sequence--) {
        const row = sequence * this.#plan.clients + socket
        const page = probes.find(row)
        const sent = page?.sent[row % PAGE_ROWS] ?? -Infinity
        // Send times only decrease from here on, so nothing older can raise the maximum.
        if (sent <= last) return
        if (page?.outcome[row % PAGE_ROWS] !== OUTCOME.waiting) continue
        last = sent
        return
      }
    })
    return last
  }
}
