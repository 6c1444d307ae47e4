import { crc32 } from '../../crc32.ts'
import { HEADER, uint16, uint32 } from './header.ts'

/** Why a message is none of the protocol, as a clause. */
export interface Malformed {
  readonly malformed: string
}

/** The values of the attributes that this client reads, without padding. Of an attribute that comes twice, the first counts. */
export interface Attributes {
  mappedAddress?: Uint8Array
  xorMappedAddress?: Uint8Array
  errorCode?: Uint8Array
  software?: Uint8Array
}

/** RFC 8489 section 18.3. */
const READ: Readonly<Record<number, keyof Attributes>> = {
  0x0001: 'mappedAddress',
  0x0009: 'errorCode',
  0x0020: 'xorMappedAddress',
  // SERVER in drafts of RFC 5389.
  0x8022: 'software',
}

const MESSAGE_INTEGRITY = 0x0008
const MESSAGE_INTEGRITY_SHA256 = 0x001c
const FINGERPRINT = 0x8028
/** What the CRC-32 is XORed with: "STUN" in ASCII (RFC 8489 section 14.7). */
const FINGERPRINT_XOR = 0x5354554e

/** From here on a client may ignore what it does not know; the others it must understand (RFC 8489 section 14). */
const COMPREHENSION_OPTIONAL = 0x8000

/**
 * Types below 0x8000 that this client knows, whether or not it needs their values: of RFC 8489, of RFC 3489 (0x0002 to 0x000b), and of RFC 5780
 * (0x0026, 0x0027).
 */
const KNOWN = new Set([
  ...Array.from({ length: 11 }, (_, n) => n + 1),
  0x0014,
  0x0015,
  MESSAGE_INTEGRITY_SHA256,
  0x001d,
  0x001e,
  0x0020,
  0x0026,
  0x0027,
])

/** Reads the attributes of a message whose length field is that of the datagram. Each is looked at once. */
export function readAttributes(datagram: Uint8Array): Attributes | Malformed {
  const found: Attributes = {}
  let sealed = false
  for (let at = HEADER; at < datagram.length;) {
    if (at + 4 > datagram.length) return { malformed: 'it ends inside an attribute' }
    const type = uint16(datagram, at)
    const length = uint16(datagram, at + 2)
    const end = at + 4 + length
    if (end > datagram.length) return { malformed: `it ends inside its attribute 0x${hex(type)}` }
    if (type === FINGERPRINT) {
      const fault = fingerprintFault(datagram, at, length)
      if (fault !== undefined) return { malformed: fault }
    } else if (!sealed) {
      if (type < COMPREHENSION_OPTIONAL && !KNOWN.has(type)) {
        return {
          malformed: `its attribute 0x${hex(type)} is unknown here, and a client must not ignore one below 0x8000`,
        }
      }
      const name = READ[type]
      if (name !== undefined) found[name] ??= datagram.subarray(at + 4, end)
      // Nothing behind it is protected, so it is ignored (RFC 8489 section 14.5).
      sealed = type === MESSAGE_INTEGRITY || type === MESSAGE_INTEGRITY_SHA256
    }
    // Padding, whose bytes may have any value (RFC 8489 section 14).
    at = (end + 3) & ~3
  }
  return found
}

/** Why a FINGERPRINT is wrong (RFC 8489 section 14.7), or undefined. It covers all that is before it. */
function fingerprintFault(datagram: Uint8Array, at: number, length: number): string | undefined {
  if (length !== 4 || at + 8 !== datagram.length) return 'its FINGERPRINT is not its last attribute'
  const right = (crc32(datagram, 0, at) ^ FINGERPRINT_XOR) >>> 0
  return uint32(datagram, at + 4) === right ? undefined : 'its FINGERPRINT is not that of its bytes'
}

function hex(type: number): string {
  return type.toString(16).padStart(4, '0')
}
