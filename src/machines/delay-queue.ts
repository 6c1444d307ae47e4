import type { Nanos } from '../base/nanos.ts'

interface Waiting<T> {
  readonly due: Nanos
  readonly order: number
  readonly item: T
}

/** A priority queue by due time, FIFO for equal times. A binary heap. */
export class DelayQueue<T> {
  readonly #heap: Waiting<T>[] = []
  #order = 0

  get length(): number {
    return this.#heap.length
  }

  /** When the next item is due; Infinity: the queue is empty. */
  get due(): Nanos {
    return this.#heap[0]?.due ?? Infinity
  }

  push(due: Nanos, item: T): void {
    const heap = this.#heap
    const entry = { due, order: this.#order, item }
    this.#order += 1
    let at = heap.length
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || !earlier(entry, parent)) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }

  /** The next item, due or not; undefined: the queue is empty. */
  peek(): T | undefined {
    return this.#heap[0]?.item
  }

  /** Removes the next item, due or not. */
  shift(): T | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first?.item
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      let child = heap[below]
      if (child === undefined) break
      const right = heap[below + 1]
      if (right !== undefined && earlier(right, child)) {
        child = right
        below += 1
      }
      if (!earlier(child, last)) break
      heap[at] = child
      at = below
    }
    heap[at] = last
    return first.item
  }
}

function earlier<T>(a: Waiting<T>, b: Waiting<T>): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order)
}
