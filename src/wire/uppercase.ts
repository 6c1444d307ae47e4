/** From this length on, processing four bytes at a time outweighs the set-up. */
const WORDS_FROM = 64

/**
 * The words of the last buffer. Engines pass the same arena over and over; a new view for every datagram would allocate on the hot path. It
 * keeps at most one buffer alive.
 */
let wordsOf: ArrayBufferLike | undefined
let latest: Int32Array = new Int32Array(0)

/**
 * Uppercases `bytes[from … to-1]` in place as Python's `bytes.upper()` does: the ASCII letters a–z become A–Z, all other bytes, including those
 * above 0x7F, stay the same, so the length never changes.
 */
export function uppercase(bytes: Uint8Array, from: number, to: number): void {
  const start = Math.max(from, 0)
  const end = Math.min(to, bytes.length)
  if (end - start < WORDS_FROM) {
    uppercaseBytes(bytes, start, end)
    return
  }
  if (bytes.buffer !== wordsOf) {
    wordsOf = bytes.buffer
    latest = new Int32Array(bytes.buffer, 0, bytes.buffer.byteLength >>> 2)
  }
  const base = bytes.byteOffset
  const firstWord = (base + start + 3) >>> 2
  const endWord = (base + end) >>> 2
  uppercaseBytes(bytes, start, firstWord * 4 - base)
  uppercaseWords(latest, firstWord, endWord)
  uppercaseBytes(bytes, endWord * 4 - base, end)
}

/** An ASCII letter in upper case; any other byte as it is. */
export function upperCased(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte
}

function uppercaseBytes(bytes: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number
    if (byte >= 0x61 && byte <= 0x7a) bytes[i] = byte - 0x20
  }
}

/** Each word holds four independent bytes: no addition carries into the next byte, so the byte order of the machine does not matter. */
function uppercaseWords(words: Int32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const word = words[i] as number
    const low = word & 0x7f7f7f7f
    const fromA = low + 0x1f1f1f1f // bit 7 of a byte: at least 0x61
    const aboveZ = low + 0x05050505 // bit 7 of a byte: at least 0x7B
    const letters = (fromA ^ aboveZ) & ~word & 0x80808080
    words[i] = word ^ (letters >>> 2) // 0x80 >> 2 is the 0x20 between the two cases
  }
}
