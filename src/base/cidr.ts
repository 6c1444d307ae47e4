import { addressBytes, isIPv4 } from './ip.ts'
import { invalidValue } from './invalid-value.ts'

/** A block of addresses. */
export interface Cidr {
  /** Whether the address is in the block. IPv4 blocks contain IPv4-mapped IPv6 addresses too; the zone is ignored. */
  contains(address: string): boolean
}

const EXAMPLES = ['10.0.0.0/8', 'fd00::/8'] as const

/**
 * A block of addresses: `10.0.0.0/8`, `fd00::/8`, or one address. Bits after the prefix are ignored. An IPv6 block contains no IPv4 addresses,
 * except a part of `::ffff:0:0/96`: so `::/0` is all of IPv6 and nothing else.
 */
export function parseCidr(text: string, name: string): Cidr {
  const [address = '', length, ...rest] = text.trim().split('/')
  const bytes = address.includes('%') ? undefined : addressBytes(address)
  if (bytes === undefined || rest.length > 0) throw invalidValue(name, text, 'it is not a block of addresses', EXAMPLES)
  const written = isIPv4(address) ? 32 : 128
  const prefix = length === undefined ? written : Number(/^\d{1,3}$/u.test(length) ? length : NaN)
  if (!(prefix <= written)) {
    throw invalidValue(name, text, `the prefix is a number from 0 to ${written}`, EXAMPLES)
  }
  const bits = prefix - (written - bytes.length * 8)
  if (bits < 0) throw invalidValue(name, text, 'it mixes IPv4 with IPv6', ['0.0.0.0/0', '::/0'])
  return { contains: candidate => sharesPrefix(bytes, addressBytes(candidate), bits) }
}

function sharesPrefix(block: readonly number[], address: readonly number[] | undefined, bits: number): boolean {
  if (address?.length !== block.length) return false
  return block.every((byte, n) => {
    const mask = (0xff00 >> Math.min(8, Math.max(0, bits - 8 * n))) & 255
    return (byte & mask) === ((address[n] ?? 0) & mask)
  })
}
