import { UdptoolError } from '../../base/error.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { LongTimer } from '../../engine/long-timer.ts'
import { resolveHost, type Lookup } from '../../engine/resolve.ts'
import type { OwnHost } from './own-host.ts'

/** What the names of this host need from their surroundings. */
export interface SelfSurroundings {
  readonly own: OwnHost
  readonly lookup: Lookup
  readonly startTimer: (callback: () => void, duration: Nanos) => LongTimer
  /** A name is that of another host after all. */
  readonly onChange: () => void
}

const RETRY: Nanos = 60 * SECOND

/**
 * Which names are this host. A name that begins with the hostname is taken for it, until a lookup finds only addresses of others. There are
 * few such names, so their lookups need no bound.
 */
export class SelfNames {
  readonly #surroundings: SelfSurroundings
  /** Whether names that may be this host are it. */
  readonly #isSelf = new Map<string, boolean>()
  readonly #timers = new Map<string, LongTimer>()
  #isClosed = false

  constructor(surroundings: SelfSurroundings) {
    this.#surroundings = surroundings
  }

  readonly isSelf = (host: string): boolean => {
    const known = this.#surroundings.own.isSelf(host)
    if (known !== 'maybe') return known
    const found = this.#isSelf.get(host)
    if (found !== undefined) return found
    this.#isSelf.set(host, true)
    void this.#ask(host)
    return true
  }

  /** Asks nothing more, and calls nobody. */
  close(): void {
    this.#isClosed = true
    for (const timer of this.#timers.values()) timer.cancel()
  }

  async #ask(host: string): Promise<void> {
    const { own, lookup, startTimer, onChange } = this.#surroundings
    let isSelf
    try {
      const addresses = await resolveHost(host, undefined, lookup)
      isSelf = addresses.some(({ address }) => own.isSelf(address) === true)
    } catch (error) {
      if (!(error instanceof UdptoolError)) throw error
    }
    if (this.#isClosed) return
    if (isSelf === undefined)
      this.#timers.set(
        host,
        startTimer(() => void this.#ask(host), RETRY),
      )
    if (isSelf !== false) return
    this.#isSelf.set(host, false)
    onChange()
  }
}
