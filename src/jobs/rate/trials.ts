import { setTimeout as sleep } from 'node:timers/promises'
import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import type { Expectation } from '../../verdict/expect/expectation.ts'
import { measureRun } from '../../verdict/expect/run-measured.ts'
import type { Result } from '../../verdict/result.ts'
import type { RunContext } from '../../verdict/run-context.ts'
import { RateSums } from '../../verdict/search/rate-result.ts'
import { startEmbeddedServer, type EmbeddedServer } from '../../runs/embedded-server.ts'
import type { SendPlan } from '../../runs/send/plan.ts'
import { runSend, type SendHooks, type SendRun } from '../../runs/send/run.ts'
import { searchContext } from '../search-context.ts'

/** Receipts and closing packets of the trial before are over for this long before the next one. */
const LEAST_REST_MS = 200
/** A queue is empty after the longest round trip, with room for a tail that was lost. */
const DRAINED = 1.2

/** Options that each trial has for itself. */
const OF_ONE_TRIAL = ['durationMs', 'count', 'sizes', 'intervalMs', 'burst'] as const

/**
 * Runs at different rates, one after the other, as one command: one embedded server, one address, one ledger. Of each run only its Result is kept,
 * because a run may have millions of rows.
 */
export class Trials {
  readonly sums: RateSums
  readonly #hooks: SendHooks
  readonly #server: EmbeddedServer | undefined
  readonly #began = performance.now()
  #plan: SendPlan
  #first: Result | undefined
  #count = 0
  /** When the last probe left, by `performance.now()`, and the longest round trip then: a queue may still hold probes for that time. */
  #lastSentMs = -Infinity
  #longestMs = 0
  #closedMs = -Infinity
  #isInterrupted = false

  private constructor(plan: SendPlan, hooks: SendHooks, server: EmbeddedServer | undefined) {
    const { address, port } = server?.address ?? { address: plan.target.host, port: plan.target.port }
    this.#plan = { ...plan, self: false, target: { host: address, port } }
    this.#hooks = hooks
    this.#server = server
    this.sums = new RateSums(plan.expectations)
  }

  /** Starts the server, if the plan has an embedded one. */
  static async open(plan: SendPlan, hooks: SendHooks): Promise<Trials> {
    return new Trials(plan, hooks, plan.self ? await startEmbeddedServer(plan.engine, plan.family) : undefined)
  }

  get count(): number {
    return this.#count
  }

  get durationMs(): number {
    return performance.now() - this.#began
  }

  /** Whether a signal came. No further trial starts then. */
  get interrupted(): boolean {
    return this.#isInterrupted || this.#hooks.signal?.aborted === true
  }

  /** The context of the command's Result: that of the first trial, with the command's own options. */
  context(options: Readonly<Record<string, unknown>>): RunContext {
    const own = { self: this.#server !== undefined, ...options }
    return searchContext('rate', this.#first, OF_ONE_TRIAL, own)
  }

  /** How long to wait, ms, until nothing was sent for `rest` and queues are empty. */
  restMs(rest: Nanos): number {
    if (rest === 0 || this.#count === 0) return 0
    const idle = Math.max(rest / MILLISECOND, this.#longestMs * DRAINED)
    return Math.max(0, Math.max(this.#lastSentMs + idle, this.#closedMs + LEAST_REST_MS) - performance.now())
  }

  /** Waits, at the most until a signal. Returns whether the search goes on. */
  async wait(ms: number): Promise<boolean> {
    const { signal } = this.#hooks
    if (ms > 0 && !this.interrupted) await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {})
    return !this.interrupted
  }

  /** Runs a trial. Rejects as `runSend` does. */
  async run(planOf: (plan: SendPlan, isFirst: boolean) => SendPlan): Promise<SendRun> {
    const plan = planOf(this.#plan, this.#count === 0)
    this.#count += 1
    const run = await runSend(plan, this.#hooks)
    const { result, facts, analysis } = run
    this.#closedMs = performance.now()
    const lastSent = facts.clients.reduce((last, client) => Math.max(last, client.lastSent), facts.startedAt)
    this.#lastSentMs = this.#closedMs - Math.max(0, facts.closedAt - lastSent) / MILLISECOND
    this.#longestMs = result.rtt?.maxMs ?? 0
    this.#isInterrupted ||= facts.interrupted
    this.#first ??= result
    this.sums.add(result, measureRun(facts, analysis))
    // Further trials go to the address that answered, at once.
    this.#plan = { ...this.#plan, waitFor: 0, target: { ...this.#plan.target, host: result.target.address } }
    // Another source port may mean another path.
    const ports = facts.clients.map(({ port }) => port).filter(port => port !== undefined)
    if (plan.flows !== undefined && ports.length > 0)
      this.#plan = { ...this.#plan, flows: { sourcePorts: { first: Math.min(...ports), last: Math.max(...ports) } } }
    return run
  }

  /** The Result of the command. */
  finish(
    rate: NonNullable<Result['rate']>,
    expectations: readonly Expectation[],
    options: Readonly<Record<string, unknown>>,
  ): Result {
    const run = { durationMs: this.durationMs, interrupted: this.interrupted }
    return this.sums.result(rate, expectations, this.context(options), run)
  }

  /** Ends the embedded server, if there is one. */
  async close(): Promise<void> {
    await this.#server?.close()
  }
}
