import { createProbePage, PAGE_ROWS, pageSize, type ProbePage } from '../../../facts/probe-table.ts'

/**
 * Allocates the pages of a run in shared memory. An endless run reuses the memory of pages that both threads have finished with, because
 * the garbage collector accounts for little of shared memory and frees it late.
 */
export class SharedPages {
  readonly #lean: boolean
  readonly #onOpen: (number: number, buffer: SharedArrayBuffer) => void
  /** The memory of pages. The first entry is that of page `#oldest`. */
  readonly #buffers: SharedArrayBuffer[] = []
  #oldest = 0

  /** @param onOpen called with each page, to pass it to the other thread */
  constructor(lean: boolean, onOpen: (number: number, buffer: SharedArrayBuffer) => void) {
    this.#lean = lean
    this.#onOpen = onOpen
  }

  /** Opens the next page, which has this number. Pages below `done` are not used any more. */
  open(number: number, done: number): ProbePage {
    const free = this.#oldest < done ? this.#buffers.shift() : undefined
    if (free !== undefined) this.#oldest += 1
    const buffer = free ?? new SharedArrayBuffer(pageSize(this.#lean))
    if (free !== undefined) new Uint8Array(free).fill(0)
    this.#buffers.push(buffer)
    this.#onOpen(number, buffer)
    return createProbePage(this.#lean, PAGE_ROWS, buffer)
  }
}
