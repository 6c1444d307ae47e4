import { createProbePage, PAGE_ROWS, pageSize, type PageShape, type ProbePage } from '../../../facts/probe-table.ts'

/**
 * Allocates the pages of a run in shared memory. An endless run reuses the memory of pages that both threads have finished with, because
 * the garbage collector accounts for little of shared memory and frees it late.
 */
export class SharedPages {
  readonly #shape: PageShape
  readonly #onOpen: (number: number, buffer: SharedArrayBuffer) => void
  /** The memory of pages. The first entry is that of page `#oldest`. */
  readonly #buffers: SharedArrayBuffer[] = []
  #oldest = 0

  /** @param onOpen called with each page, to pass it to the other thread */
  constructor(shape: PageShape, onOpen: (number: number, buffer: SharedArrayBuffer) => void) {
    this.#shape = shape
    this.#onOpen = onOpen
  }

  /** Opens the next page, which has this number. Pages below `done` are not used any more. */
  open(number: number, done: number): ProbePage {
    const free = this.#oldest < done ? this.#buffers.shift() : undefined
    if (free !== undefined) this.#oldest += 1
    const buffer = free ?? new SharedArrayBuffer(pageSize(this.#shape))
    if (free !== undefined) new Uint8Array(free).fill(0)
    this.#buffers.push(buffer)
    this.#onOpen(number, buffer)
    return createProbePage(this.#shape, PAGE_ROWS, buffer)
  }
}
