/** A FIFO queue of client numbers; each client is in it at most once, so its capacity is the number of clients. */
export class ClientQueue {
  readonly #ring: Int32Array
  #first = 0
  #length = 0

  constructor(clients: number) {
    this.#ring = new Int32Array(clients)
  }

  get length(): number {
    return this.#length
  }

  push(client: number): void {
    this.#ring[(this.#first + this.#length) % this.#ring.length] = client
    this.#length += 1
  }

  /** The client at the head, -1 if there is none. */
  peek(): number {
    return this.#length === 0 ? -1 : (this.#ring[this.#first] ?? -1)
  }

  /** Removes the client at the head; -1 if there is none. */
  shift(): number {
    const client = this.peek()
    if (client >= 0) {
      this.#first = (this.#first + 1) % this.#ring.length
      this.#length -= 1
    }
    return client
  }
}
