/** The polynomial of IEEE 802.3, bits reversed. */
const POLYNOMIAL = 0xedb88320

/**
 * Eight tables of 256, one after the other: entry `256·k + b` is the remainder of byte `b` followed by `k` zero bytes. Int32Array and not
 * Uint32Array, because signed words stay machine integers in V8 while unsigned ones become doubles.
 */
const TABLES = makeTables()

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte
    for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1
    tables[byte] = rest
  }
  for (let i = 256; i < tables.length; i++) {
    const before = tables[i - 256] as number
    tables[i] = (before >>> 8) ^ (tables[before & 255] as number)
  }
  return tables
}

/**
 * CRC-32 of `bytes[from … to-1]` as in IEEE 802.3, zlib and gzip (reflected, initial value and final complement all ones). Chainable: `crc32(b,
 * 0, n) === crc32(b, k, n, crc32(b, 0, k))`. Processes eight bytes a step ("slicing-by-8").
 * @param seed the CRC-32 of the preceding bytes; 0 if there are none
 * @returns an unsigned 32-bit integer; the seed if `from >= to`
 */
export function crc32(bytes: Uint8Array, from: number, to: number, seed = 0): number {
  const end = Math.min(to, bytes.length)
  let crc = ~seed
  let i = from
  for (const last = end - 8; i <= last; i += 8) {
    crc =
      (TABLES[1792 + (((bytes[i] as number) ^ crc) & 255)] as number) ^
      (TABLES[1536 + (((bytes[i + 1] as number) ^ (crc >>> 8)) & 255)] as number) ^
      (TABLES[1280 + (((bytes[i + 2] as number) ^ (crc >>> 16)) & 255)] as number) ^
      (TABLES[1024 + ((bytes[i + 3] as number) ^ (crc >>> 24))] as number) ^
      (TABLES[768 + (bytes[i + 4] as number)] as number) ^
      (TABLES[512 + (bytes[i + 5] as number)] as number) ^
      (TABLES[256 + (bytes[i + 6] as number)] as number) ^
      (TABLES[bytes[i + 7] as number] as number)
  }
  for (; i < end; i++) crc = (crc >>> 8) ^ (TABLES[((bytes[i] as number) ^ crc) & 255] as number)
  return ~crc >>> 0
}
