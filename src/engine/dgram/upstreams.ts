import type { Address } from '../../base/address.ts'
import type { Nanos } from '../../base/nanos.ts'
import { sourceOf, type Source } from '../../machines/guard.ts'
import type { Upstream } from './upstream.ts'

/** Off loopback, one network (/24, /56) may use at most a quarter of the table, but at least this number of clients. */
const NETWORK_SHARE = 0.25
const LEAST_OF_NETWORK = 1024
/** Clients that sent only one datagram may use this share of the table. Beyond it, the next one replaces one of them. */
const FRESH_SHARE = 0.25

interface Client {
  readonly key: string
  readonly flow: number
  readonly upstream: Upstream
  /** Clients of the same network off loopback, in order of arrival. */
  readonly neighbours: Set<Client> | undefined
  /** It sent more than one datagram. */
  settled: boolean
}

/**
 * The clients of a relay by address and by number, each with its upstream socket, in order of last use. The table is bounded: if it is
 * full, the client idle longest is evicted, and if clients that sent only one datagram use up their share, one of those. So a flood of
 * forged source addresses gets at most that share from clients that stay. The cost of an operation does not depend on the number of clients.
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
  /** Idle longest first. */
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

  /** The number of a known client. */
  find(key: string): number | undefined {
    return this.#numbers.get(key)
  }

  /** Adds a client with a new socket. Returns its number. */
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

  /** Marks a client as used: a datagram came from it or for it. */
  use(flow: number, now: Nanos): void {
    const client = this.#clients[flow]
    if (client === undefined) return
    client.upstream.usedAt = now
    const order = client.settled ? this.#settled : this.#fresh
    order.delete(client)
    order.add(client)
  }

  /** The client sent another datagram. */
  settle(flow: number): void {
    const client = this.#clients[flow]
    if (client === undefined || client.settled) return
    client.settled = true
    this.#fresh.delete(client)
    this.#settled.add(client)
  }

  /** Removes clients that were not used since. */
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

  /** The set from which the next client is evicted. */
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
