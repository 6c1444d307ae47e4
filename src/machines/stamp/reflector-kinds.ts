/** What a client knows of its reflector so far. */
interface Knowledge {
  /** Highest sequence number of an answered probe; -1: none. */
  newest: number
  /** A reply had another number than its request, so the reflector counts. */
  isCounting: boolean
  /** A probe and its copy had replies with the same number. */
  isCopying: boolean
}

/** Follows which kind of reflector each client has: whether it numbers its replies or copies the sender's number (RFC 8762 section 4.3). */
export class ReflectorKinds {
  readonly #clients: readonly Knowledge[]

  constructor(clients: number) {
    this.#clients = Array.from({ length: clients }, () => ({ newest: -1, isCounting: false, isCopying: false }))
  }

  /** A probe was answered. */
  answered(client: number, sequence: number): void {
    const known = this.#clients[client]
    if (known !== undefined && sequence > known.newest) known.newest = sequence
  }

  /** A reply showed that the reflector counts. */
  counts(client: number): void {
    const known = this.#clients[client]
    if (known !== undefined) known.isCounting = true
  }

  /** Replies to a probe and to its copy had the same number. */
  copies(client: number): void {
    const known = this.#clients[client]
    if (known !== undefined) known.isCopying = true
  }

  /** The highest sequence number of an answered probe; -1: none. */
  newest(client: number): number {
    return this.#clients[client]?.newest ?? -1
  }

  isProved(client: number): boolean {
    const known = this.#clients[client]
    return known !== undefined && (known.isCounting || known.isCopying)
  }

  isStateless(client: number): boolean {
    const known = this.#clients[client]
    return known !== undefined && known.isCopying && !known.isCounting
  }
}
