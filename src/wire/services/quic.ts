import { equalBytes, hexText } from '../../base/bytes.ts'
import { ECHO, malformed, unmatched, type RandomBytes, type Reading, type Service } from './service.ts'

/** The least size of a first datagram (RFC 9000 section 14.1). A server ignores shorter ones, so that it never sends more than it received. */
const SIZE = 1200
/** The header form bit: a long header (RFC 8999 section 5.1). */
const LONG = 0x80
/** RFC 9000 section 17.2 wants it set in packets of version 1, and servers may distinguish protocols by it (RFC 9443). */
const FIXED = 0x40
/** Where the length of the first connection id is: after the first byte and the version. */
const IDS_AT = 5
/** A client's first destination connection id has at least 8 bytes (RFC 9000 section 7.2). */
const ID_LENGTH = 8

/**
 * Asks for Version Negotiation (RFC 9000 section 6): a packet with a long header (RFC 8999 section 5.1) of a version that no server has. The
 * answer needs no keys and no TLS, so that it proves that a QUIC server is reachable, whatever its names and certificates are.
 */
export function quicService(): Service {
  return {
    name: 'quic',
    named: true,
    request: random => {
      const bytes = packet(random)
      return { bytes, read: datagram => readNegotiation(datagram, bytes) }
    },
  }
}

function packet(random: RandomBytes): Uint8Array {
  const bytes = Uint8Array.from(random(SIZE))
  bytes[0] = LONG | FIXED | ((bytes[0] ?? 0) & 0x0f)
  // 0x?a?a?a?a is reserved to force a negotiation (RFC 9000 section 15).
  for (let at = 1; at < IDS_AT; at++) bytes[at] = ((bytes[at] ?? 0) & 0xf0) | 0x0a
  bytes[IDS_AT] = ID_LENGTH
  bytes[IDS_AT + 1 + ID_LENGTH] = ID_LENGTH
  return bytes
}

interface LongHeader {
  readonly version: number
  readonly destination: Uint8Array
  readonly source: Uint8Array
  /** What follows the connection ids. */
  readonly rest: Uint8Array
}

/** The parts of a long header that every version has. Undefined if the datagram ends before. */
function readLongHeader(datagram: Uint8Array): LongHeader | undefined {
  const destinationEnd = IDS_AT + 1 + (datagram[IDS_AT] ?? 0)
  const sourceLength = datagram[destinationEnd]
  if (sourceLength === undefined) return undefined
  const sourceEnd = destinationEnd + 1 + sourceLength
  if (sourceEnd > datagram.length) return undefined
  return {
    version: readVersion(datagram, 1),
    destination: datagram.subarray(IDS_AT + 1, destinationEnd),
    source: datagram.subarray(destinationEnd + 1, sourceEnd),
    rest: datagram.subarray(sourceEnd),
  }
}

function readNegotiation(datagram: Uint8Array, request: Uint8Array): Reading {
  if (equalBytes(datagram, request)) return unmatched(ECHO)
  if (((datagram[0] ?? 0) & LONG) === 0)
    return malformed('it has no long header, which a Version Negotiation packet has')
  const header = readLongHeader(datagram)
  if (header === undefined) return malformed('it ends inside its QUIC header')
  if (header.version !== 0)
    return unmatched(`it is a packet of QUIC version ${versionName(header.version)}, no Version Negotiation`)
  const { rest } = header
  if (rest.length === 0) return malformed('it has no versions')
  if (rest.length % 4 !== 0) return malformed('it ends inside a version')
  const asked = readLongHeader(request)
  // RFC 8999 section 6: the ids of the request, exchanged.
  if (asked === undefined || !equalBytes(header.destination, asked.source))
    return unmatched(`its destination connection id ${idText(header.destination)} is of another request`)
  if (!equalBytes(header.source, asked.destination))
    return unmatched(`its source connection id ${idText(header.source)} is of another request`)
  const versions = Array.from({ length: rest.length / 4 }, (_, at) => readVersion(rest, 4 * at))
  // RFC 9000 section 6.2: a server that has the version does not negotiate, so this packet is forged or an error.
  if (versions.includes(asked.version))
    return unmatched(`it offers the reserved version ${versionName(asked.version)} of the request`)
  const names = versions.filter(version => !isReserved(version)).map(versionName)
  return { what: 'answer', answer: { service: 'quic', versions: [...new Set(names)] } }
}

function readVersion(bytes: Uint8Array, at: number): number {
  let version = 0
  for (let i = at; i < at + 4; i++) version = version * 256 + (bytes[i] ?? 0)
  return version
}

function isReserved(version: number): boolean {
  return (version & 0x0f0f0f0f) >>> 0 === 0x0a0a0a0a
}

/** RFC 9000, RFC 9369, and the drafts before (RFC 9000 section 15 of the drafts). */
function versionName(version: number): string {
  if (version === 1) return 'v1'
  if (version === 0x6b3343cf) return 'v2'
  if (version > 0xff000000 && version <= 0xff0000ff) return `draft-${String(version - 0xff000000).padStart(2, '0')}`
  return version.toString(16).padStart(8, '0')
}

/** Up to 20 bytes of a connection id, the most that version 1 has. */
function idText(id: Uint8Array): string {
  if (id.length === 0) return '(empty)'
  return hexText(id.subarray(0, 20)) + (id.length > 20 ? '…' : '')
}
