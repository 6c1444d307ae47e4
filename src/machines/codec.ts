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

/** Datagrams that one call of `examine` looks at. */
export const EXAMINED_ROWS = 128

/** What the bytes of datagrams prove, by their place in the row that was examined. */
export interface Examined {
  /** One of KIND, or 0: not proved (`checkedKind`), and the other columns mean nothing. */
  readonly kind: Int32Array
  /** Modulo 2^32. */
  readonly sequence: Uint32Array
  readonly run: Uint32Array
  /** Declared length, bytes. */
  readonly length: Int32Array
  /** 1: of kind `Q`, `R` or `D`, and its slot is blank as far as it must be (`slotIsBlank`). */
  readonly blank: Int32Array
  /** Of kind `Q`, `R` or `D`: when it was sent, as from `readSent`; -1: absent or too short. */
  readonly sent: Float64Array
}

/**
 * The work on every byte that a machine leaves to its engine: where all datagrams lie in one arena, WebAssembly does it at the speed of
 * memory. Whoever does it, the bytes are the same: each function is the one of that name in src/wire.
 */
export interface Codec {
  /** What `examine` saw last. */
  readonly examined: Examined
  /**
   * Looks at the datagrams of `stride` bytes in the `size` bytes at `at`, the last of which may be short, but at most at EXAMINED_ROWS
   * of them. No bytes are one empty datagram.
   */
  examine(bytes: Uint8Array, at: number, size: number, stride: number): void
  /** Whether no datagram of `stride` bytes in the `size` bytes at `at` resembles ours (`resemblesMagic`): there may be any number of them. */
  arePlain(bytes: Uint8Array, at: number, size: number, stride: number): boolean
  uppercase(bytes: Uint8Array, from: number, to: number): void
  fillSlot(bytes: Uint8Array, at: number, size: number, declared: number, slot: Slot): void
  readSlot(bytes: Uint8Array, at: number, size: number, slot: Slot): 'right' | 'wrong' | 'cut' | 'blank'
  writeProbe(bytes: Uint8Array, at: number, size: number, sequence: number, run: number, sent: number): void
  /** The same payload, written and compared by this worker. At most one at a time. */
  payload(payload: Payload): Payload
}

/** The work done in JavaScript, on bytes anywhere. */
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

/** Columns of EXAMINED_ROWS rows, one behind the other where they are given a place. */
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
