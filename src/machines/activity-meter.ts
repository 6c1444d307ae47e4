import { MICROSECOND, MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import {
  copyFigures,
  figuresPerSecond,
  SHOWN_PEERS,
  type ActivePeer,
  type ActivityFigures,
} from '../facts/server-activity.ts'
import type { ServerFacts } from '../facts/server.ts'
import type { Environment } from './machine.ts'
import type { PeerTable } from './peer-table.ts'
import { Ranking } from './ranking.ts'

const INTERVAL: Nanos = 500 * MILLISECOND
/** A pass over the table costs some nanoseconds a peer. This keeps it below 1 % of the time, also with a million peers. */
const INTERVAL_OF_PEER: Nanos = 4 * MICROSECOND

/**
 * Writes the activity of a server into its facts, twice a second. It reads the counters of all peers, so nothing is done for a datagram. That
 * is why it knows when a peer sent last only to the time between two passes.
 */
export class ActivityMeter {
  /** When to call `measure`. */
  due: Nanos = -Infinity
  readonly #environment: Environment
  readonly #facts: ServerFacts
  readonly #peers: PeerTable
  readonly #drops: () => number | undefined
  /** By peer number: datagrams received up to the last pass, those since the pass before it, and the pass that found the last ones. */
  readonly #received: Float64Array
  readonly #grown: Float64Array
  readonly #seenAt: Float64Array
  #before: ActivityFigures | undefined
  #measuredAt: Nanos = 0

  /** @param drops of all sockets of the server since its start */
  constructor(
    environment: Environment,
    facts: ServerFacts,
    peers: PeerTable,
    most: number,
    drops: () => number | undefined,
  ) {
    this.#environment = environment
    this.#facts = facts
    this.#peers = peers
    this.#drops = drops
    this.#received = new Float64Array(most)
    this.#grown = new Float64Array(most)
    this.#seenAt = new Float64Array(most)
  }

  measure(now: Nanos): void {
    if (now < this.due) return
    const drops = this.#drops()
    if (drops !== undefined) this.#facts.kernelDrops = drops
    const before = this.#before
    const seconds = before === undefined ? undefined : (now - this.#measuredAt) / SECOND
    const { known, first } = this.#busiest(now)
    const after = copyFigures(this.#facts)
    this.#facts.activity = {
      ...(before === undefined || seconds === undefined ? {} : { perSecond: figuresPerSecond(before, after, seconds) }),
      known,
      peers: first.map(number => this.#peer(number, now, seconds)),
    }
    this.#before = after
    this.#measuredAt = now
    this.due = now + Math.max(INTERVAL, known * INTERVAL_OF_PEER)
  }

  /** The number belongs to another peer from now on. */
  evict(number: number): void {
    this.#received[number] = 0
  }

  /** One pass over the table. */
  #busiest(now: Nanos): { readonly known: number; readonly first: readonly number[] } {
    const [byReceived, byRate, bySeen] = [new Ranking(SHOWN_PEERS), new Ranking(SHOWN_PEERS), new Ranking(SHOWN_PEERS)]
    const { counts } = this.#peers
    let known = 0
    this.#peers.forEach(number => {
      known += 1
      const received = counts.received(number)
      const grown = received - (this.#received[number] ?? 0)
      if (grown > 0) this.#seenAt[number] = now
      const seen = this.#seenAt[number] ?? 0
      this.#grown[number] = grown
      this.#received[number] = received
      byReceived.offer(number, received, grown, seen)
      byRate.offer(number, grown, received, seen)
      bySeen.offer(number, seen, grown, received)
    })
    return { known, first: [...new Set([byReceived, byRate, bySeen].flatMap(({ numbers }) => numbers))] }
  }

  #peer(number: number, now: Nanos, seconds: number | undefined): ActivePeer {
    const { address, port } = this.#environment.peer(number)
    return {
      address,
      port,
      received: this.#received[number] ?? 0,
      replied: this.#peers.counts.replied(number),
      ...(seconds === undefined ? {} : { perSecond: (this.#grown[number] ?? 0) / seconds }),
      silent: now - (this.#seenAt[number] ?? now),
    }
  }
}
