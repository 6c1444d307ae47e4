import { formatAddress } from '../../base/address.ts'
import { isAddress } from '../../base/ip.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { messageOf } from '../../base/thrown.ts'
import { resolveInChild } from '../../engine/resolve-in-child.ts'
import type { QueryFacts } from '../../facts/query.ts'
import { interruptedWithoutAddress, versionOf, withPort, type Targets } from '../target-addresses.ts'
import { ServerWait, type WaitHooks } from '../waiting.ts'
import type { QueryPlan } from './plan.ts'

/** Time between two lookups of a name without addresses. */
const RETRY_RESOLVE = SECOND / 2

/** `--wait-for`: resolves the name of a target until it has an address, and reports why the wait continues. */
export class ServiceWait {
  readonly #plan: QueryPlan
  readonly #signal: AbortSignal | undefined
  readonly #wait: ServerWait
  #addresses: Targets | undefined

  constructor(plan: QueryPlan, hooks: WaitHooks) {
    this.#plan = plan
    this.#signal = hooks.signal
    const { host } = plan.target
    this.#wait = new ServerWait(plan, hooks, isAddress(host) ? 'no answer yet' : `no address for ${host} yet`)
  }

  /** The time that is left. */
  get left(): Nanos {
    return Math.max(0, this.#plan.waitFor - this.#wait.elapsed)
  }

  /** The first addresses of the name. Rejects with `resolve` if it gets none in time, or the signal comes before. */
  async firstAddresses(): Promise<Targets> {
    for (;;) {
      try {
        return await this.#resolve()
      } catch (error) {
        if (this.#signal?.aborted === true) throw interruptedWithoutAddress(this.#plan.target)
        if (this.#wait.over.aborted) throw error
        this.#wait.reason = messageOf(error)
        await this.#wait.pause(RETRY_RESOLVE)
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
    if (reason !== this.#wait.reason) this.#wait.reason = reason
  }

  close(): void {
    this.#wait.close()
  }

  async #resolve(): Promise<Targets> {
    const { target } = this.#plan
    const found = await resolveInChild(target.host, versionOf(this.#plan), this.#wait.over)
    this.#addresses = withPort(found, target)
    return this.#addresses
  }
}
