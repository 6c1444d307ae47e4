/**
 * Length of the UTF-8 sequence that begins at `at`: 1 to 4 if it is complete, 0 if none begins there, -1 if the bytes end inside one (The
 * Unicode Standard, table 3-7).
 */
export function utf8Length(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  for (let n = 1; n < length; n++) {
    const byte = bytes[at + n]
    if (byte === undefined) return -1
    const [least, most] = n === 1 ? secondRange(first) : [0x80, 0xbf]
    if (byte < least || byte > most) return 0
  }
  return length
}

/** Excludes overlong forms, surrogates, and code points above U+10FFFF. */
function secondRange(first: number): readonly [number, number] {
  if (first === 0xe0) return [0xa0, 0xbf]
  if (first === 0xed) return [0x80, 0x9f]
  if (first === 0xf0) return [0x90, 0xbf]
  return first === 0xf4 ? [0x80, 0x8f] : [0x80, 0xbf]
}

export function endsInsideCharacter(bytes: Uint8Array): boolean {
  for (let at = bytes.length - 1; at >= Math.max(0, bytes.length - 3); at--) {
    const byte = bytes[at] ?? 0
    // A continuation byte: the first byte is before it.
    if (byte >= 0x80 && byte < 0xc0) continue
    return utf8Length(bytes, at) < 0
  }
  return false
}

/** Whether all bytes are UTF-8, so that their text represents them exactly. */
export function isUtf8(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length;) {
    const length = utf8Length(bytes, at)
    if (length <= 0) return false
    at += length
  }
  return true
}
