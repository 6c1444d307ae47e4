import { readFileSync } from 'node:fs'
import { createExamined, plainCodec, type Codec, type Examined } from '../../../machines/codec.ts'
import { emptySlot, type Slot } from '../../../wire/evidence.ts'
import type { Payload } from '../../../wire/payload.ts'
import { PROBE_SIZE } from '../../../wire/probe.ts'
import { ArenaPayload } from './arena-payload.ts'
import { Locator } from './locator.ts'
import type { Exports } from './exports.ts'

/** Bytes at the beginning of the memory that belong to the module (assembly/layout.ts). An engine's datagrams follow. */
export const RESERVED = 128 * 1024

const NANOS_PER_SECOND = 1e9
/** The largest value of eight digits. */
const MAX_8 = 0xffffffff

/**
 * The compiled module, which the build puts beside this file. Tests run this file from src, which is not built, so they compile the source
 * themselves and pass the code.
 */
function readDatagramsCode(): Uint8Array {
  return readFileSync(new URL('datagrams.wasm', import.meta.url))
}

/**
 * The byte work done in WebAssembly (folder `assembly`), for bytes in an arena: the memory of one thread, whose first RESERVED bytes belong
 * to this object. Bytes elsewhere, and ranges that are not inside the given bytes, are handled in JavaScript, so that no offset causes an
 * access outside. The memory must not grow, because its buffer would change.
 */
export class Datagrams implements Codec {
  readonly examined: Examined
  readonly #exports: Exports
  readonly #locator: Locator
  readonly #memory: Uint8Array
  readonly #fields: Float64Array
  readonly #plain: Codec
  /** The slot that the module writes. It is described once for all datagrams of a row, which differ only in `received`. */
  readonly #described = emptySlot()

  constructor(memory: WebAssembly.Memory, code: Uint8Array = readDatagramsCode()) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } })
    this.#exports = exports as Exports
    this.#exports.prepare()
    this.#locator = new Locator(memory.buffer)
    this.#memory = new Uint8Array(memory.buffer)
    this.#fields = new Float64Array(memory.buffer, this.#exports.FIELDS.value, 10)
    this.examined = createExamined(memory.buffer, this.#exports.COLUMNS.value)
    // The JavaScript path writes its results to the same columns.
    this.#plain = plainCodec(this.examined)
    this.#describe(this.#described)
  }

  examine(bytes: Uint8Array, at: number, size: number, stride: number): void {
    const address = this.#locator.addressOf(bytes, at, size)
    if (address < 0) this.#plain.examine(bytes, at, size, stride)
    else this.#exports.examine(address, size, stride)
  }

  arePlain(bytes: Uint8Array, at: number, size: number, stride: number): boolean {
    const address = this.#locator.addressOf(bytes, at, size)
    return address < 0 || stride <= 0
      ? this.#plain.arePlain(bytes, at, size, stride)
      : this.#exports.arePlain(address, size, stride) === 1
  }

  uppercase(bytes: Uint8Array, from: number, to: number): void {
    const start = Math.max(from, 0)
    const length = Math.min(to, bytes.length) - start
    const address = this.#locator.addressOf(bytes, start, length)
    if (address < 0) this.#plain.uppercase(bytes, from, to)
    else this.#exports.uppercase(address, address + length)
  }

  fillSlot(bytes: Uint8Array, at: number, size: number, declared: number, slot: Slot): void {
    const { received } = slot
    const address = this.#locator.addressOf(bytes, at, Math.max(size, PROBE_SIZE))
    if (address < 0 || Math.min(size, declared) < PROBE_SIZE || received < 0 || received > MAX_8) {
      this.#plain.fillSlot(bytes, at, size, declared, slot)
      return
    }
    if (!this.#isDescribed(slot)) this.#describe(slot)
    this.#exports.fillSlot(address, received)
  }

  readSlot(bytes: Uint8Array, at: number, size: number, slot: Slot): 'right' | 'wrong' | 'cut' | 'blank' {
    const address = this.#locator.addressOf(bytes, at, Math.max(size, PROBE_SIZE))
    if (address < 0 || size < PROBE_SIZE) return this.#plain.readSlot(bytes, at, size, slot)
    const verdict = this.#exports.readSlot(address)
    const fields = this.#fields
    slot.received = fields[0] ?? -1
    slot.seen = fields[1] ?? -1
    slot.whole = fields[2] ?? -1
    slot.fragment = fields[3] ?? -1
    slot.tos = fields[4] ?? -1
    slot.ttl = fields[5] ?? -1
    slot.drops = fields[6] ?? -1
    slot.arrivalSeconds = fields[7] ?? -1
    slot.arrivalNanos = fields[8] ?? -1
    slot.dwell = fields[9] ?? -1
    return verdict === 1 ? 'right' : verdict === 2 ? 'blank' : 'wrong'
  }

  writeProbe(bytes: Uint8Array, at: number, size: number, sequence: number, run: number, sent: number): void {
    const address = this.#locator.addressOf(bytes, at, size)
    if (address < 0) {
      this.#plain.writeProbe(bytes, at, size, sequence, run, sent)
      return
    }
    const seconds = Math.floor(sent / NANOS_PER_SECOND)
    const nanos = sent - seconds * NANOS_PER_SECOND
    if (size < PROBE_SIZE) this.#exports.writeShortProbe(address, size, sequence, run, seconds, nanos)
    else this.#exports.writeProbe(address, size, sequence, run, seconds, nanos)
  }

  payload(payload: Payload): Payload {
    this.#memory.set(payload.table, this.#exports.PAYLOAD.value)
    return new ArenaPayload(payload, this.#exports, this.#locator)
  }

  #isDescribed(slot: Slot): boolean {
    const known = this.#described
    return (
      slot.seen === known.seen &&
      slot.whole === known.whole &&
      slot.fragment === known.fragment &&
      slot.tos === known.tos &&
      slot.ttl === known.ttl &&
      slot.drops === known.drops &&
      slot.arrivalSeconds === known.arrivalSeconds &&
      slot.arrivalNanos === known.arrivalNanos &&
      slot.dwell === known.dwell
    )
  }

  #describe(slot: Slot): void {
    const { seen, whole, fragment, tos, ttl, drops, arrivalSeconds, arrivalNanos, dwell } = slot
    const known = this.#described
    known.seen = seen
    known.whole = whole
    known.fragment = fragment
    known.tos = tos
    known.ttl = ttl
    known.drops = drops
    known.arrivalSeconds = arrivalSeconds
    known.arrivalNanos = arrivalNanos
    known.dwell = dwell
    this.#exports.describeSlot(seen, whole, fragment, tos, ttl, drops, arrivalSeconds, arrivalNanos, dwell)
  }
}
