/** Finds the address of a machine's bytes in a memory. */
export class Locator {
  readonly #buffer: SharedArrayBuffer
  #latest: Uint8Array | undefined
  #base = -1

  constructor(buffer: SharedArrayBuffer) {
    this.#buffer = buffer
  }

  /** The address of the `length` bytes at `at` of `bytes`. -1 if `bytes` is elsewhere, or is too short. */
  addressOf(bytes: Uint8Array, at: number, length: number): number {
    // Engines pass the same array repeatedly, and reading its buffer is slow.
    if (bytes !== this.#latest) {
      this.#latest = bytes
      this.#base = bytes.buffer === this.#buffer ? bytes.byteOffset : -1
    }
    return this.#base < 0 || at < 0 || length < 0 || at + length > bytes.length ? -1 : this.#base + at
  }
}
