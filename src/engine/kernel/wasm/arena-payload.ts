import type { Payload, PayloadKind } from '../../../wire/payload.ts'
import type { Locator } from './locator.ts'
import type { Exports } from './exports.ts'

/** Largest offset in a datagram, whose length has 16 bits. */
const LONGEST = 65_535

/**
 * A payload whose table is in the arena, where the module compares and copies it. Bytes elsewhere are handled by the payload's own code.
 */
export class ArenaPayload implements Payload {
  readonly kind: PayloadKind
  readonly table: Uint8Array
  readonly #plain: Payload
  readonly #exports: Exports
  readonly #locator: Locator
  /** Kept here, because reading a constant of the module takes longer than copying a datagram. */
  readonly #tableStart: number

  constructor(plain: Payload, exports: Exports, locator: Locator) {
    this.kind = plain.kind
    this.table = plain.table
    this.#plain = plain
    this.#exports = exports
    this.#locator = locator
    this.#tableStart = exports.PAYLOAD.value
  }

  shift(sequence: number): number {
    return this.#plain.shift(sequence)
  }

  write(bytes: Uint8Array, at: number, from: number, to: number, sequence: number): void {
    const address = this.#addressOf(bytes, at, from, to)
    if (address < 0) this.#plain.write(bytes, at, from, to, sequence)
    else this.#exports.copy(address, this.#tableAt(from, sequence), to - from)
  }

  differsAt(bytes: Uint8Array, at: number, from: number, to: number, sequence: number): number {
    const address = this.#addressOf(bytes, at, from, to)
    if (address < 0) return this.#plain.differsAt(bytes, at, from, to, sequence)
    const wrong = this.#exports.differs(address, this.#tableAt(from, sequence), to - from)
    return wrong < 0 ? -1 : from + wrong
  }

  differsUpperAt(bytes: Uint8Array, at: number, from: number, to: number, sequence: number): number {
    const address = this.#addressOf(bytes, at, from, to)
    if (address < 0) return this.#plain.differsUpperAt(bytes, at, from, to, sequence)
    const wrong = this.#exports.differsUpper(address, this.#tableAt(from, sequence), to - from)
    return wrong < 0 ? -1 : from + wrong
  }

  /** Checks the range, so that nothing behind the table is read. */
  #addressOf(bytes: Uint8Array, at: number, from: number, to: number): number {
    return from < 0 || to > LONGEST ? -1 : this.#locator.addressOf(bytes, at + from, to - from)
  }

  #tableAt(from: number, sequence: number): number {
    return this.#tableStart + this.#plain.shift(sequence) + from
  }
}
