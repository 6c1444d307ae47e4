/** Sixteen times `-`: an empty field. */
export const DASHES: v128 = i8x16.splat(0x2d)
/** Eight times `-`. */
export const EIGHT_DASHES: u64 = 0x2d2d2d2d2d2d2d2d
/** Eight times `0`. */
const EIGHT_ZEROS: u64 = 0x3030303030303030

/** The digits 0…15 as bytes, `0-9A-F`. */
function spelled(nibbles: v128): v128 {
  return i8x16.add(nibbles, v128.bitselect(i8x16.splat(0x30), i8x16.splat(0x37), i8x16.le_u(nibbles, i8x16.splat(9))))
}

/** Sixteen hexadecimal digits, most significant first. */
export function sixteenDigits(value: u64): v128 {
  const bytes = i64x2.splat(bswap<u64>(value))
  const high = v128.and(i16x8.shr_u(bytes, 4), i8x16.splat(0x0f))
  const low = v128.and(bytes, i8x16.splat(0x0f))
  return spelled(i8x16.shuffle(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23))
}

/** Eight hexadecimal digits as they lie in memory, most significant first. */
export function eightDigits(value: u32): u64 {
  return i64x2.extract_lane(sixteenDigits((<u64>value) << 32), 0)
}

/** For each of the sixteen bytes, all ones if it is one of `0-9A-F`. */
export function areDigits(bytes: v128): v128 {
  return v128.or(
    i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(9)),
    i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x41)), i8x16.splat(5)),
  )
}

/** The value of sixteen digits for which `areDigits` holds. */
export function valueOf(digits: v128): u64 {
  const nines = i8x16.gt_u(digits, i8x16.splat(0x39))
  const nibbles = i8x16.sub(digits, v128.bitselect(i8x16.splat(0x37), i8x16.splat(0x30), nines))
  // Each pair of digits is a lane of 16 bits with the first digit in its low byte.
  const pairs = v128.and(v128.or(i16x8.shl(nibbles, 4), i16x8.shr_u(nibbles, 8)), i16x8.splat(255))
  return bswap<u64>(i64x2.extract_lane(i8x16.narrow_i16x8_u(pairs, pairs), 0))
}

/** The value of the `count` digits that end before `end`, at most eight. -1 if one is not a digit. Eight bytes before `end` are read. */
export function readDigits(end: usize, count: u64): i64 {
  const others: u64 = (1 << (8 * (8 - count))) - 1
  const digits = i64x2.splat((load<u64>(end - 8) & ~others) | (EIGHT_ZEROS & others))
  return i8x16.all_true(areDigits(digits)) ? <i64>(valueOf(digits) >>> 32) : -1
}
