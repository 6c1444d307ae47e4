import { addressBytes } from '../../base/ip.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { ProbeOutcome } from '../../verdict/probe-outcome.ts'
import type { ProbeRules } from '../monitor/config-plan.ts'
import { plainName } from './allow-list.ts'
import { probesPerSecond } from './probe-pace.ts'
import { NOT_ALLOWED, startProbe, type ProbeSurroundings, type WantedProbe } from './probe-run.ts'

/** What all requests of one run get. */
export interface ProbeTextPair {
  readonly metrics: string
  readonly log: string
}

/** How a request of `/probe` ended. */
export type ProbeEnd =
  | { readonly kind: 'done'; readonly texts: ProbeTextPair }
  | { readonly kind: 'notAllowed' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'busy'; readonly why: string }

/** A run in progress. */
interface SharedProbe {
  readonly perSecond: number
  readonly stop: AbortController
  readonly end: Promise<ProbeEnd>
  readonly ended: Promise<void>
  /** Requests that wait for it. */
  waiting: number
  /** All of them went away. */
  isLeft: boolean
}

/**
 * A run that all its clients left keeps its place for this time from its start on: each start costs a thread, so clients that leave at once
 * must not start more runs than those that stay.
 */
const LEAST_PLACE: Nanos = 5 * SECOND

const GONE: ProbeEnd = { kind: 'gone' }
const LATE: ProbeEnd = { kind: 'busy', why: 'The run of an earlier request has not ended in the time of this one' }

/**
 * Runs of `/probe`, a bounded number at the same time. Requests for the same target and module share one. A run whose last client went away is
 * stopped; a request that comes while it stops waits for its end, so that no target gets two runs of a module at once.
 */
export class SharedProbes {
  readonly #surroundings: ProbeSurroundings
  readonly #render: (outcome: ProbeOutcome) => ProbeTextPair
  readonly #probes = new Map<string, SharedProbe>()
  #isClosed = false

  constructor(surroundings: ProbeSurroundings, render: (outcome: ProbeOutcome) => ProbeTextPair) {
    this.#surroundings = surroundings
    this.#render = render
  }

  /** Joins the run of this target and module, or starts one. */
  async probe(wanted: WantedProbe, rules: ProbeRules, signal: AbortSignal): Promise<ProbeEnd> {
    const key = keyOf(wanted)
    const until = wanted.startedAt + wanted.budget
    for (;;) {
      if (signal.aborted) return GONE
      const running = this.#probes.get(key)
      if (running === undefined) return this.#start(key, wanted, rules, signal)
      if (!running.stop.signal.aborted) return this.#wait(running, until, signal)
      const over = await this.#before(running.ended, until, signal)
      if (over !== undefined) return over
    }
  }

  /** Stops all runs, and resolves when they have ended. It does not wait for lookups, which cannot be cancelled. */
  async close(): Promise<void> {
    this.#isClosed = true
    const all = [...this.#probes.values()]
    for (const { stop } of all) stop.abort()
    await Promise.allSettled(all.map(async ({ end }) => end))
  }

  async #start(key: string, wanted: WantedProbe, rules: ProbeRules, signal: AbortSignal): Promise<ProbeEnd> {
    const perSecond = probesPerSecond(wanted.module.run, wanted.module.options)
    const why = this.#refusal(wanted, perSecond, rules)
    if (why !== undefined) return { kind: 'busy', why }
    const stop = new AbortController()
    const { outcome, ended } = startProbe(wanted, this.#surroundings, stop.signal)
    const end = outcome.then((found): ProbeEnd =>
      found === NOT_ALLOWED ? { kind: 'notAllowed' } : { kind: 'done', texts: this.#render(found) },
    )
    const began = this.#surroundings.elapsed()
    const running = { perSecond, stop, end, ended, waiting: 0, isLeft: false }
    running.ended = ended.then(async () => this.#keepPlace(running, began + LEAST_PLACE))
    this.#probes.set(key, running)
    // A run that has its outcome but does not end is not joined any more.
    const leave = (): void => stop.abort()
    void end.then(leave, leave)
    void running.ended.then(() => this.#probes.delete(key))
    return this.#wait(running, Infinity, signal)
  }

  #refusal({ module }: WantedProbe, perSecond: number, { maxConcurrent, maxRate }: ProbeRules): string | undefined {
    if (this.#isClosed) return 'The exporter is stopping'
    if (this.#probes.size >= maxConcurrent)
      return `${maxConcurrent} probes are running, as many as probe.maxConcurrent allows`
    if (perSecond > maxRate)
      return `The module ${module.name} sends more than the ${maxRate} probes a second of probe.maxRate`
    const others = [...this.#probes.values()].reduce((sum, probe) => sum + probe.perSecond, 0)
    return others + perSecond > maxRate ? 'The probes that are running leave no room below probe.maxRate' : undefined
  }

  /** `until`: of a request that has joined. The run itself ends within the time of its first request. */
  async #wait(running: SharedProbe, until: Nanos, signal: AbortSignal): Promise<ProbeEnd> {
    running.waiting += 1
    const over = await this.#before(running.end, until, signal)
    running.waiting -= 1
    if (over === GONE && running.waiting === 0) {
      running.isLeft = true
      running.stop.abort()
    }
    return over ?? running.end
  }

  async #keepPlace({ isLeft }: SharedProbe, until: Nanos): Promise<void> {
    const { startTimer, elapsed } = this.#surroundings
    const left = until - elapsed()
    if (isLeft && left > 0 && !this.#isClosed) await new Promise<void>(resolve => startTimer(resolve, left))
  }

  /** Waits until a promise is settled, and then resolves with undefined; but no longer than the client, or until this time. */
  async #before(promise: Promise<unknown>, until: Nanos, signal: AbortSignal): Promise<ProbeEnd | undefined> {
    const { startTimer, elapsed } = this.#surroundings
    return new Promise(resolve => {
      const finish = (end: ProbeEnd | undefined): void => {
        timer?.cancel()
        signal.removeEventListener('abort', onAbort)
        resolve(end)
      }
      const onAbort = (): void => finish(GONE)
      const settled = (): void => finish(undefined)
      const timer = until === Infinity ? undefined : startTimer(() => finish(LATE), Math.max(0, until - elapsed()))
      signal.addEventListener('abort', onAbort)
      void promise.then(settled, settled)
    })
  }
}

/** Equal keys: the same target, however it is written, and the same module, whose settings a reload may have changed. */
function keyOf({ target: { host, port }, module }: WantedProbe): string {
  return JSON.stringify([addressBytes(host) ?? plainName(host), zoneOf(host), port, module.name, module.settings])
}

function zoneOf(host: string): string | undefined {
  return host.split('%')[1]
}
