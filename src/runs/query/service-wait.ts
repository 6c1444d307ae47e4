import { setTimeout as pause } from 'node:timers/promises'
import { formatAddress } from '../../base/address.ts'
import { isAddress } from '../../base/ip.ts'
import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import { messageOf } from '../../base/thrown.ts'
import { startTimer, type LongTimer } from '../../engine/long-timer.ts'
import { resolveInChild } from '../../engine/resolve-in-child.ts'
import type { QueryFacts } from '../../facts/query.ts'
import { interruptedWithoutAddress, versionOf, withPort, type Targets } from '../target-addresses.ts'
import { REPORT_MS, type Waiting } from '../waiting.ts'
import type { QueryPlan } from './plan.ts'

/** Time between two lookups of a name without addresses, ms. */
const RESOLVE_MS = 500

/** `--wait-for`: resolves the name of a target until it has an address, and reports why the wait continues. */
export class ServiceWait {
  readonly #plan: QueryPlan
  readonly #signal: AbortSignal | undefined
  readonly #onWait: ((waiting: Waiting) => void) | undefined
  readonly #start = performance.now()
  /** Aborted by the signal, or when the time is over. */
  readonly #over = new AbortController()
  readonly #deadline: LongTimer
  readonly #reports: NodeJS.Timeout
  #reason: string
  #addresses: Targets | undefined

  constructor(plan: QueryPlan, signal: AbortSignal | undefined, onWait: ((waiting: Waiting) => void) | undefined) {
    this.#plan = plan
    this.#signal = signal
    this.#onWait = onWait
    const { host } = plan.target
    this.#reason = isAddress(host) ? 'no answer yet' : `no address for ${host} yet`
    this.#deadline = startTimer(this.#end, plan.waitFor)
    this.#reports = setInterval(this.#report, REPORT_MS)
    if (signal?.aborted === true) this.#end()
    signal?.addEventListener('abort', this.#end)
  }

  /** The time that is left. */
  get left(): Nanos {
    return Math.max(0, this.#plan.waitFor - this.#elapsed)
  }

  /** The first addresses of the name. Rejects with `resolve` if it gets none in time, or the signal comes before. */
  async firstAddresses(): Promise<Targets> {
    for (;;) {
      try {
        return await this.#resolve()
      } catch (error) {
        if (this.#signal?.aborted === true) throw interruptedWithoutAddress(this.#plan.target)
        if (this.#over.signal.aborted) throw error
        this.#tell(messageOf(error))
        await pause(RESOLVE_MS, undefined, { signal: this.#over.signal }).catch(() => {})
      }
    }
  }

  /** The addresses as of now. If the name does not resolve any more, its last ones. */
  async nextAddresses(known: Targets): Promise<Targets> {
    try {
      return await this.#resolve()
    } catch {
      return this.#addresses ?? known
    }
  }

  /** Takes the reason of the wait from the last request. The first answer ends it. */
  look({ requests }: QueryFacts): void {
    const last = requests.at(-1)
    if (last === undefined || last.fate === 'unfinished') return
    if (last.fate === 'answered') {
      this.close()
      return
    }
    const at = formatAddress(last.target)
    const { error } = last
    const reason =
      error === undefined
        ? `${at} does not answer`
        : error === 'ECONNREFUSED'
          ? `nothing listens at ${at}`
          : `${at} cannot be reached (${error})`
    if (reason !== this.#reason) this.#tell(reason)
  }

  close(): void {
    this.#deadline.cancel()
    clearInterval(this.#reports)
    this.#signal?.removeEventListener('abort', this.#end)
  }

  get #elapsed(): Nanos {
    return (performance.now() - this.#start) * MILLISECOND
  }

  async #resolve(): Promise<Targets> {
    const { target } = this.#plan
    const found = await resolveInChild(target.host, versionOf(this.#plan), this.#over.signal)
    this.#addresses = withPort(found, target)
    return this.#addresses
  }

  #tell(reason: string): void {
    this.#reason = reason
    this.#report()
  }

  readonly #report = (): void => {
    const { target, waitFor } = this.#plan
    this.#onWait?.({ ...target, reason: this.#reason, elapsed: this.#elapsed, atMost: waitFor })
  }

  readonly #end = (): void => this.#over.abort()
}
