import { invalidValue } from './invalid-value.ts'

/** Reads a TOS byte or IPv6 traffic class (DSCP in the six high bits, ECN in the two low ones, RFC 2474 and RFC 3168): `184` or `0xb8`. */
export function parseTos(text: string | number, name: string): number {
  const written = String(text).trim()
  const value = /^(?:\d{1,3}|0x[\da-f]{1,2})$/iu.test(written) ? Number(written) : NaN
  if (value >= 0 && value <= 255) return value
  throw invalidValue(name, text, 'it is not a byte', ['184', '0xb8'])
}
