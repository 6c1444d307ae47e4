import { UdptoolError } from '../../../base/error.ts'
import type { Libc } from './libc.ts'

/** WebAssembly.Memory grows in pages of this size. */
const PAGE = 65_536

/**
 * One block of memory that never moves, so that the kernel and WebAssembly can work in it: everything whose address goes into a system call
 * is here. Regions are allocated and checked at construction, and only checked offsets are used afterwards. Untouched pages cost nothing.
 */
export class Arena {
  readonly memory: WebAssembly.Memory
  readonly bytes: Uint8Array
  /** The same bytes. An offset that is a multiple of 4, shifted right by 2, is the index. */
  readonly words: Int32Array
  readonly address: number
  #allocated = 0

  constructor(libc: Libc, size: number) {
    const pages = Math.ceil(size / PAGE)
    if (!Number.isInteger(pages) || pages < 1 || pages > PAGE) throw fault(`an arena cannot have ${size} bytes`)
    // Shared memory never moves: nothing can detach or grow it while the kernel uses it.
    this.memory = reserve(pages)
    this.bytes = new Uint8Array(this.memory.buffer)
    this.words = new Int32Array(this.memory.buffer)
    this.address = libc.addressOf(this.bytes)
    if (!Number.isSafeInteger(this.address) || this.address <= 0) throw fault('the arena has no address')
  }

  /** Allocates `size` bytes (the first call gets offset 0) at a multiple of `alignment`. */
  allocate(size: number, alignment = 64): Region {
    const at = Math.ceil(this.#allocated / alignment) * alignment
    if (!Number.isInteger(size) || size < 0 || at + size > this.bytes.length) {
      throw fault(`the arena of ${this.bytes.length} bytes has no ${size} left after ${this.#allocated}`)
    }
    this.#allocated = at + size
    return new Region(at, size, this.address + at)
  }

  /** Writes a pointer, or any 64-bit number below 2^53, at a multiple of 8. */
  setPointer(at: number, value: number): void {
    this.words[at >> 2] = value | 0
    this.words[(at >> 2) + 1] = Math.floor(value / 0x1_0000_0000)
  }
}

function reserve(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  } catch (cause) {
    throw new UdptoolError(
      'engine',
      `the kernel engine cannot start: ${pages * PAGE} bytes of memory are not available`,
      {
        operation: 'reserve memory',
        cause,
        hint: 'use --engine dgram, or raise the limit (ulimit -v)',
      },
    )
  }
}

/** A part of the arena: `size` bytes, from `at` on. */
export class Region {
  readonly at: number
  readonly size: number
  readonly address: number

  constructor(at: number, size: number, address: number) {
    this.at = at
    this.size = size
    this.address = address
  }

  /** The offset in the arena of `length` bytes at `offset` of this region. */
  offsetOf(offset: number, length: number): number {
    if (!Number.isInteger(offset) || !Number.isInteger(length) || offset < 0 || length < 0) {
      throw fault(`no bytes lie at ${offset}, ${length} long`)
    }
    if (offset + length > this.size) {
      throw fault(`${length} bytes at ${offset} do not fit into ${this.size}`)
    }
    return this.at + offset
  }

  /** The address of these bytes. */
  addressOf(offset: number, length: number): number {
    return this.address + this.offsetOf(offset, length) - this.at
  }
}

/** A bug of ours that would have made the kernel access memory outside a region. */
export function fault(message: string): UdptoolError {
  return new UdptoolError('engine', `kernel engine: ${message}`, { operation: 'lay out memory' })
}
