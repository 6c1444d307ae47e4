/** The counts of one peer are adjacent: with ten thousand alternating peers each datagram touches one cache line. */
const ROW = 4
const RECEIVED = 0
const REPLIED = 1
const PROBES = 2
const REQUESTS = 3

export class PeerCounts {
  readonly #counts: Float64Array

  /** For numbers 0 … most − 1. */
  constructor(most: number) {
    this.#counts = new Float64Array(most * ROW)
  }

  received(number: number): number {
    return this.#counts[number * ROW + RECEIVED] ?? 0
  }

  replied(number: number): number {
    return this.#counts[number * ROW + REPLIED] ?? 0
  }

  /** Datagrams that count as the peer's traffic: all but receipts requests. */
  traffic(number: number): number {
    return this.received(number) - (this.#counts[number * ROW + REQUESTS] ?? 0)
  }

  /** Traffic that was not an intact probe. */
  damaged(number: number): number {
    return this.traffic(number) - (this.#counts[number * ROW + PROBES] ?? 0)
  }

  addReceived(number: number, datagrams: number): void {
    this.#add(number * ROW + RECEIVED, datagrams)
  }

  addReplied(number: number, datagrams: number): void {
    this.#add(number * ROW + REPLIED, datagrams)
  }

  /** One of the received datagrams was an intact probe. */
  addProbe(number: number): void {
    this.#add(number * ROW + PROBES, 1)
  }

  /** One of the received datagrams was a receipts request. */
  addReceiptsRequest(number: number): void {
    this.#add(number * ROW + REQUESTS, 1)
  }

  /** The number belongs to another peer from now on. */
  clear(number: number): void {
    this.#counts.fill(0, number * ROW, (number + 1) * ROW)
  }

  #add(place: number, datagrams: number): void {
    this.#counts[place] = (this.#counts[place] ?? 0) + datagrams
  }
}
