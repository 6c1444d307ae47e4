/**
 * Integers of variable length as in Protocol Buffers ("Encoding", Base 128 Varints): groups of 7 bits, the lowest first, bit 7 set in all but
 * the last. A signed one is zigzag-encoded: 0, -1, 1, -2 are 0, 1, 2, 3. Values have 64 bits; above 2^53 a double rounds them.
 */

const MORE = 0x80
const GROUP = 0x7f
/** 64 bits need 10 groups, the last of one bit. */
const MAX_GROUPS = 10

/** @param value an integer from 0 to 2^53 - 1 */
export function writeUvarint(bytes: number[], value: number): void {
  let rest = value
  while (rest > GROUP) {
    bytes.push((rest % MORE) | MORE)
    rest = Math.floor(rest / MORE)
  }
  bytes.push(rest)
}

/** @param value an integer of at most 52 bits and a sign; larger ones are rounded */
export function writeVarint(bytes: number[], value: number): void {
  // The first group has the sign and 6 bits, so that a value of 53 bits is not doubled.
  const magnitude = value < 0 ? -value - 1 : value
  const first = (magnitude % 64) * 2 + (value < 0 ? 1 : 0)
  const rest = Math.floor(magnitude / 64)
  if (rest === 0) {
    bytes.push(first)
    return
  }
  bytes.push(first | MORE)
  writeUvarint(bytes, rest)
}

/** Reads integers from the start of `bytes` on. After an undefined result nothing more can be read. */
export class VarintReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** Undefined if it is cut, or has more than 64 bits. */
  uvarint(): number | undefined {
    const { low, high } = this.#groups()
    return low < 0 ? undefined : high * MORE + low
  }

  /** Undefined if it is cut, or has more than 64 bits. */
  varint(): number | undefined {
    const { low, high } = this.#groups()
    if (low < 0) return undefined
    const magnitude = high * 64 + (low >> 1)
    return (low & 1) === 0 ? magnitude : -magnitude - 1
  }

  /** The next `length` bytes; undefined if there are fewer. */
  take(length: number): Uint8Array | undefined {
    const end = this.#at + length
    if (end > this.#bytes.length) return undefined
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  /** The first group, -1 if the integer is malformed, and the value of the others: the sign is in the first, and must not be rounded. */
  #groups(): { low: number; high: number } {
    const low = this.#bytes[this.#at++] ?? -1
    if (low < MORE) return { low, high: 0 }
    let high = 0
    let factor = 1
    for (let group = 1; group < MAX_GROUPS; group++) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined || (group === MAX_GROUPS - 1 && byte > 1)) break
      high += (byte & GROUP) * factor
      factor *= MORE
      if (byte < MORE) return { low: low & GROUP, high }
    }
    return { low: -1, high: 0 }
  }
}
