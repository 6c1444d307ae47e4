/** Where the bytes that a machine hands in lie in a memory. */
export class Locator {
  readonly #buffer: SharedArrayBuffer
  #latest: Uint8Array | undefined
  #base = -1

  constructor(buffer: SharedArrayBuffer) {
    this.#buffer = buffer
  }

  /** The address of the `length` bytes at `at` of `bytes`; -1 if `bytes` lies elsewhere, or has not all of them. */
  addressOf(bytes: Uint8Array, at: number, length: number): number {
    // Engines hand in the same array over and over, and asking it for its buffer is slow.
    if (bytes !== this.#latest) {
      this.#latest = bytes
      this.#base = bytes.buffer === this.#buffer ? bytes.byteOffset : -1
    }
    return this.#base < 0 || at < 0 || length < 0 || at + length > bytes.length ? -1 : this.#base + at
  }
}
