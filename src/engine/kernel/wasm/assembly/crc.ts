import { CRC_TABLES } from './layout'

/** The polynomial of IEEE 802.3, with bits reversed. */
const POLYNOMIAL: u32 = 0xedb88320

/** Entry `256·k + b` is the remainder of byte `b` followed by `k` zero bytes, as in the tables of src/wire/crc32.ts. */
export function prepareCrc(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let rest = byte
    for (let bit = 0; bit < 8; bit++) rest = (rest & 1) == 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1
    store<u32>(CRC_TABLES + (byte << 2), rest)
  }
  for (let entry: usize = 256; entry < 8 * 256; entry++) {
    store<u32>(CRC_TABLES + (entry << 2), afterZeros(load<u32>(CRC_TABLES + ((entry - 256) << 2)), 1))
  }
}

/** The remainder after `count` zero bytes. */
export function afterZeros(rest: u32, count: i32): u32 {
  for (let i = 0; i < count; i++) rest = (rest >>> 8) ^ load<u32>(CRC_TABLES + ((rest & 255) << 2))
  return rest
}

/**
 * The remainder of `rest` and the bytes from…to-1. Eight bytes per step, with independent look-ups: WebAssembly has no carry-less
 * multiplication, and sixteen bytes per step were not faster when measured.
 */
export function remainder(rest: u32, from: usize, to: usize): u32 {
  for (; from + 8 <= to; from += 8) {
    const bytes = load<u64>(from) ^ rest
    rest =
      load<u32>((<usize>(bytes & 255)) << 2, CRC_TABLES + 7 * 1024) ^
      load<u32>((<usize>((bytes >>> 8) & 255)) << 2, CRC_TABLES + 6 * 1024) ^
      load<u32>((<usize>((bytes >>> 16) & 255)) << 2, CRC_TABLES + 5 * 1024) ^
      load<u32>((<usize>((bytes >>> 24) & 255)) << 2, CRC_TABLES + 4 * 1024) ^
      load<u32>((<usize>((bytes >>> 32) & 255)) << 2, CRC_TABLES + 3 * 1024) ^
      load<u32>((<usize>((bytes >>> 40) & 255)) << 2, CRC_TABLES + 2 * 1024) ^
      load<u32>((<usize>((bytes >>> 48) & 255)) << 2, CRC_TABLES + 1024) ^
      load<u32>((<usize>(bytes >>> 56)) << 2, CRC_TABLES)
  }
  for (; from < to; from++) rest = (rest >>> 8) ^ load<u32>(((rest ^ load<u8>(from)) & 255) << 2, CRC_TABLES)
  return rest
}

/** CRC-32 of the bytes from…to-1 as in IEEE 802.3. `seed` is the CRC of the bytes before, 0 if there are none. */
export function crc32(from: usize, to: usize, seed: u32): u32 {
  return ~remainder(~seed, from, to)
}
