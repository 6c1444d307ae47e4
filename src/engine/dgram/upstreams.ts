import type { RemoteInfo } from 'node:dgram'
import type { Address, Family } from '../../base/address.ts'
import type { Nanos } from '../../base/nanos.ts'
import type { Upstream } from './upstream.ts'

/** The clients of a relay by address and by number, each with its upstream socket: bounded, the longest idle gives up its place. */
export class Upstreams {
  readonly #family: Family
  readonly #most: number
  readonly #open: (flow: number, client: Address) => Upstream
  readonly #close: (flow: number, upstream: Upstream) => void
  readonly #numbers = new Map<string, number>()
  readonly #upstreams: (Upstream | undefined)[] = []
  readonly #free: number[] = []
  evicted = 0

  constructor(
    family: Family,
    most: number,
    open: (flow: number, client: Address) => Upstream,
    close: (flow: number, upstream: Upstream) => void,
  ) {
    this.#family = family
    this.#most = most
    this.#open = open
    this.#close = close
  }

  /** The number of a client; a new one, with a new socket, if it has none. */
  find(from: RemoteInfo): number {
    const key = `${from.address} ${from.port}`
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    if (this.#numbers.size >= this.#most) {
      this.#evict()
      this.evicted += 1
    }
    const flow = this.#free.pop() ?? this.#upstreams.length
    this.#numbers.set(key, flow)
    this.#upstreams[flow] = this.#open(flow, { address: from.address, port: from.port, family: this.#family })
    return flow
  }

  get(flow: number): Upstream | undefined {
    return this.#upstreams[flow]
  }

  /** Forgets those that were not used since. */
  expire(since: Nanos): void {
    for (const [key, flow] of this.#numbers) {
      const upstream = this.#upstreams[flow]
      if (upstream !== undefined && upstream.usedAt < since) this.#remove(key, flow, upstream)
    }
  }

  *[Symbol.iterator](): Generator<Upstream> {
    for (const upstream of this.#upstreams) if (upstream !== undefined) yield upstream
  }

  #evict(): void {
    let oldest: { readonly key: string; readonly flow: number; readonly upstream: Upstream } | undefined
    for (const [key, flow] of this.#numbers) {
      const upstream = this.#upstreams[flow]
      if (upstream === undefined) continue
      if (oldest === undefined || upstream.usedAt < oldest.upstream.usedAt) oldest = { key, flow, upstream }
    }
    if (oldest !== undefined) this.#remove(oldest.key, oldest.flow, oldest.upstream)
  }

  #remove(key: string, flow: number, upstream: Upstream): void {
    this.#close(flow, upstream)
    this.#numbers.delete(key)
    this.#upstreams[flow] = undefined
    this.#free.push(flow)
  }
}
