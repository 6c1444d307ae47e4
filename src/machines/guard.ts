import type { Address } from '../base/address.ts'
import { parseCidr, type Cidr } from '../base/cidr.ts'
import type { Nanos } from '../base/nanos.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import { isServicePort } from './service-ports.ts'
import { TokenBucket } from './token-bucket.ts'

/** Source addresses whose rates are remembered at once. */
const MOST_SOURCES = 65_536

/** Who asks, as far as a rate depends on it. */
export interface Source {
  readonly address: Address
  readonly loopback: boolean
}

/** Who may be answered, and how often. */
export class Guard {
  readonly #plan: ResponderPlan
  readonly #ownPort: number
  readonly #allow: readonly Cidr[]
  readonly #deny: readonly Cidr[]
  readonly #everyone: TokenBucket | undefined
  readonly #sources = new Map<string, TokenBucket>()

  constructor(plan: ResponderPlan, ownPort: number, now: Nanos) {
    this.#plan = plan
    this.#ownPort = ownPort
    this.#allow = plan.allow.map(text => parseCidr(text, '--allow'))
    this.#deny = plan.deny.map(text => parseCidr(text, '--deny'))
    this.#everyone = plan.maxRate === undefined ? undefined : new TokenBucket(plan.maxRate, now)
  }

  /** Whether the address is on the deny list, or missing on the allow list. */
  denies(peer: Address): boolean {
    const inside = (block: Cidr): boolean => block.contains(peer.address)
    return this.#deny.some(inside) || (this.#allow.length > 0 && !this.#allow.some(inside))
  }

  /** Whether plain data from this port must stay unanswered. */
  refusesPlainFrom(peer: Address): boolean {
    return peer.port === this.#ownPort || isServicePort(peer.port)
  }

  /** Takes one answer out of the allowances; the reason if one is used up. */
  withhold({ address, loopback }: Source, plain: boolean, now: Nanos): 'sourceRate' | 'rate' | undefined {
    const rate = this.#rateOf(loopback, plain)
    if (rate !== undefined && !this.#source(address.address, rate, now).take(now)) return 'sourceRate'
    if (this.#everyone !== undefined && !this.#everyone.take(now)) return 'rate'
    return undefined
  }

  /** Whether any number of answers to plain data may go there. */
  isUnlimited({ loopback }: Source): boolean {
    return this.#everyone === undefined && this.#rateOf(loopback, true) === undefined
  }

  #rateOf(loopback: boolean, plain: boolean): number | undefined {
    return this.#plan.maxRatePerSource ?? (plain && !loopback ? this.#plan.plainRatePerSource : undefined)
  }

  #source(address: string, rate: number, now: Nanos): TokenBucket {
    const known = this.#sources.get(address)
    if (known !== undefined) return known
    if (this.#sources.size >= MOST_SOURCES) {
      const oldest = this.#sources.keys().next()
      if (oldest.done !== true) this.#sources.delete(oldest.value)
    }
    const bucket = new TokenBucket(rate, now)
    this.#sources.set(address, bucket)
    return bucket
  }
}
