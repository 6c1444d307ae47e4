/** The four bytes of a dotted IPv4 address, or undefined. Strict: four decimal numbers, no leading zeros. */
function bytesOfIPv4(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every(part => /^(?:0|[1-9]\d{0,2})$/u.test(part) && Number(part) <= 255)) {
    return undefined
  }
  return parts.map(Number)
}

/** The sixteen bytes of an IPv6 address without its zone, or undefined. */
function bytesOfIPv6(text: string): number[] | undefined {
  const [address, zone] = splitZone(text)
  if (zone !== undefined && !/^[\w.:-]+$/u.test(zone)) return undefined
  const halves = address.split('::')
  if (halves.length > 2) return undefined
  const head = bytesOfGroups(halves[0] ?? '', halves.length === 1)
  const tail = bytesOfGroups(halves[1] ?? '', true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 16 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

/** Groups of hexadecimal digits as bytes. If `last`, the final group may be a dotted IPv4 address. */
function bytesOfGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const bytes: number[] = []
  for (const [n, group] of groups.entries()) {
    const dotted = last && n === groups.length - 1 ? bytesOfIPv4(group) : undefined
    if (dotted !== undefined) bytes.push(...dotted)
    else if (/^[\da-f]{1,4}$/iu.test(group)) bytes.push(parseInt(group, 16) >> 8, parseInt(group, 16) & 255)
    else return undefined
  }
  return bytes
}

function splitZone(text: string): [string, string?] {
  const at = text.indexOf('%')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** Whether the text is an IPv4 address: `127.0.0.1`. */
export function isIPv4(text: string): boolean {
  return bytesOfIPv4(text) !== undefined
}

/** Whether the text is an IPv6 address, with or without a zone: `::1`, `fe80::1%eth0`. Without brackets. */
export function isIPv6(text: string): boolean {
  return bytesOfIPv6(text) !== undefined
}

/** Whether the text is an address of either family, not a name. */
export function isAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text)
}

/**
 * An address as bytes in network order: 4 for IPv4, 16 for IPv6, and 4 for an IPv4-mapped IPv6 address
 * (`::ffff:127.0.0.1`), which a socket on `::` reports for an IPv4 peer. The zone is dropped. Undefined for anything else.
 */
export function addressBytes(text: string): readonly number[] | undefined {
  const bytes = bytesOfIPv4(text) ?? bytesOfIPv6(text)
  return bytes?.length === 16 && isMapped(bytes) ? bytes.slice(12) : bytes
}

function isMapped(bytes: readonly number[]): boolean {
  return bytes.slice(0, 12).every((byte, n) => byte === (n < 10 ? 0 : 255))
}

/** Formats sixteen bytes as in RFC 5952: the longest run of zero groups is `::`, and an IPv4-mapped address is dotted. */
export function formatIPv6(bytes: Uint8Array): string {
  if (isMapped([...bytes.subarray(0, 16)])) return `::ffff:${bytes.subarray(12, 16).join('.')}`
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0))
  const { start, length } = longestZeros(groups)
  if (length < 2) return hex(groups)
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}

function hex(groups: readonly number[]): string {
  return groups.map(group => group.toString(16)).join(':')
}

/** The first of the longest runs of zero groups. */
function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  groups.forEach((group, i) => {
    if (group !== 0) start = i + 1
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start }
  })
  return best
}

/** Whether the address is this host's loopback: 127.0.0.0/8, `::1`, or 127.0.0.0/8 mapped into IPv6. */
export function isLoopback(address: string): boolean {
  const bytes = addressBytes(address)
  if (bytes?.length === 4) return bytes[0] === 127
  return bytes?.length === 16 && bytes.every((byte, n) => byte === (n === 15 ? 1 : 0))
}

/** Whether this is a multicast address: 224.0.0.0/4 (RFC 5771), ff00::/8 (RFC 4291 section 2.7). */
export function isMulticast(address: string): boolean {
  const bytes = addressBytes(address)
  const [first = 0] = bytes ?? []
  return bytes?.length === 4 ? first >> 4 === 14 : first === 0xff
}

/** Whether an IPv6 address needs a zone and has none: fe80::/10, and link-local multicast. */
export function lacksZone(address: string): boolean {
  const bytes = addressBytes(address)
  const [first = 0, second = 0] = bytes ?? []
  if (bytes?.length !== 16 || address.includes('%')) return false
  return (first === 0xfe && second >> 6 === 2) || (first === 0xff && (second & 15) > 0 && (second & 15) <= 2)
}
