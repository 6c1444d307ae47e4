/** Bytes as text, with `\DDD` for those that are not printable ASCII, and `\` before the characters of `special` (RFC 1035 section 5.1). */
export function escapeBytes(bytes: Uint8Array, special: string, firstPrintable: number): string {
  let text = ''
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    if (byte < firstPrintable || byte > 0x7e) text += `\\${String(byte).padStart(3, '0')}`
    else text += special.includes(character) ? `\\${character}` : character
  }
  return text
}

/** A character-string of a record in quotes. */
export function quoteBytes(bytes: Uint8Array): string {
  return `"${escapeBytes(bytes, '"\\', 0x20)}"`
}

const HEX = '0123456789ABCDEF'

/** Bytes as hexadecimal digits, upper case. */
export function hexText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX.charAt(byte >> 4) + HEX.charAt(byte & 15)
  return text
}

const BASE32 = '0123456789ABCDEFGHIJKLMNOPQRSTUV'

/** Base 32 with the extended hex alphabet and without padding (RFC 4648 section 7), for the hash of NSEC3 (RFC 5155 section 3.3). */
export function base32Text(bytes: Uint8Array): string {
  let text = ''
  let word = 0
  let bits = 0
  for (const byte of bytes) {
    word = ((word << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32.charAt((word >> (bits - 5)) & 31)
  }
  return bits > 0 ? text + BASE32.charAt((word << (5 - bits)) & 31) : text
}
