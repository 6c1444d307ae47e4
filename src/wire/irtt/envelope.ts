import type { Mac } from '../mac.ts'

/** Bits of the flag byte. The higher ones are 0. */
export const IRTT_FLAG = { open: 1, reply: 2, close: 4, hmac: 8 } as const

/** Where a datagram's flag byte is, and what follows it: the HMAC or, without one, the body. */
const FLAGS_AT = 3
const MAC_AT = 4
const MAC_SIZE = 16

const ALL_FLAGS = IRTT_FLAG.open | IRTT_FLAG.reply | IRTT_FLAG.close | IRTT_FLAG.hmac
const BLANK_MAC = new Uint8Array(MAC_SIZE)

/** Names a session; 0 names none. 64 bits, in two halves. */
export interface IrttToken {
  readonly low: number
  readonly high: number
}
export const NO_TOKEN: IrttToken = { low: 0, high: 0 }
export const TOKEN_SIZE = 8

/** The first bytes of every datagram (docs/irtt.md). */
export const IRTT_MAGIC = [0x14, 0xa7, 0x5b] as const

/** Bytes before the body: magic, flags and, in an authenticated session, the HMAC (docs/irtt.md). */
export function envelopeSize(isAuthenticated: boolean): number {
  return isAuthenticated ? MAC_AT + MAC_SIZE : MAC_AT
}

/** Writes magic and flags; in an authenticated session the HMAC follows by {@link sealIrtt} when the datagram is complete. */
export function writeEnvelope(datagram: Uint8Array, flags: number): void {
  datagram.set(IRTT_MAGIC)
  datagram[FLAGS_AT] = flags
}

/** The flags of a datagram, {@link IRTT_FLAG.hmac} included; -1 if it is none of irtt. */
export function irttFlags(datagram: Uint8Array): number {
  const flags = datagram[FLAGS_AT]
  const isIrtt = IRTT_MAGIC.every((byte, at) => datagram[at] === byte)
  return isIrtt && flags !== undefined && (flags & ~ALL_FLAGS) === 0 ? flags : -1
}

/**
 * Writes the HMAC of a complete datagram: HMAC-MD5 (RFC 2104) of all of it, in which the HMAC itself is 0.
 * @param datagram written by {@link writeEnvelope} with the flag `hmac`
 */
export function sealIrtt(datagram: Uint8Array, mac: Mac): void {
  datagram.set(codeOf(datagram, mac), MAC_AT)
}

/**
 * Whether the datagram has the right HMAC or, without a key, none. The flag must agree with the key: one without an HMAC proves nothing.
 * @param flags of {@link irttFlags}
 */
export function isAuthentic(datagram: Uint8Array, flags: number, mac: Mac | undefined): boolean {
  if (mac === undefined) return (flags & IRTT_FLAG.hmac) === 0
  if ((flags & IRTT_FLAG.hmac) === 0 || datagram.length < MAC_AT + MAC_SIZE) return false
  const code = codeOf(datagram, mac)
  // The time must not depend on how many bytes are right.
  let different = 0
  for (let i = 0; i < MAC_SIZE; i++) different |= (datagram[MAC_AT + i] ?? 0) ^ (code[i] ?? 0)
  return different === 0
}

function codeOf(datagram: Uint8Array, mac: Mac): Uint8Array {
  return mac(datagram.subarray(0, MAC_AT), BLANK_MAC, datagram.subarray(MAC_AT + MAC_SIZE)).subarray(0, MAC_SIZE)
}
