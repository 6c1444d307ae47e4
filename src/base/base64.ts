const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES = new Int8Array(128).fill(-1)
for (let i = 0; i < LETTERS.length; i++) VALUES[LETTERS.charCodeAt(i)] = i

/** Base64 with padding (RFC 4648 section 4). Written here because Node 20 has no Uint8Array.toBase64. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += LETTERS.charAt(word >>> 18) + LETTERS.charAt((word >>> 12) & 63)
    text += i + 1 < bytes.length ? LETTERS.charAt((word >>> 6) & 63) : '='
    text += i + 2 < bytes.length ? LETTERS.charAt(word & 63) : '='
  }
  return text
}

/** The bytes of a base64 text; undefined if the text is not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  if (text.length % 4 !== 0) return undefined
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  for (let i = 0, at = 0; i < text.length; i += 4) {
    let word = 0
    for (let j = i; j < i + 4; j++) {
      const padded = j >= text.length - padding
      const value = padded ? 0 : (VALUES[text.charCodeAt(j)] ?? -1)
      if (value < 0) return undefined
      word = (word << 6) | value
    }
    for (let shift = 16; shift >= 0; shift -= 8) if (at < bytes.length) bytes[at++] = (word >>> shift) & 255
  }
  return bytes
}
