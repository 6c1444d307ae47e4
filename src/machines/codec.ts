import { fillSlot, readSlot, slotIsBlank, type Slot } from '../wire/evidence.ts'
import type { Payload } from '../wire/payload.ts'
import {
  checkedKind,
  KIND,
  readLength,
  readRun,
  readSent,
  readSequence,
  resemblesMagic,
  SLOT_AT,
  writeProbe,
} from '../wire/probe.ts'
import { uppercase } from '../wire/uppercase.ts'

/** Maximum number of datagrams examined by one call of `examine`. */
export const EXAMINED_ROWS = 128

/** What the bytes of examined datagrams prove, by their index in the row. */
export interface Examined {
  /** One of KIND, or 0: not proved (`checkedKind`), and the other columns are meaningless. */
  readonly kind: Int32Array
  /** Modulo 2^32. */
  readonly sequence: Uint32Array
  readonly run: Uint32Array
  /** Declared length in bytes. */
  readonly length: Int32Array
  /** 1: the kind is `Q`, `R` or `D`, and the slot is blank as far as required (`slotIsBlank`). */
  readonly blank: Int32Array
  /** Send time from `readSent` for kinds `Q`, `R` and `D`; -1: absent or too short. */
  readonly sent: Float64Array
}

/**
 * Per-byte work that a machine delegates to its engine: if all datagrams are in one arena, WebAssembly does it at memory speed. The result is
 * the same: each function equals the one of that name in src/wire.
 */
export interface Codec {
  readonly examined: Examined
  /**
   * Examines the datagrams of `stride` bytes in the `size` bytes at `at`, up to EXAMINED_ROWS of them; the last may be shorter. Zero bytes are
   * one empty datagram.
   */
  examine(bytes: Uint8Array, at: number, size: number, stride: number): void
  /**
   * Whether none of the datagrams of `stride` bytes in the `size` bytes at `at` resembles ours (`resemblesMagic`); their number is not limited.
   */
  arePlain(bytes: Uint8Array, at: number, size: number, stride: number): boolean
  uppercase(bytes: Uint8Array, from: number, to: number): void
  fillSlot(bytes: Uint8Array, at: number, size: number, declared: number, slot: Slot): void
  readSlot(bytes: Uint8Array, at: number, size: number, slot: Slot): 'right' | 'wrong' | 'cut' | 'blank'
  writeProbe(bytes: Uint8Array, at: number, size: number, sequence: number, run: number, sent: number): void
  /** The same payload, written and compared by this codec. At most one at a time. */
  payload(payload: Payload): Payload
}

/** The codec in JavaScript, for bytes in any buffer. */
export function plainCodec(examined: Examined = createExamined()): Codec {
  return {
    examined,
    examine: (bytes, at, size, stride) => examine(examined, bytes, at, size, stride),
    arePlain,
    uppercase,
    fillSlot,
    readSlot,
    writeProbe,
    payload: payload => payload,
  }
}

/** Columns of EXAMINED_ROWS rows, one after the other in `buffer`. */
export function createExamined(buffer: ArrayBufferLike = new ArrayBuffer(EXAMINED_ROWS * 28), offset = 0): Examined {
  const column = EXAMINED_ROWS * 4
  return {
    kind: new Int32Array(buffer, offset, EXAMINED_ROWS),
    sequence: new Uint32Array(buffer, offset + column, EXAMINED_ROWS),
    run: new Uint32Array(buffer, offset + 2 * column, EXAMINED_ROWS),
    length: new Int32Array(buffer, offset + 3 * column, EXAMINED_ROWS),
    blank: new Int32Array(buffer, offset + 4 * column, EXAMINED_ROWS),
    sent: new Float64Array(buffer, offset + 5 * column, EXAMINED_ROWS),
  }
}

function arePlain(bytes: Uint8Array, at: number, size: number, stride: number): boolean {
  for (let begin = 0; begin < size; begin += stride) {
    if (resemblesMagic(bytes, at + begin, Math.min(stride, size - begin))) return false
  }
  return true
}

function examine(examined: Examined, bytes: Uint8Array, at: number, size: number, stride: number): void {
  for (let n = 0, begin = 0; n < EXAMINED_ROWS; n++, begin += stride) {
    examineOne(examined, n, bytes, at + begin, Math.min(stride, size - begin))
    if (begin + stride >= size) return
  }
}

function examineOne(examined: Examined, n: number, bytes: Uint8Array, at: number, size: number): void {
  const kind = checkedKind(bytes, at, size)
  examined.kind[n] = kind
  if (kind === 0) return
  const declared = readLength(bytes, at)
  examined.sequence[n] = readSequence(bytes, at)
  examined.run[n] = readRun(bytes, at)
  examined.length[n] = declared
  const slotted = kind !== KIND.request && kind !== KIND.answer
  examined.blank[n] = slotted && slotIsBlank(bytes, at, size, declared) ? 1 : 0
  examined.sent[n] = slotted && size >= SLOT_AT ? readSent(bytes, at) : -1
}
