import { createProbePage, pageSize, type ProbePage } from '../../../facts/probe-table.ts'

/**
 * Makes the pages of a run in memory that two threads share. A run without end takes the memory of pages that both have done with: the
 * garbage collector sees little of shared memory, and is late.
 */
export class SharedPages {
  readonly #lean: boolean
  readonly #onOpen: (number: number, buffer: SharedArrayBuffer) => void
  /** The memory of pages, the oldest first; that of page `#oldest` is the first. */
  readonly #buffers: SharedArrayBuffer[] = []
  #oldest = 0

  /** @param onOpen called with each page, to pass it to the other thread */
  constructor(lean: boolean, onOpen: (number: number, buffer: SharedArrayBuffer) => void) {
    this.#lean = lean
    this.#onOpen = onOpen
  }

  /** Opens the page of this number, the next one. Nobody looks at pages below `done` any more. */
  open(number: number, done: number): ProbePage {
    const free = this.#oldest < done ? this.#buffers.shift() : undefined
    if (free !== undefined) this.#oldest += 1
    const buffer = free ?? new SharedArrayBuffer(pageSize(this.#lean))
    if (free !== undefined) new Uint8Array(free).fill(0)
    this.#buffers.push(buffer)
    this.#onOpen(number, buffer)
    return createProbePage(this.#lean, buffer)
  }
}
