const DASH = 0x2d
const TWO_TO_32 = 0x1_0000_0000

/** The sixteen digits, upper case only: an uppercasing echo server must not be able to change a header. */
const DIGITS = Uint8Array.from('0123456789ABCDEF', digit => digit.charCodeAt(0))

/** The value of each byte as a digit, -1 if it is not one. Lower-case letters are not digits here. */
const VALUES = new Int8Array(256).fill(-1)
DIGITS.forEach((byte, value) => {
  VALUES[byte] = value
})

/**
 * Writes `value` as `digits` upper-case hexadecimal digits, most significant first, to `bytes[at … at+digits-1]`.
 * Only the low `digits` digits are kept, so writing eight digits is taking the value modulo 2^32.
 *
 * @param value a non-negative integer up to 2^53
 */
export function writeHex(bytes: Uint8Array, at: number, digits: number, value: number): void {
  // ToUint32 is modulo 2^32 for every integer that a double can hold, so bit operations can split the value.
  let rest = value >>> 0
  const low = Math.max(at, at + digits - 8)
  for (let i = at + digits - 1; i >= low; i--) {
    bytes[i] = DIGITS[rest & 15] as number
    rest >>>= 4
  }
  if (digits <= 8) return
  rest = Math.floor(value / TWO_TO_32)
  for (let i = low - 1; i >= at; i--) {
    bytes[i] = DIGITS[rest & 15] as number
    rest >>>= 4
  }
}

/**
 * Reads `digits` hexadecimal digits at `bytes[at]`.
 * @param digits at most 13 (52 bits); sixteen digits are two reads of eight, because the value may not fit in a double
 * @returns the value, or -1 if any byte is missing or not one of `0-9A-F`
 */
export function readHex(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0
  for (let i = at; i < at + digits; i++) {
    const digit = VALUES[bytes[i] ?? DASH] ?? -1
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** Fills `bytes[at … at+digits-1]` with `-`, which marks an empty field. */
export function blank(bytes: Uint8Array, at: number, digits: number): void {
  bytes.fill(DASH, at, at + digits)
}

/** Whether `bytes[at … at+digits-1]` is complete and all `-`. True for no digits. */
export function isBlank(bytes: Uint8Array, at: number, digits: number): boolean {
  for (let i = at; i < at + digits; i++) if (bytes[i] !== DASH) return false
  return true
}
