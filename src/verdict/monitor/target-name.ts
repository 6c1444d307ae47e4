import { formatAddress, type Address } from '../../base/address.ts'
import type { EventLog } from './events/event-log.ts'

/** The name of a target, and the address that it has now. */
export class TargetName {
  /** Number of failed resolutions. */
  failures = 0
  readonly #target: string
  readonly #log: EventLog
  #address: Address | undefined
  /** Why the last resolution failed. Undefined: it did not. */
  #failure: string | undefined

  /** @param target host:port */
  constructor(target: string, log: EventLog) {
    this.#target = target
    this.#log = log
  }

  /** The last one that it had. */
  get address(): Address | undefined {
    return this.#address
  }

  /** Why it has no address. */
  get missing(): string {
    return this.#failure === undefined
      ? `${this.#host} is being resolved`
      : `${this.#host} cannot be resolved: ${this.#failure}`
  }

  resolved(address: Address, steadyMs: number): void {
    const before = this.#address
    const hadFailed = this.#failure !== undefined
    this.#address = address
    this.#failure = undefined
    // The target is an address itself.
    if (formatAddress(address) === this.#target) return
    if (before !== undefined && before.address !== address.address)
      this.#log.add('addressChanged', steadyMs, `${this.#host} is ${address.address} now, was ${before.address}`)
    else if (before === undefined) this.#log.add('resolved', steadyMs, `${this.#host} is ${address.address}`)
    else if (hadFailed) this.#log.add('resolved', steadyMs, `${this.#host} is ${address.address} again`)
  }

  failed(message: string, steadyMs: number): void {
    this.failures += 1
    const isKnown = this.#failure !== undefined
    this.#failure = message
    // It fails again every minute.
    if (isKnown) return
    const still = this.#address === undefined ? '' : `; ${this.#address.address} is still probed`
    this.#log.add('resolveFailed', steadyMs, `${this.#host} cannot be resolved: ${message}${still}`)
  }

  get #host(): string {
    return this.#target.slice(0, Math.max(0, this.#target.lastIndexOf(':')))
  }
}
