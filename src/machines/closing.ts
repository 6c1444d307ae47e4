import type { Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import { PAGE_ROWS } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
import { sourceNumber } from '../facts/source.ts'
import { latestClose, lingerOf } from './linger.ts'
import type { Outbox, Environment } from './machine.ts'
import type { OpenProbes } from './open-probes.ts'
import type { ProbeProtocol } from './probe-protocol.ts'
import type { Reception } from './reception.ts'
import { ClosableRows } from './closable-rows.ts'
import type { StrayCheck } from './stray-check.ts'

/** Maximum number of rows of an endless run that wait for receipts: 128 pages, about 48 MB, or 31 MB in a flood. */
const MAX_WAITING_ROWS = 128 * PAGE_ROWS

/**
 * Closes the ledger of a run: page by page during the run with `--summary`, else as a whole after the last probe's timeout, the linger for
 * late copies, and the receipts exchange.
 */
export class Closing {
  /** `waiting`: for the timeouts of open probes. `lingering`: for late copies, receipts and the stray check. */
  phase: 'sending' | 'waiting' | 'lingering' | 'closed' = 'sending'
  readonly #plan: ProbePlan
  readonly #environment: Environment
  readonly #facts: RunFacts
  readonly #open: OpenProbes
  readonly #reception: Reception
  readonly #protocol: ProbeProtocol
  readonly #stray: StrayCheck
  #lingerUntil: Nanos = Infinity
  #lookedAgain = false
  readonly #closable: ClosableRows

  constructor(
    plan: ProbePlan,
    environment: Environment,
    facts: RunFacts,
    open: OpenProbes,
    reception: Reception,
    protocol: ProbeProtocol,
    stray: StrayCheck,
  ) {
    this.#plan = plan
    this.#environment = environment
    this.#facts = facts
    this.#open = open
    this.#reception = reception
    this.#protocol = protocol
    this.#stray = stray
    this.#closable = new ClosableRows(plan, facts)
  }

  /** Starts after the last probe was sent. */
  begin(): void {
    this.phase = 'waiting'
  }

  /** Adds receipts requests and the stray check after the probes in the outbox, and returns when to call again. */
  send(outbox: Outbox, now: Nanos): Nanos {
    let wake = Infinity
    if (this.phase === 'waiting') wake = this.#waitForReplies(now)
    if (this.phase === 'lingering') {
      if (this.#isOver(now) && !this.#looksAgain(now)) return this.#close(outbox, now)
      this.#stray.send(outbox, now)
      wake = Math.min(this.#lingerUntil > now ? this.#lingerUntil : Infinity, this.#stray.wake(now))
    } else if (this.#plan.summary) this.#finalize(now)
    wake = Math.min(wake, this.#protocol.exchange.send(outbox, now))
    // The last request may have been given up just now, and then nothing else would wake us.
    return this.phase === 'lingering' && this.#isOver(now) ? now : wake
  }

  #waitForReplies(now: Nanos): Nanos {
    const deadline = this.#open.count === 0 ? now : this.#open.lastSent() + this.#plan.timeout
    if (now < deadline) return deadline
    const { receivedAny, largestRtt } = this.#reception
    this.phase = 'lingering'
    const latest = latestClose(this.#facts)
    this.#lingerUntil = Math.min(latest, now + lingerOf(this.#plan, largestRtt))
    this.#protocol.exchange.early?.end()
    this.#protocol.exchange.begin(this.#facts.finalRows, Infinity, this.#reception, now)
    if (!receivedAny && this.#open.count > 0) this.#stray.begin(now, latest)
    return now
  }

  /** `--summary`: closes the closable pages with receipts, and requests receipts for the next ones. */
  #finalize(now: Nanos): void {
    const facts = this.#facts
    const closable = this.#closable
    closable.advance(now)
    if (this.#protocol.exchange.done) {
      // The receipts client covers whole pages until the last one begins.
      facts.finalRows = Math.max(facts.finalRows, this.#protocol.exchange.coveredRows)
      if (closable.end > facts.finalRows)
        this.#protocol.exchange.begin(facts.finalRows, closable.end, this.#reception, now)
    }
    // If probes are lost faster than a server can answer requests, the rest stays unknown: the memory of an endless run is bounded.
    facts.finalRows = Math.max(facts.finalRows, closable.end - MAX_WAITING_ROWS)
  }

  /** Whether the linger, the receipts exchange and the stray check are over. */
  #isOver(now: Nanos): boolean {
    return now >= this.#lingerUntil && this.#protocol.exchange.done && this.#stray.done(now)
  }

  /** Starts the second and last look at receipts, once. */
  #looksAgain(now: Nanos): boolean {
    if (this.#lookedAgain) return false
    this.#lookedAgain = true
    return this.#protocol.exchange.lookAgain(now)
  }

  #close(outbox: Outbox, now: Nanos): Nanos {
    this.phase = 'closed'
    this.#facts.closedAt = now
    this.#protocol.close?.(outbox, now)
    this.#facts.clients.forEach((client, number) => {
      const drops = this.#dropsOf(number, client.sources?.length ?? 1)
      if (drops !== undefined) client.dropsAfter = drops
    })
    return Infinity
  }

  /** Drops of a client's sockets; undefined if one of them cannot be read. */
  #dropsOf(client: number, sources: number): number | undefined {
    let sum = 0
    for (let index = 0; index < sources; index++) {
      const drops = this.#environment.drops(sourceNumber(client, index, this.#plan.clients))
      if (drops === undefined) return undefined
      sum += drops
    }
    return sum
  }
}
