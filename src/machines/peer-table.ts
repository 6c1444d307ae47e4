import type { Address } from '../base/address.ts'
import { NAMED_PEERS, type ServerFacts } from '../facts/server.ts'
import { sourceOf, type Guard, type Source } from './guard.ts'
import type { Environment } from './machine.ts'
import { PeerCounts } from './peer-counts.ts'
import type { Run } from './run-memory.ts'

/** What a server knows of one peer, beside its counts. */
export interface Peer extends Source {
  readonly number: number
  readonly address: Address
  /** Address and port; the keys of its runs begin with it. */
  readonly key: string
  readonly denied: boolean
  /** Its traffic, and what of that was damaged, as they were with its latest right probe: what came since may belong to a run that has not begun for us yet. */
  trafficBefore: number
  damagedBefore: number
  /** The run of its latest probe, so that the next need not be looked up by its key; -1: it sent none. */
  runNumber: number
  run: Run | undefined
}

/** Who has a number: nobody, somebody, or a peer whose plain data are answered whatever else happens. */
const NOBODY = 0
const SOMEBODY = 1
const OPEN = 2

/** The peers by the engine's flow numbers. The engine bounds the numbers, and gives one to another peer after `forget`. */
export class PeerTable {
  readonly counts: PeerCounts
  readonly #environment: Environment
  readonly #guard: Guard
  readonly #standing: Uint8Array
  /** Those of whom more had to be known than their standing: thousands may send plain data, and an object for each is memory from afar. */
  readonly #peers: (Peer | undefined)[] = []

  /** For numbers 0 … most − 1. */
  constructor(environment: Environment, guard: Guard, most: number) {
    this.#environment = environment
    this.#guard = guard
    this.counts = new PeerCounts(most)
    this.#standing = new Uint8Array(most)
  }

  /** Whether plain data of this number is answered whatever else happens: nobody denies it, no rate limits it. */
  isOpen(number: number): boolean {
    if (this.#standing[number] === NOBODY) this.#create(number)
    return this.#standing[number] === OPEN
  }

  /** The peer of this number, who may be new. */
  find(number: number): Peer {
    return (this.#peers[number] ??= this.#create(number))
  }

  /** Whether its number is still this peer's. */
  has(peer: Peer): boolean {
    return this.#peers[peer.number] === peer
  }

  /** Forgets who has this number; false: it was nobody's. */
  evict(number: number): boolean {
    if (this.#standing[number] === NOBODY) return false
    this.#standing[number] = NOBODY
    this.counts.clear(number)
    if (this.#peers[number] !== undefined) this.#peers[number] = undefined
    return true
  }

  /** Names the busiest peers in the server's summary. */
  report(facts: ServerFacts): void {
    const { counts } = this
    const numbers: number[] = []
    this.#standing.forEach((standing, number) => {
      if (standing !== NOBODY) numbers.push(number)
    })
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
    return peer
  }
}
