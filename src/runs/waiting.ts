import { setTimeout as pause } from 'node:timers/promises'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { Target } from '../base/target.ts'
import { startTimer, type LongTimer } from '../engine/long-timer.ts'

/** The state of a wait for a server. */
export interface Waiting {
  /** The host as written. */
  readonly host: string
  readonly port: number
  /** Why the wait continues, as a clause. */
  readonly reason: string
  readonly elapsed: Nanos
  /** `--wait-for` */
  readonly atMost: Nanos
}

/** How often a wait is reported, ms. */
const REPORT_MS = 500

export interface WaitPlan {
  readonly target: Target
  /** `--wait-for` */
  readonly waitFor: Nanos
}

/** Callbacks of a wait. */
export interface WaitHooks {
  /** Ends it before its time. */
  readonly signal?: AbortSignal | undefined
  /** Called twice per second, and when the reason changes. */
  readonly onWait?: ((waiting: Waiting) => void) | undefined
}

/** A wait for a server: its time, its reports, and its end. Call `close` when it is over. */
export class ServerWait {
  readonly #plan: WaitPlan
  readonly #hooks: WaitHooks
  readonly #start = performance.now()
  readonly #over = new AbortController()
  readonly #deadline: LongTimer
  readonly #reports: NodeJS.Timeout
  #reason: string

  /** @param reason why the wait continues at first, as a clause */
  constructor(plan: WaitPlan, hooks: WaitHooks, reason: string) {
    this.#plan = plan
    this.#hooks = hooks
    this.#reason = reason
    this.#deadline = startTimer(this.#end, plan.waitFor)
    this.#reports = setInterval(this.#report, REPORT_MS)
    if (hooks.signal?.aborted === true) this.#end()
    hooks.signal?.addEventListener('abort', this.#end)
  }

  get elapsed(): Nanos {
    return (performance.now() - this.#start) * MILLISECOND
  }

  /** Aborted by the signal, when the time is over, or by `close`. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  get reason(): string {
    return this.#reason
  }

  /** Changes the reason and reports it. */
  set reason(reason: string) {
    this.#reason = reason
    this.#report()
  }

  /** Resolves after the duration, or when the wait is over. */
  async pause(duration: Nanos): Promise<void> {
    await pause(duration / MILLISECOND, undefined, { signal: this.over }).catch(() => {})
  }

  /** Ends reports, and lookups and checks that use `over`. */
  close(): void {
    this.#deadline.cancel()
    clearInterval(this.#reports)
    this.#hooks.signal?.removeEventListener('abort', this.#end)
    this.#end()
  }

  readonly #report = (): void => {
    const { target, waitFor } = this.#plan
    this.#hooks.onWait?.({ ...target, reason: this.#reason, elapsed: this.elapsed, atMost: waitFor })
  }

  readonly #end = (): void => this.#over.abort()
}
