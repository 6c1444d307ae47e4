import { equalBytes } from '../../base/bytes.ts'
import { ECHO, malformed, unmatched, type Reading, type Service } from './service.ts'

/** The header of a message (RFC 7252 section 3): version, type and token length; code; message id. */
const HEADER = 4
const VERSION = 1
const EMPTY = 0
const RESET = 3
const TYPES = ['a Confirmable message', 'a Non-confirmable message', 'an Acknowledgement', 'a Reset'] as const
/** Lengths 9 to 15 are reserved. */
const LONGEST_TOKEN = 8

/**
 * The CoAP ping (RFC 7252 section 4.3): an empty Confirmable message, which a server can only reject, with an empty Reset that has the same
 * message id.
 */
export function coapService(): Service {
  return {
    name: 'coap',
    named: true,
    request: random => {
      const [high = 0, low = 0] = random(2)
      const bytes = Uint8Array.of(VERSION << 6, EMPTY, high, low)
      return { bytes, read: datagram => readReset(datagram, bytes) }
    },
  }
}

function readReset(datagram: Uint8Array, request: Uint8Array): Reading {
  const why = fault(datagram)
  if (why !== undefined) return malformed(why)
  if (equalBytes(datagram, request)) return unmatched(ECHO)
  const type = typeOf(datagram)
  // Section 4.2: an empty message must be rejected; only other Confirmable messages are acknowledged.
  if (type !== RESET) return unmatched(`it is ${TYPES[type]}, and only a Reset answers an empty message`)
  const [expected, messageId] = [messageIdOf(request), messageIdOf(datagram)]
  if (messageId !== expected) return unmatched(`its message id is ${messageId}, that of the request is ${expected}`)
  return { what: 'answer', answer: { service: 'coap', messageId } }
}

/** A message format error (RFC 7252 sections 3, 4.1 and 4.2). */
function fault(datagram: Uint8Array): string | undefined {
  const [first = 0, code = 0] = datagram
  if (datagram.length < HEADER) return `it has ${datagram.length} bytes, a CoAP header has ${HEADER}`
  if (first >> 6 !== VERSION) return `its CoAP version is ${first >> 6}, not ${VERSION}`
  const token = first & 15
  if (token > LONGEST_TOKEN) return `its token length of ${token} is reserved`
  if (datagram.length < HEADER + token) return 'it ends inside its token'
  if (code === EMPTY && datagram.length > HEADER) return 'it has the code of an empty message, and is not empty'
  if (code !== EMPTY && typeOf(datagram) === RESET) return 'it is a Reset with a code, and a Reset must be empty'
  return undefined
}

function typeOf([first = 0]: Uint8Array): 0 | 1 | 2 | 3 {
  return ((first >> 4) & 3) as 0 | 1 | 2 | 3
}

function messageIdOf([, , high = 0, low = 0]: Uint8Array): number {
  return high * 256 + low
}
