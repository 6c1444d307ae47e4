import { UdptoolError } from '../../base/error.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { LongTimer } from '../../engine/long-timer.ts'
import { resolveHost, type Addresses, type Lookup } from '../../engine/resolve.ts'

/** Time until a failed lookup is tried again: at first, and at most. It doubles with each failure. */
const FIRST_RETRY: Nanos = SECOND
const LAST_RETRY: Nanos = 60 * SECOND

/** What names need from their surroundings. */
export interface NameSurroundings {
  readonly lookup: Lookup
  /** Number of lookups at the same time. */
  readonly concurrency: number
  /** Time after which a name is resolved again. */
  readonly refresh: Nanos
  readonly startTimer: (callback: () => void, duration: Nanos) => LongTimer
}

/** Gets what became of the lookups of a name. */
export interface NameListener {
  /** After each successful lookup, also if nothing has changed. */
  resolved(addresses: Addresses): void
  /** After each failed lookup. */
  failed(error: UdptoolError): void
}

interface Name {
  readonly host: string
  readonly only: 4 | 6 | undefined
  readonly listeners: Set<NameListener>
  failures: number
  /** The last outcome. */
  outcome?: Addresses | UdptoolError
  timer?: LongTimer
}

/**
 * Host names that are resolved again and again: each `refresh` after a success, sooner after a failure. A name is looked up once for all its
 * listeners, and only a few names at the same time, so that a silent name server does not pile up lookups.
 */
export class Names {
  readonly #surroundings: NameSurroundings
  readonly #names = new Map<string, Name>()
  readonly #queue: Name[] = []
  #refresh: Nanos
  #running = 0
  #isClosed = false

  constructor(surroundings: NameSurroundings) {
    this.#surroundings = surroundings
    this.#refresh = surroundings.refresh
  }

  /** Another time after which a name is resolved again, from its next lookup on. */
  setRefresh(refresh: Nanos): void {
    this.#refresh = refresh
  }

  /**
   * Resolves a host from now on, until the returned function is called. `only`: addresses of this IP version only. If the name is watched
   * already, the listener gets the last outcome at once.
   */
  watch(host: string, only: 4 | 6 | undefined, listener: NameListener): () => void {
    const key = `${only ?? ''} ${host}`
    const known = this.#names.get(key)
    const name: Name = known ?? { host, only, listeners: new Set(), failures: 0 }
    name.listeners.add(listener)
    if (known === undefined) {
      this.#names.set(key, name)
      this.#enqueue(name)
    } else if (known.outcome !== undefined) report(listener, known.outcome)
    return () => {
      name.listeners.delete(listener)
      if (name.listeners.size > 0 || this.#names.get(key) !== name) return
      this.#names.delete(key)
      name.timer?.cancel()
    }
  }

  /** Starts no further lookup, and calls no listener any more. */
  close(): void {
    this.#isClosed = true
    this.#queue.length = 0
    for (const { timer } of this.#names.values()) timer?.cancel()
  }

  #enqueue(name: Name): void {
    this.#queue.push(name)
    this.#advance()
  }

  #advance(): void {
    while (this.#running < this.#surroundings.concurrency) {
      const name = this.#queue.shift()
      if (name === undefined) return
      if (name.listeners.size === 0) continue
      this.#running += 1
      void this.#resolve(name)
    }
  }

  async #resolve(name: Name): Promise<void> {
    const outcome = await outcomeOf(name, this.#surroundings.lookup)
    this.#running -= 1
    if (this.#isClosed) return
    if (name.listeners.size > 0) this.#finish(name, outcome)
    this.#advance()
  }

  #finish(name: Name, outcome: Addresses | UdptoolError): void {
    const { startTimer } = this.#surroundings
    const refresh = this.#refresh
    name.outcome = outcome
    name.failures = outcome instanceof UdptoolError ? name.failures + 1 : 0
    const retry = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (name.failures - 1))
    name.timer = startTimer(() => this.#enqueue(name), name.failures === 0 ? refresh : Math.min(refresh, retry))
    for (const listener of name.listeners) report(listener, outcome)
  }
}

function report(listener: NameListener, outcome: Addresses | UdptoolError): void {
  if (outcome instanceof UdptoolError) listener.failed(outcome)
  else listener.resolved(outcome)
}

async function outcomeOf({ host, only }: Name, lookup: Lookup): Promise<Addresses | UdptoolError> {
  try {
    return await resolveHost(host, only, lookup)
  } catch (error) {
    if (error instanceof UdptoolError) return error
    throw error
  }
}
