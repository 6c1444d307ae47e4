import { upper } from './uppercase'

/** How far the bytes at `at` equal those of the table at `table`: the first of `length` that differs, or -1. */
export function differs(at: usize, table: usize, length: i32): i32 {
  let i = 0
  for (; i + 16 <= length; i += 16) {
    const unequal = i8x16.bitmask(i8x16.ne(v128.load(at + i), v128.load(table + i)))
    if (unequal != 0) return i + ctz(unequal)
  }
  for (; i < length; i++) if (load<u8>(at + i) != load<u8>(table + i)) return i
  return -1
}

/** As `differs`, against the table with its ASCII letters uppercased. */
export function differsUpper(at: usize, table: usize, length: i32): i32 {
  let i = 0
  for (; i + 16 <= length; i += 16) {
    const unequal = i8x16.bitmask(i8x16.ne(v128.load(at + i), upper(v128.load(table + i))))
    if (unequal != 0) return i + ctz(unequal)
  }
  for (; i < length; i++) {
    const byte: u32 = load<u8>(table + i)
    if (load<u8>(at + i) != (byte - 0x61 <= 25 ? byte ^ 0x20 : byte)) return i
  }
  return -1
}

/** Writes `length` bytes of the table at `table` to `at`. */
export function copy(at: usize, table: usize, length: i32): void {
  let i = 0
  for (; i + 16 <= length; i += 16) v128.store(at + i, v128.load(table + i))
  for (; i < length; i++) store<u8>(at + i, load<u8>(table + i))
}
