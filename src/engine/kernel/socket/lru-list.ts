/**
 * Flows in order of their last use, as a circular doubly linked list. The sentinel at index `most` separates the most recently used flow from
 * the least recently used one.
 */
export class LruList {
  readonly #most: number
  readonly #older: Int32Array
  readonly #newer: Int32Array

  /** For flows 0 … most − 1, initially without any. */
  constructor(most: number) {
    this.#most = most
    this.#older = new Int32Array(most + 1).fill(most)
    this.#newer = new Int32Array(most + 1).fill(most)
  }

  /** The most recently used flow. `most` if there is none. */
  get latest(): number {
    return this.#older[this.#most] ?? 0
  }

  /** The least recently used flow. `most` if there is none. */
  get oldest(): number {
    return this.#newer[this.#most] ?? 0
  }

  /** Moves a flow of the list to its most recently used end. */
  use(flow: number): void {
    if (this.#newer[flow] === this.#most) return
    this.take(flow)
    this.put(flow)
  }

  /** Removes a flow. */
  take(flow: number): void {
    const older = this.#older[flow] ?? 0
    const newer = this.#newer[flow] ?? 0
    this.#newer[older] = newer
    this.#older[newer] = older
  }

  /** Inserts a flow that is not in the list as the most recently used one. */
  put(flow: number): void {
    const { latest } = this
    this.#newer[latest] = flow
    this.#older[flow] = latest
    this.#newer[flow] = this.#most
    this.#older[this.#most] = flow
  }
}
