import type { Address } from '../base/address.ts'
import { isLoopback } from '../base/ip.ts'
import { NAMED_PEERS, type PeerFacts, type ServerFacts } from '../facts/server.ts'
import type { Guard } from './guard.ts'
import type { Senses } from './machine.ts'
import type { Run } from './run-memory.ts'

/** What a server knows of one peer. */
export interface Peer {
  readonly address: Address
  /** Address and port; the keys of its runs begin with it. */
  readonly key: string
  readonly loopback: boolean
  readonly denied: boolean
  readonly facts: PeerFacts
  /** Of the peer's datagrams, those that were no right probe. */
  damaged: number
  /** Datagrams that count as the peer's traffic: all but receipts questions. */
  traffic: number
  /** Both of these as they were with its latest right probe: what came since may belong to a run that has not begun for us yet. */
  damagedBefore: number
  trafficBefore: number
  /** The run of its latest probe, so that the next need not be looked up by its key; -1: it sent none. */
  runNumber: number
  run: Run | undefined
}

/** The peers by the engine's flow numbers. The engine bounds the numbers, and gives one to another peer after `forget`. */
export class PeerTable {
  readonly #senses: Senses
  readonly #guard: Guard
  readonly #peers: (Peer | undefined)[] = []

  constructor(senses: Senses, guard: Guard) {
    this.#senses = senses
    this.#guard = guard
  }

  /** The peer of this number, who may be new. */
  find(number: number): Peer {
    return (this.#peers[number] ??= this.#meet(number))
  }

  /** Whether the number is still this peer's. */
  has(number: number, peer: Peer): boolean {
    return this.#peers[number] === peer
  }

  /** Forgets who has this number; false: it was nobody's. */
  forget(number: number): boolean {
    if (this.#peers[number] === undefined) return false
    this.#peers[number] = undefined
    return true
  }

  /** Names the busiest peers in the server's summary. */
  report(facts: ServerFacts): void {
    const peers = this.#peers.filter(peer => peer !== undefined).map(peer => peer.facts)
    peers.sort((a, b) => b.received - a.received)
    facts.peers = peers.slice(0, NAMED_PEERS)
    facts.peersOmitted = Math.max(0, peers.length - NAMED_PEERS)
  }

  #meet(number: number): Peer {
    const address = this.#senses.peer(number)
    return {
      address,
      key: `${address.address} ${address.port}`,
      loopback: isLoopback(address.address),
      denied: this.#guard.denies(address),
      facts: { address: address.address, port: address.port, received: 0, replied: 0 },
      damaged: 0,
      traffic: 0,
      damagedBefore: 0,
      trafficBefore: 0,
      runNumber: -1,
      run: undefined,
    }
  }
}
