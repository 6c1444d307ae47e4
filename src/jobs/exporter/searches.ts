import { formatDuration } from '../../base/duration.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { formatTarget } from '../../base/target.ts'
import { messageOf } from '../../base/thrown.ts'
import type { LongTimer } from '../../engine/long-timer.ts'
import type { SearchFindings, SearchResult } from '../../verdict/monitor/search-result.ts'
import type { Log } from '../log.ts'
import type { DiscoveredTarget, ModuleConfig } from '../monitor/config-plan.ts'

/**
 * Number of searches at the same time. Each sends 100 datagrams a second while a round lasts, and starts a thread for each round. Most of its
 * time it waits for replies that do not come.
 */
const MOST_AT_ONCE = 2
/** The first searches of new targets start one after the other at this distance, or closer if they would not fit into an interval. */
const FIRST_DISTANCE: Nanos = SECOND
/** RFC 8899 section 5.1.1: PMTU_RAISE_TIMER has 600 s. */
const DEFAULT_INTERVAL: Nanos = 600 * SECOND
/** A search may take as long as its interval, and at least this time: a path MTU needs some ten rounds of at least a second. */
const LEAST_TIME_LIMIT: Nanos = 60 * SECOND

/** What searches need from their surroundings. */
export interface SearchSurroundings {
  readonly startTimer: (callback: () => void, duration: Nanos) => LongTimer
  /** Monotonic time. */
  readonly elapsed: () => Nanos
  /** Time of day, ms since 1970. */
  readonly now: () => number
  /** Runs a search. The signal interrupts it. A rejection is why it could not run. */
  readonly search: (wanted: DiscoveredTarget, signal: AbortSignal) => Promise<SearchFindings>
  /** Called when all searches have ended. */
  readonly close: () => void
  readonly log: Log
}

/** One target with one module, searched again and again. */
interface Search {
  wanted: DiscoveredTarget
  readonly run: 'mtu' | 'sweep'
  readonly interval: Nanos
  /** When it starts next, or was to start. */
  due: Nanos
  timer?: LongTimer
  /** Ends the search in progress. */
  stop?: AbortController
  last?: SearchFindings & { readonly endedAt: number }
  /** Nobody wants its result any more. */
  isRemoved: boolean
}

/**
 * Periodic searches (`run: mtu`, `run: sweep`) of targets. Only a few run at the same time, the others wait in the order of their start, so
 * with many targets the time between two searches of one can be longer than the interval. A search never overlaps itself: a start that comes
 * while it still runs is skipped.
 */
export class Searches {
  readonly #surroundings: SearchSurroundings
  readonly #searches = new Map<string, Search>()
  /** Those that are due, the first in front. */
  readonly #queue: Search[] = []
  readonly #running = new Set<Promise<void>>()
  #isLate = false
  #isClosed = false

  constructor(surroundings: SearchSurroundings) {
    this.#surroundings = surroundings
  }

  /**
   * Searches these targets from now on; those whose module is no search are left out. A target that was there before with an equal module keeps
   * its schedule and its last result. One that is no longer there loses them at once, and its search is interrupted.
   */
  update(targets: readonly DiscoveredTarget[]): void {
    const wanted = new Map<string, DiscoveredTarget>()
    for (const target of targets) {
      const key = keyOf(target)
      if (isSearch(target.module.run) && !wanted.has(key)) wanted.set(key, target)
    }
    for (const [key, search] of this.#searches) if (!wanted.has(key)) this.#remove(key, search)
    const added = new Map<string, [string, DiscoveredTarget][]>()
    for (const [key, target] of wanted) {
      const known = this.#searches.get(key)
      if (known !== undefined) known.wanted = target
      else added.set(target.module.name, [...(added.get(target.module.name) ?? []), [key, target]])
    }
    for (const group of added.values()) this.#add(group)
  }

  /** The last result of each target that was searched at least once. */
  results(): readonly SearchResult[] {
    return [...this.#searches.values()].flatMap(({ wanted, run, last }) =>
      last === undefined
        ? []
        : [{ target: formatTarget(wanted.target), module: wanted.module.name, labels: wanted.labels, run, ...last }],
    )
  }

  /** Interrupts all searches. Resolves when they have ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const [key, search] of this.#searches) this.#remove(key, search)
    await Promise.all(this.#running)
    this.#surroundings.close()
  }

  /** The targets of one module, whose first searches are spread over the interval. */
  #add(group: readonly (readonly [string, DiscoveredTarget])[]): void {
    const now = this.#surroundings.elapsed()
    for (const [place, [key, wanted]] of group.entries()) {
      const { run, interval = DEFAULT_INTERVAL } = wanted.module
      if (!isSearch(run)) continue
      const distance = Math.min(FIRST_DISTANCE, interval / group.length)
      const search: Search = { wanted, run, interval, due: now + Math.round(place * distance), isRemoved: false }
      this.#searches.set(key, search)
      this.#wait(search)
    }
  }

  #remove(key: string, search: Search): void {
    this.#searches.delete(key)
    search.isRemoved = true
    search.timer?.cancel()
    search.stop?.abort()
    const place = this.#queue.indexOf(search)
    if (place >= 0) this.#queue.splice(place, 1)
  }

  #wait(search: Search): void {
    const { startTimer, elapsed } = this.#surroundings
    search.timer = startTimer(
      () => {
        this.#queue.push(search)
        this.#advance()
      },
      Math.max(0, search.due - elapsed()),
    )
  }

  #advance(): void {
    while (this.#running.size < MOST_AT_ONCE && !this.#isClosed) {
      const search = this.#queue.shift()
      if (search === undefined) return
      const running = this.#run(search).finally(() => {
        this.#running.delete(running)
        this.#advance()
      })
      this.#running.add(running)
    }
  }

  async #run(search: Search): Promise<void> {
    const { elapsed, now } = this.#surroundings
    const { wanted, due, interval } = search
    const startedAt = elapsed()
    this.#report(startedAt - due >= interval, wanted)
    const stop = new AbortController()
    search.stop = stop
    const found = await this.#find(search, stop)
    if (search.isRemoved) return
    delete search.stop
    this.#logChange(search, found)
    search.last = { ...found, endedAt: now() }
    // From the start on, not from when it was due: so those that wait for each other keep their order.
    search.due = startedAt + interval * Math.max(1, Math.ceil((elapsed() - startedAt) / interval))
    this.#wait(search)
  }

  /** Never rejects. */
  async #find({ wanted, interval }: Search, stop: AbortController): Promise<SearchFindings> {
    const limit = Math.max(LEAST_TIME_LIMIT, interval)
    const timer = this.#surroundings.startTimer(() => stop.abort(), limit)
    try {
      const found = await this.#surroundings.search(wanted, stop.signal)
      return stop.signal.aborted ? { failure: `it did not end within ${formatDuration(limit)}` } : found
    } catch (error) {
      return { failure: messageOf(error) }
    } finally {
      timer.cancel()
    }
  }

  #logChange({ wanted: { target, module }, last }: Search, { failure }: SearchFindings): void {
    const { log } = this.#surroundings
    const fields = { target: formatTarget(target), module: module.name }
    if (failure !== undefined && failure !== last?.failure) log('warn', 'search failed', { ...fields, reason: failure })
    else if (failure === undefined && last?.failure !== undefined) log('info', 'search succeeded again', fields)
  }

  #report(isLate: boolean, { module }: DiscoveredTarget): void {
    const { log } = this.#surroundings
    if (isLate && !this.#isLate)
      log('warn', 'searches are behind by an interval: use a longer one or fewer targets', { module: module.name })
    // Reported once until all have caught up.
    this.#isLate = isLate || (this.#isLate && this.#queue.length > 0)
  }
}

function isSearch(run: ModuleConfig['run']): run is Search['run'] {
  return run !== 'send'
}

/** Equal keys: the same search. Labels do not matter to it. */
function keyOf({ target, module: { name, run, interval, options } }: DiscoveredTarget): string {
  return JSON.stringify([formatTarget(target), name, run, interval, options])
}
