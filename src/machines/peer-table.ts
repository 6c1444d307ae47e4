import type { Address } from '../base/address.ts'
import { NAMED_PEERS, type ServerFacts } from '../facts/server.ts'
import { sourceOf, type Guard, type Source } from './guard.ts'
import type { Environment } from './machine.ts'
import { PeerCounts } from './peer-counts.ts'
import type { Run } from './run-memory.ts'

/** A server's data about one peer, besides its counts. */
export interface Peer extends Source {
  readonly number: number
  readonly address: Address
  /** Address and port; the keys of its runs begin with it. */
  readonly key: string
  readonly denied: boolean
  /**
   * Its traffic, and the damaged part of it, at its latest intact probe: later datagrams may belong to a run that has not begun for this server
   * yet.
   */
  trafficBefore: number
  damagedBefore: number
  /** The run of its latest probe, which saves a lookup by key for the next; -1: it sent none. */
  runNumber: number
  run: Run | undefined
}

/** State of a number: unused, used, or used by a peer whose plain data is always answered. */
const NOBODY = 0
const SOMEBODY = 1
const OPEN = 2

/** The peers by the engine's flow numbers. The engine bounds the numbers, and reuses one after `evict`. */
export class PeerTable {
  readonly counts: PeerCounts
  readonly #environment: Environment
  readonly #guard: Guard
  readonly #standing: Uint8Array
  /** Only peers that need more than their standing: thousands may send plain data, and an object for each would miss the cache. */
  readonly #peers: (Peer | undefined)[] = []
  /** One above the highest number that was ever used. */
  #end = 0

  /** For numbers 0 … most − 1. */
  constructor(environment: Environment, guard: Guard, most: number) {
    this.#environment = environment
    this.#guard = guard
    this.counts = new PeerCounts(most)
    this.#standing = new Uint8Array(most)
  }

  /** Whether plain data of this number is always answered: no rule denies it, no cap limits it. */
  isOpen(number: number): boolean {
    if (this.#standing[number] === NOBODY) this.#create(number)
    return this.#standing[number] === OPEN
  }

  /** The peer of this number; creates it if it is new. */
  find(number: number): Peer {
    return (this.#peers[number] ??= this.#create(number))
  }

  /** Whether the number still belongs to this peer. */
  has(peer: Peer): boolean {
    return this.#peers[peer.number] === peer
  }

  /** Removes the peer of this number; false: there is none. */
  evict(number: number): boolean {
    if (this.#standing[number] === NOBODY) return false
    this.#standing[number] = NOBODY
    this.counts.clear(number)
    if (this.#peers[number] !== undefined) this.#peers[number] = undefined
    return true
  }

  /** Calls `visit` with the number of each peer. */
  forEach(visit: (number: number) => void): void {
    for (let number = 0; number < this.#end; number++) if (this.#standing[number] !== NOBODY) visit(number)
  }

  /** Writes the busiest peers into the server's summary. */
  report(facts: ServerFacts): void {
    const { counts } = this
    const numbers: number[] = []
    this.forEach(number => numbers.push(number))
    numbers.sort((a, b) => counts.received(b) - counts.received(a))
    facts.peers = numbers.slice(0, NAMED_PEERS).map(number => {
      const { address, port } = this.#environment.peer(number)
      return { address, port, received: counts.received(number), replied: counts.replied(number) }
    })
    facts.peersOmitted = Math.max(0, numbers.length - NAMED_PEERS)
  }

  #create(number: number): Peer {
    const address = this.#environment.peer(number)
    const peer = {
      number,
      address,
      key: `${address.address} ${address.port}`,
      ...sourceOf(address.address),
      denied: this.#guard.denies(address),
      trafficBefore: 0,
      damagedBefore: 0,
      runNumber: -1,
      run: undefined,
    }
    const open = !peer.denied && this.#guard.isUnlimited(peer) && !this.#guard.refusesPort(address)
    this.#standing[number] = open ? OPEN : SOMEBODY
    this.#end = Math.max(this.#end, number + 1)
    return peer
  }
}
