import { sameBytes } from '../same-bytes.ts'
import type { StunAnswer } from './answers.ts'
import { ECHO, malformed, unmatched, type Reading, type Service } from './service.ts'
import { readAttributes, type Malformed } from './stun/attributes.ts'
import { HEADER, MAGIC_COOKIE, uint16, uint32 } from './stun/header.ts'
import { readAddress, readError, readText } from './stun/values.ts'

/** Method Binding, and the four classes (RFC 8489 section 5). */
const TYPE = { request: 0x0001, indication: 0x0011, success: 0x0101, error: 0x0111 } as const

/** A check of a STUN server: a binding request without authentication (RFC 8489). */
export function stunService(): Service {
  return {
    name: 'stun',
    named: true,
    request: random => {
      const bytes = requestBytes(random(12))
      return { bytes, read: datagram => read(datagram, bytes) }
    },
  }
}

/** Without attributes: one that old servers (RFC 3489) do not know would be an error to them. */
function requestBytes(transaction: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, TYPE.request)
  view.setUint32(4, MAGIC_COOKIE)
  bytes.set(transaction.subarray(0, 12), 8)
  return bytes
}

/** The checks of RFC 8489 section 6.3, in its order. */
function read(datagram: Uint8Array, request: Uint8Array): Reading {
  if (datagram.length < HEADER)
    return malformed(`it has ${datagram.length} bytes, and a STUN message has ${HEADER} or more`)
  const type = uint16(datagram, 0)
  if (type >= 0x4000) return malformed('its first two bits are not 0, as those of a STUN message are')
  // A server of RFC 3489 has no cookie of its own, and returns ours as a part of the transaction id.
  if (uint32(datagram, 4) !== MAGIC_COOKIE) return malformed('it lacks the magic cookie of STUN')
  const length = uint16(datagram, 2)
  if (length + HEADER !== datagram.length) {
    return malformed(`it has ${datagram.length} bytes, and its length field says ${length + HEADER}`)
  }
  if (length % 4 !== 0) return malformed(`its length field is ${length}, which is no multiple of 4`)
  if (!sameBytes(datagram, 8, request, 8, 12)) return unmatched('its transaction id is not that of our request')
  if (type === TYPE.request) return unmatched(ECHO)
  if (type !== TYPE.success && type !== TYPE.error) {
    return unmatched(`its type is 0x${type.toString(16).padStart(4, '0')}, which is no response to a binding request`)
  }
  const answer = readAnswer(datagram, type === TYPE.error)
  return 'malformed' in answer ? malformed(answer.malformed) : { what: 'answer', answer }
}

function readAnswer(datagram: Uint8Array, failed: boolean): StunAnswer | Malformed {
  const attributes = readAttributes(datagram)
  if ('malformed' in attributes) return attributes
  const { software } = attributes
  const common = { service: 'stun', ...(software === undefined ? {} : { software: readText(software) }) } as const
  if (failed) {
    const error = readError(attributes.errorCode)
    return 'malformed' in error ? error : { ...common, error }
  }
  const mapped = readAddress(datagram, attributes)
  return 'malformed' in mapped ? mapped : { ...common, mapped }
}
