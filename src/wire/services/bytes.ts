/** Whether two datagrams have the same bytes. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

/** Lower-case hexadecimal digits, two for each byte. */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

/** Why a datagram that equals the request is no answer. */
export const ECHO = 'it is our own request, sent back'
