import { upper } from './uppercase'

/** The differences of 16 bytes: not zero where they differ. */
function unequal(at: usize, table: usize): v128 {
  return v128.xor(v128.load(at), v128.load(table))
}

function unequalUpper(at: usize, table: usize): v128 {
  return v128.xor(v128.load(at), upper(v128.load(table)))
}

/** The index of the first of `length` bytes at `at` that differs from the table at `table`, or -1. */
export function differs(at: usize, table: usize, length: i32): i32 {
  let i = 0
  // Compare 64 bytes at once, because most are equal. The loop below finds a difference.
  for (; i + 64 <= length; i += 64) {
    const first = v128.or(unequal(at + i, table + i), unequal(at + i + 16, table + i + 16))
    const second = v128.or(unequal(at + i + 32, table + i + 32), unequal(at + i + 48, table + i + 48))
    if (v128.any_true(v128.or(first, second))) break
  }
  for (; i + 16 <= length; i += 16) {
    const wrong = i8x16.bitmask(i8x16.ne(v128.load(at + i), v128.load(table + i)))
    if (wrong != 0) return i + ctz(wrong)
  }
  for (; i < length; i++) if (load<u8>(at + i) != load<u8>(table + i)) return i
  return -1
}

/** Like `differs`, but compares with the table in upper case (ASCII). */
export function differsUpper(at: usize, table: usize, length: i32): i32 {
  let i = 0
  for (; i + 64 <= length; i += 64) {
    const first = v128.or(unequalUpper(at + i, table + i), unequalUpper(at + i + 16, table + i + 16))
    const second = v128.or(unequalUpper(at + i + 32, table + i + 32), unequalUpper(at + i + 48, table + i + 48))
    if (v128.any_true(v128.or(first, second))) break
  }
  for (; i + 16 <= length; i += 16) {
    const wrong = i8x16.bitmask(i8x16.ne(v128.load(at + i), upper(v128.load(table + i))))
    if (wrong != 0) return i + ctz(wrong)
  }
  for (; i < length; i++) {
    const byte: u32 = load<u8>(table + i)
    if (load<u8>(at + i) != (byte - 0x61 <= 25 ? byte ^ 0x20 : byte)) return i
  }
  return -1
}

/** Copies `length` bytes from the table at `table` to `at`. */
export function copy(at: usize, table: usize, length: i32): void {
  let i = 0
  for (; i + 16 <= length; i += 16) v128.store(at + i, v128.load(table + i))
  for (; i < length; i++) store<u8>(at + i, load<u8>(table + i))
}
