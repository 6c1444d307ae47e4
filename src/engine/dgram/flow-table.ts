import type { RemoteInfo } from 'node:dgram'
import type { Address, Family } from '../../base/address.ts'

/**
 * Numbers for peers, so that a machine needs no addresses. Bounded: the peer that has been silent longest is evicted. A peer that sends to
 * two of our addresses has two numbers.
 */
export class FlowTable {
  readonly #family: Family
  readonly #most: number
  readonly #evict: (flow: number) => void
  readonly #peers: Address[] = []
  readonly #ways: number[] = []
  /** In order of last use, as far as `find` maintains it. */
  readonly #numbers = new Map<string, number>()
  #latestKey = ''
  #latest = -1
  #latestAddress = ''
  #latestPort = -1
  #latestWay = -1

  constructor(family: Family, most: number, evict: (flow: number) => void) {
    this.#family = family
    this.#most = most
    this.#evict = evict
  }

  /** The number of a peer that sent to the socket `via`. A new peer gets a new number. */
  find(from: RemoteInfo, via: number): number {
    if (from.port === this.#latestPort && from.address === this.#latestAddress && via === this.#latestWay) {
      return this.#latest
    }
    const key = `${via} ${from.address} ${from.port}`
    let number = this.#numbers.get(key)
    if (number === undefined) number = this.#add(key, from, via)
    else if (this.#numbers.size * 2 > this.#most) {
      // Maintaining the order costs time, so do it only when the table is more than half full.
      this.#numbers.delete(key)
      this.#numbers.set(key, number)
    }
    this.#latestKey = key
    this.#latest = number
    this.#latestAddress = from.address
    this.#latestPort = from.port
    this.#latestWay = via
    return number
  }

  peer(flow: number): Address {
    return this.#peers[flow] ?? { address: '0.0.0.0', port: 0, family: this.#family }
  }

  /** The socket for answers to the peer. */
  via(flow: number): number {
    return this.#ways[flow] ?? 0
  }

  #add(key: string, from: RemoteInfo, via: number): number {
    let number = this.#peers.length
    if (this.#numbers.size >= this.#most) {
      const oldest = this.#numbers.entries().next()
      if (oldest.done !== true) {
        const [oldKey, oldNumber] = oldest.value
        this.#numbers.delete(oldKey)
        this.#evict(oldNumber)
        number = oldNumber
        if (oldKey === this.#latestKey) this.#latestPort = -1
      }
    }
    this.#peers[number] = { address: from.address, port: from.port, family: this.#family }
    this.#ways[number] = via
    this.#numbers.set(key, number)
    return number
  }
}
