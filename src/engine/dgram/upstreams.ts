import type { Address } from '../../base/address.ts'
import type { Nanos } from '../../base/nanos.ts'
import { sourceOf, type Source } from '../../machines/guard.ts'
import type { Upstream } from './upstream.ts'

/** Off loopback one network (/24, /56) has at most a quarter of the table, but at least so many clients. */
const NETWORK_SHARE = 0.25
const LEAST_OF_NETWORK = 1024
/** Clients that sent one datagram only may keep this share of the table: beyond it the next one takes the place of one of them. */
const FRESH_SHARE = 0.25

interface Client {
  readonly key: string
  readonly flow: number
  readonly upstream: Upstream
  /** Those of the same network off loopback, in order of their arrival. */
  readonly neighbours: Set<Client> | undefined
  /** Sent more than one datagram. */
  settled: boolean
}

/**
 * The clients of a relay by address and by number, each with its upstream socket, in order of their last use. The table is bounded: where
 * it is full the longest idle gives up its place, and clients that sent one datagram only give it up first, so that a flood of forged
 * source addresses takes no place from clients that stay. No operation takes longer in a fuller table.
 */
export class Upstreams {
  readonly #most: number
  readonly #mostFresh: number
  readonly #mostOfNetwork: number
  readonly #open: (flow: number, client: Address, via: number) => Upstream
  readonly #close: (flow: number, upstream: Upstream) => void
  readonly #numbers = new Map<string, number>()
  readonly #clients: (Client | undefined)[] = []
  readonly #free: number[] = []
  /** Longest idle first. */
  readonly #fresh = new Set<Client>()
  readonly #settled = new Set<Client>()
  readonly #networks = new Map<string, Set<Client>>()
  evicted = 0

  constructor(
    most: number,
    open: (flow: number, client: Address, via: number) => Upstream,
    close: (flow: number, upstream: Upstream) => void,
  ) {
    this.#most = most
    this.#mostFresh = Math.max(1, Math.floor(most * FRESH_SHARE))
    this.#mostOfNetwork = Math.max(LEAST_OF_NETWORK, most * NETWORK_SHARE)
    this.#open = open
    this.#close = close
  }

  /** The number of a client that has a place. */
  find(key: string): number | undefined {
    return this.#numbers.get(key)
  }

  /** Gives a new client a place and a socket; its number. */
  add(key: string, address: Address, via: number, now: Nanos): number {
    const network = networkOf(sourceOf(address.address))
    const crowded = network === undefined ? undefined : this.#networks.get(network)
    if (crowded !== undefined && crowded.size >= this.#mostOfNetwork) this.#evict(crowded)
    else if (this.#numbers.size >= this.#most) this.#evict(this.#order())
    const flow = this.#free.pop() ?? this.#clients.length
    const upstream = this.#open(flow, address, via)
    upstream.usedAt = now
    const client: Client = { key, flow, upstream, neighbours: this.#neighbours(network), settled: false }
    client.neighbours?.add(client)
    this.#numbers.set(key, flow)
    this.#clients[flow] = client
    this.#fresh.add(client)
    return flow
  }

  get(flow: number): Upstream | undefined {
    return this.#clients[flow]?.upstream
  }

  /** Something came from the client or for it. */
  use(flow: number, now: Nanos): void {
    const client = this.#clients[flow]
    if (client === undefined) return
    client.upstream.usedAt = now
    const order = client.settled ? this.#settled : this.#fresh
    order.delete(client)
    order.add(client)
  }

  /** The client sent one more datagram. */
  settle(flow: number): void {
    const client = this.#clients[flow]
    if (client === undefined || client.settled) return
    client.settled = true
    this.#fresh.delete(client)
    this.#settled.add(client)
  }

  /** Removes those that were not used since. */
  expire(since: Nanos): void {
    for (const order of [this.#fresh, this.#settled]) {
      for (const client of order) {
        if (client.upstream.usedAt >= since) break
        this.#remove(client)
      }
    }
  }

  removeUnanswered(): void {
    for (const client of this.#clients) if (client?.upstream.opening !== undefined) this.#remove(client)
  }

  *[Symbol.iterator](): Generator<Upstream> {
    for (const client of this.#clients) if (client !== undefined) yield client.upstream
  }

  /** In which a client is found that gives up its place. */
  #order(): Set<Client> {
    const [first, second] =
      this.#fresh.size >= this.#mostFresh ? [this.#fresh, this.#settled] : [this.#settled, this.#fresh]
    return first.size > 0 ? first : second
  }

  #evict([oldest]: Iterable<Client>): void {
    if (oldest === undefined) return
    this.evicted += 1
    this.#remove(oldest)
  }

  #neighbours(network: string | undefined): Set<Client> | undefined {
    if (network === undefined) return undefined
    const known = this.#networks.get(network)
    if (known !== undefined) return known
    const made = new Set<Client>()
    this.#networks.set(network, made)
    return made
  }

  #remove(client: Client): void {
    const { key, flow, upstream } = client
    this.#close(flow, upstream)
    this.#numbers.delete(key)
    this.#clients[flow] = undefined
    this.#fresh.delete(client)
    this.#settled.delete(client)
    client.neighbours?.delete(client)
    if (client.neighbours?.size === 0) this.#networks.delete(networkOf(upstream.source) ?? '')
    this.#free.push(flow)
  }
}

function networkOf({ network: { high, low }, loopback }: Source): string | undefined {
  return loopback ? undefined : `${high} ${low}`
}
