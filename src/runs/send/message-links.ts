import { isError } from '../../base/thrown.ts'
import type { Address } from '../../base/address.ts'
import { errnoName } from '../../base/errno.ts'
import type { Answer } from '../../engine/exchange.ts'
import { MessageExchange } from '../../engine/message-exchange.ts'
import { errorNumber } from '../../engine/socket-error.ts'
import type { SendPlan } from './plan.ts'
import type { Targets } from '../target-addresses.ts'

type Reply = Extract<Answer, { readonly kind: 'reply' }>
type Late = (seq: number, reply: Reply) => void

/** One address of a name, and its exchange once it has started. */
interface Link {
  readonly address: Address
  exchange?: MessageExchange
  /** The messages sent to it, in order. */
  readonly seqs: number[]
}

/**
 * A conversation with the address of a name that replies first. Until one has, each message is sent to one address after the other. It goes
 * to the next if this host cannot send to an address, an ICMP error comes back, or no reply comes in time.
 */
export class MessageLinks {
  readonly #plan: SendPlan
  readonly #late: Late
  readonly #signal: AbortSignal | undefined
  #links: readonly Link[]
  #current: Link
  #count = 0

  private constructor(plan: SendPlan, [first, ...others]: Targets, late: Late, signal: AbortSignal | undefined) {
    this.#plan = plan
    this.#late = late
    this.#signal = signal
    this.#current = { address: first, seqs: [] }
    this.#links = [this.#current, ...others.map(address => ({ address, seqs: [] }))]
  }

  /** Opens the first socket that can be opened. Rejects with a UdptoolError if none can. */
  static async open(plan: SendPlan, targets: Targets, late: Late, signal?: AbortSignal): Promise<MessageLinks> {
    const links = new MessageLinks(plan, targets, late, signal)
    let failure: unknown
    for (const link of links.#links) {
      try {
        await links.#exchangeOf(link)
        links.#current = link
        return links
      } catch (error) {
        failure ??= error
      }
    }
    throw failure
  }

  /** The address that replied, or else the first. */
  get target(): Address {
    return this.#current.address
  }

  get duplicates(): number {
    return this.#links.reduce((sum, { exchange }) => sum + (exchange?.duplicates ?? 0), 0)
  }

  get unidentified(): number {
    return this.#links.reduce((sum, { exchange }) => sum + (exchange?.unidentified ?? 0), 0)
  }

  /** Sends a message and waits for its reply or the timeout, at each address if necessary. */
  async ask(bytes: Uint8Array): Promise<Answer> {
    const seq = this.#count
    this.#count += 1
    let best: Answer | undefined
    for (const link of this.#links) {
      const answer = await this.#askAt(link, seq, bytes)
      if (answer.kind === 'reply') {
        this.#settle(link)
        return answer
      }
      // Prefer silence over a refusal, because a late reply can still come.
      if (best === undefined || (best.kind !== 'silence' && answer.kind === 'silence')) {
        best = answer
        this.#current = link
      }
      if (this.#signal?.aborted === true) break
    }
    return best ?? { kind: 'silence' }
  }

  async linger(): Promise<void> {
    await Promise.all(this.#links.map(async ({ exchange }) => exchange?.linger()))
  }

  close(): void {
    for (const { exchange } of this.#links) exchange?.close()
  }

  async #askAt(link: Link, seq: number, bytes: Uint8Array): Promise<Answer> {
    try {
      const exchange = await this.#exchangeOf(link)
      link.seqs.push(seq)
      return await exchange.ask(bytes)
    } catch (error) {
      if (this.#links.length === 1) throw error
      const cause = isError(error) ? error.cause : error
      return { kind: 'refused', error: errnoName(errorNumber(cause)) }
    }
  }

  async #exchangeOf(link: Link): Promise<MessageExchange> {
    if (link.exchange !== undefined) return link.exchange
    const { sockets, probe } = this.#plan
    // Only one socket can have the port that the user chose.
    if (sockets.bind !== undefined && sockets.bind.port !== 0) this.#closeOthers(link)
    link.exchange = await MessageExchange.open({
      sockets: { ...sockets, target: link.address },
      timeout: probe.timeout,
      linger: probe.linger,
      late: (number, reply) => {
        const seq = link.seqs[number]
        if (seq === undefined) return
        this.#current = link
        this.#late(seq, reply)
      },
    })
    return link.exchange
  }

  /** This address replied, so all later messages go there. */
  #settle(link: Link): void {
    this.#current = link
    if (this.#links.length === 1) return
    this.#closeOthers(link)
    this.#links = [link]
  }

  #closeOthers(kept: Link): void {
    for (const link of this.#links) {
      if (link === kept) continue
      link.exchange?.close()
      delete link.exchange
      link.seqs.length = 0
    }
  }
}
