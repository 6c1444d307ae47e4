/** Most pointers in one name: a name has at most 127 labels (RFC 1035 section 2.3.4), and each needs one pointer at most. */
const MAX_POINTERS = 127
/** Longest name on the wire without compression, with the byte of the root (RFC 1035 section 2.3.4). */
const MAX_NAME = 255
const HEADER = 12

/** Why a message cannot be read further. */
export interface Fault {
  /** The bytes end before the message does. In an answer with TC that is no mistake. */
  readonly isCut: boolean
  /** A clause: `a name points forward`. */
  readonly why: string
}

/**
 * Reads a part of a message from front to back. The first fault stops it: from then on each number is 0, each text is empty, and the end is
 * reached. So a caller looks at `fault` once, at its end.
 */
export class Cursor {
  readonly message: Uint8Array
  readonly end: number
  #at: number
  #fault: Fault | undefined

  constructor(message: Uint8Array, at = 0, end = message.length) {
    this.message = message
    this.#at = at
    this.end = end
  }

  get at(): number {
    return this.#at
  }

  get fault(): Fault | undefined {
    return this.#fault
  }

  get isAtEnd(): boolean {
    return this.#at >= this.end
  }

  /** Stops: what was read is wrong. */
  fail(why: string): void {
    this.#stop({ isCut: false, why })
  }

  u8(): number {
    return this.#number(1)
  }

  u16(): number {
    return this.#number(2)
  }

  u32(): number {
    return this.#number(4)
  }

  /** The next bytes; all up to the end without `length`. */
  bytes(length = this.end - this.#at): Uint8Array {
    const from = this.#at
    if (length > this.end - from) {
      this.#cut()
      return new Uint8Array()
    }
    this.#at += length
    return this.message.subarray(from, this.#at)
  }

  /** The next `length` bytes as a part of its own, whose end is a limit. */
  part(length: number): Cursor {
    const from = this.#at
    return this.bytes(length).length === length && this.#fault === undefined
      ? new Cursor(this.message, from, from + length)
      : new Cursor(this.message, this.end, this.end)
  }

  /**
   * The labels of a name. It may end in a pointer to an earlier name (RFC 1035 section 4.1.4). Each pointer must point before the name that it
   * is in and before the pointer that led there, so that no message makes a loop; and a name has a greatest length, so that none is a bomb.
   */
  labels(): readonly Uint8Array[] {
    const labels: Uint8Array[] = []
    let at = this.#at
    let lowest = at
    let end = this.end
    let next: number | undefined
    let length = 1
    for (let pointers = 0; ;) {
      const first = at < end ? (this.message[at] ?? 0) : undefined
      if (first === undefined) return this.#noName()
      if (first === 0) break
      if (first >= 0xc0) {
        if (at + 1 >= end) return this.#noName()
        const target = ((first & 0x3f) << 8) | (this.message[at + 1] ?? 0)
        next ??= at + 2
        if (target >= lowest) return this.#noName('a name points to itself or forward')
        if (target < HEADER) return this.#noName('a name points into the header')
        if (++pointers > MAX_POINTERS) return this.#noName('a name has too many pointers')
        at = lowest = target
        end = this.message.length
      } else if (first > 63) {
        return this.#noName(`a label has the unknown type 0x${(first & 0xc0).toString(16)}`)
      } else {
        if (at + 1 + first > end) return this.#noName()
        length += first + 1
        if (length > MAX_NAME) return this.#noName('a name is longer than 255 bytes')
        labels.push(this.message.subarray(at + 1, at + 1 + first))
        at += first + 1
      }
    }
    this.#at = next ?? at + 1
    return labels
  }

  #noName(why?: string): readonly Uint8Array[] {
    if (why === undefined) this.#cut()
    else this.fail(why)
    return []
  }

  #number(length: number): number {
    let value = 0
    for (const byte of this.bytes(length)) value = value * 256 + byte
    return value
  }

  #cut(): void {
    this.#stop({ isCut: true, why: 'it breaks off' })
  }

  #stop(fault: Fault): void {
    this.#fault ??= fault
    this.#at = this.end
  }
}
