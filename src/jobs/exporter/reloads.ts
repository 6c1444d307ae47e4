import { messageOf } from '../../base/thrown.ts'
import type { Log } from '../log.ts'

/** How the last attempt to read the configuration ended. */
export interface ReloadState {
  /** When a configuration was last taken, ms since 1970. */
  readonly succeededAt: number
  /** Why the last attempt failed. Absent: it did not. */
  readonly failure?: string
}

/** Reloads one after the other, and remembers how the last one ended. */
export class Reloads {
  readonly #load: () => Promise<void>
  readonly #log: Log
  #state: ReloadState = { succeededAt: Date.now() }
  #settled: Promise<void> = Promise.resolve()
  /** A reload that has not begun yet, and so will read what is in the file now. */
  #next: Promise<void> | undefined

  /** The configuration was just read for the first time. */
  constructor(load: () => Promise<void>, log: Log) {
    this.#load = load
    this.#log = log
  }

  get state(): ReloadState {
    return this.#state
  }

  /** Loads after a load that is running. Several callers that wait for the same load share the next one. Rejects if it fails. */
  async reload(): Promise<void> {
    if (this.#next === undefined) {
      this.#next = this.#after(this.#settled)
      this.#settled = this.#next.catch(() => {})
    }
    return this.#next
  }

  async #after(settled: Promise<void>): Promise<void> {
    await settled
    this.#next = undefined
    await this.#run()
  }

  async #run(): Promise<void> {
    try {
      await this.#load()
    } catch (error) {
      const failure = messageOf(error)
      this.#state = { ...this.#state, failure }
      this.#log('error', 'configuration not reloaded, the old one stays', { reason: failure })
      throw error
    }
    this.#state = { succeededAt: Date.now() }
    this.#log('info', 'configuration reloaded')
  }
}
