/** Sixteen bytes with ASCII letters a–z changed to A–Z. */
export function upper(bytes: v128): v128 {
  const letters = i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x61)), i8x16.splat(25))
  return v128.xor(bytes, v128.and(letters, i8x16.splat(0x20)))
}

function upperAt(at: usize): void {
  v128.store(at, upper(v128.load(at)))
}

/** Changes the bytes from…to-1 to upper case in place, ASCII a–z only, like src/wire/uppercase.ts. */
export function uppercase(from: usize, to: usize): void {
  if (from + 16 > to) {
    for (; from < to; from++) {
      const byte: u32 = load<u8>(from)
      if (byte - 0x61 <= 25) store<u8>(from, byte ^ 0x20)
    }
    return
  }
  for (; from + 64 <= to; from += 64) {
    const first = upper(v128.load(from))
    const second = upper(v128.load(from, 16))
    const third = upper(v128.load(from, 32))
    const fourth = upper(v128.load(from, 48))
    v128.store(from, first)
    v128.store(from, second, 16)
    v128.store(from, third, 32)
    v128.store(from, fourth, 48)
  }
  for (; from + 16 <= to; from += 16) upperAt(from)
  // Process the last sixteen again: upper case does not change.
  if (from < to) upperAt(to - 16)
}
