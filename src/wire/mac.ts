/**
 * A message authentication code with its key (RFC 2104): the code of the bytes of all parts, one after the other. Longer than what a protocol
 * puts on the wire, which is its first octets.
 */
export type Mac = (...parts: readonly Uint8Array[]) => Uint8Array
