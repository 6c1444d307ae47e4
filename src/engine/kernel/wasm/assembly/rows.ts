import {
  ANSWER,
  CASE_BITS,
  checkedKind,
  declared,
  LOWER_MAGIC,
  LOWER_NEXT_MAGIC,
  PROBE_SIZE,
  readSent,
  REQUEST,
  sequenceAndRun,
  SLOT_AT,
} from './header'
import { COLUMN, COLUMNS, ROWS, SENT_COLUMN } from './layout'
import { isBlank } from './slot'

/** Whether the part of a probe's slot below min(size, declared, 117) is all `-`. */
function slotIsBlank(at: usize, size: i32): bool {
  const end = min(min(size, <i32>declared), PROBE_SIZE)
  if (end == PROBE_SIZE) return isBlank(at + SLOT_AT)
  for (let i = <i32>SLOT_AT; i < end; i++) if (load<u8>(at + i) != 0x2d) return false
  return true
}

/**
 * Whether none of the datagrams of `stride` bytes in the `size` bytes at `at` resembles one of ours, like `resemblesMagic` of
 * src/wire/probe.ts.
 */
export function arePlain(at: usize, size: i32, stride: i32): i32 {
  for (; size > 0; size -= stride, at += stride) {
    if (min(stride, size) < 4) continue
    const lower = load<u32>(at) | CASE_BITS
    if (lower == LOWER_MAGIC || lower == LOWER_NEXT_MAGIC) return 0
  }
  return 1
}

/**
 * Examines the datagrams of `stride` bytes, of which the last may be shorter, in the `size` bytes at `at`, at most ROWS of them. The
 * results go into the columns: kind, sequence, run, declared length, 1 if the slot of a probe (replied, returned or neither) is blank, and
 * the sending time. If the kind is 0, the other columns are undefined.
 */
export function examine(at: usize, size: i32, stride: i32): void {
  let row: usize = COLUMNS
  for (let n = 0; n < ROWS; n++) {
    const length = min(stride, size)
    const kind = checkedKind(at, length)
    store<u32>(row, kind)
    if (kind != 0) {
      store<u32>(row, <u32>(sequenceAndRun >>> 32), COLUMN)
      store<u32>(row, <u32>sequenceAndRun, 2 * COLUMN)
      store<u32>(row, declared, 3 * COLUMN)
      const slotted = kind != REQUEST && kind != ANSWER
      store<u32>(row, slotted && slotIsBlank(at, length) ? 1 : 0, 4 * COLUMN)
      store<f64>(SENT_COLUMN + 8 * n, slotted && length >= <i32>SLOT_AT ? readSent(at) : -1)
    }
    size -= stride
    if (size <= 0) return
    at += stride
    row += 4
  }
}
