import type { Address } from '../base/address.ts'
import { bucketDepths, type BucketDepths } from '../base/answer-cap.ts'
import { parseCidr, type Cidr } from '../base/cidr.ts'
import { isLoopback } from '../base/ip.ts'
import { SECOND, type Nanos } from '../base/nanos.ts'
import { isServicePort } from '../base/service-ports.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import { AnswerCaps } from './answer-caps.ts'
import { UnreachableAddresses } from './unreachable-addresses.ts'
import { sourceNetwork, type SourceNetwork } from './source-network.ts'

/** Longest wait in the receive buffer that the caps take into account. */
const LONGEST_WAIT: Nanos = SECOND

/** The source of a request, as far as the caps depend on it. */
export interface Source {
  readonly host: string
  readonly network: SourceNetwork
  readonly loopback: boolean
}

export function sourceOf(address: string): Source {
  return { host: address, network: sourceNetwork(address), loopback: isLoopback(address) }
}

/** Decides who may be answered, and how often. */
export class Guard {
  readonly #ownPort: number
  readonly #allow: readonly Cidr[]
  readonly #deny: readonly Cidr[]
  readonly #everybody: BucketDepths | undefined
  readonly #ofSource: BucketDepths | undefined
  readonly #holdsOnLoopback: boolean
  #caps: AnswerCaps | undefined
  readonly #unreachable = new UnreachableAddresses()

  /** @param caps shared with the other threads of the same server; created on first use if absent */
  constructor(plan: ResponderPlan, ownPort: number, caps?: AnswerCaps) {
    const { answers, bytes, onLoopback } = plan.sourceCap
    this.#ownPort = ownPort
    this.#allow = plan.allow.map(text => parseCidr(text, '--allow'))
    this.#deny = plan.deny.map(text => parseCidr(text, '--deny'))
    this.#everybody = plan.maxRate === undefined ? undefined : bucketDepths({ answers: plan.maxRate })
    this.#ofSource = answers === undefined && bytes === undefined ? undefined : bucketDepths(plan.sourceCap)
    this.#holdsOnLoopback = onLoopback
    this.#caps = caps
  }

  /** Whether the address is on the deny list, or not on the allow list. */
  denies(peer: Address): boolean {
    const inside = (block: Cidr): boolean => block.contains(peer.address)
    return this.#deny.some(inside) || (this.#allow.length > 0 && !this.#allow.some(inside))
  }

  /** Whether datagrams from this port are never answered. */
  refusesPort(peer: Address): boolean {
    return peer.port === this.#ownPort || isServicePort(peer.port)
  }

  /**
   * Takes an answer of this many bytes from the caps; returns the reason if one of them is used up.
   * @param forReceipts the answer is one to a receipts request
   * @param arrived when the request arrived: after a pause of the server the bucket of that time still counts
   */
  withhold(
    { host, network, loopback }: Source,
    bytes: number,
    forReceipts: boolean,
    arrived: Nanos,
    now: Nanos,
  ): 'unreachable' | 'sourceRate' | 'rate' | undefined {
    if (this.#unreachable.refuses(host, now)) return 'unreachable'
    const caps = (this.#caps ??= new AnswerCaps(AnswerCaps.memory(0)))
    const at = Math.min(now, Math.max(arrived, now - LONGEST_WAIT))
    const ofSource = loopback && !this.#holdsOnLoopback ? undefined : this.#ofSource
    if (ofSource !== undefined && !caps.take(network, ofSource, bytes, forReceipts, at)) return 'sourceRate'
    if (this.#everybody !== undefined && !caps.takeOfAll(this.#everybody, bytes, forReceipts, at)) return 'rate'
    return undefined
  }

  /** Suspends answers to an address for a while, because this host cannot reach it. */
  suspend(address: string, now: Nanos): void {
    this.#unreachable.add(address, now)
  }

  /** Whether any number of answers may be sent there at any time: answers to an address off loopback may be suspended. */
  isUnlimited({ loopback }: Source): boolean {
    return loopback && this.#everybody === undefined && (this.#ofSource === undefined || !this.#holdsOnLoopback)
  }
}
