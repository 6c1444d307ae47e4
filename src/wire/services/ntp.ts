import { hexText } from '../../base/bytes.ts'
import type { Nanos } from '../../base/nanos.ts'
import { SECOND } from '../../base/nanos.ts'
import { nanosOfNtp, unixSecondsOfNtp } from '../ntp-time.ts'
import { sameBytes } from '../same-bytes.ts'
import type { NtpAnswer, RealTime } from './answers.ts'
import { ECHO, malformed, unmatched, type Reading, type Service } from './service.ts'

const SIZE = 48
const ORIGIN = 24
const RECEIVE = 32
const TRANSMIT = 40

/** Leap indicator 0, version 4, mode 3: a client (RFC 5905 figures 9 and 10). */
const CLIENT = 0x23
const SERVER_MODE = 4
const MODES = [
  'reserved',
  'symmetric active',
  'symmetric passive',
  'client',
  'server',
  'broadcast',
  'control message',
  'private use',
]
const LEAPS = ['none', 'add', 'delete', 'unknown'] as const

/** A check of an NTP server: a client request of version 4 (RFC 5905). */
export function ntpService(): Service {
  return {
    name: 'ntp',
    named: true,
    request: random => {
      const cookie = random(8)
      const bytes = requestBytes(cookie)
      return { bytes, read: datagram => read(datagram, bytes) }
    },
  }
}

/**
 * Everything but the first byte, the precision and the transmit timestamp is 0, and the latter is random: the server returns it as the
 * origin timestamp, which nobody can guess then (draft-ietf-ntp-data-minimization-04 sections 3 and 4; RFC 5905 section 8, figure 18,
 * "bogus" packets). The server does not need our time, and the arithmetic uses the local copy of it.
 */
function requestBytes(cookie: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SIZE)
  bytes[0] = CLIENT
  bytes[3] = 0x20
  bytes.set(cookie.subarray(0, 8), TRANSMIT)
  return bytes
}

function read(datagram: Uint8Array, request: Uint8Array): Reading {
  // What follows the 48 bytes are extension fields and a MAC (RFC 7822, RFC 5905 section 7.5). We have no key to check them with.
  if (datagram.length < SIZE) return malformed(`it has ${datagram.length} bytes, and an NTP packet has 48 or more`)
  const first = datagram[0] ?? 0
  const version = (first >> 3) & 7
  const mode = first & 7
  if (version < 1 || version > 4) return malformed(`its NTP version is ${version}, and this client reads 1 to 4`)
  if (sameBytes(datagram, 0, request, 0, SIZE)) return unmatched(ECHO)
  if (mode !== SERVER_MODE)
    return unmatched(`its mode is ${mode} (${MODES[mode] ?? ''}), and an answer has mode 4 (server)`)
  if (!sameBytes(datagram, ORIGIN, request, TRANSMIT, 8)) {
    return unmatched('its origin timestamp is not the transmit timestamp of our request')
  }
  return { what: 'answer', answer: readAnswer(datagram, version, LEAPS[first >> 6] ?? 'unknown') }
}

function readAnswer(datagram: Uint8Array, version: number, leap: NtpAnswer['leap']): NtpAnswer {
  const view = new DataView(datagram.buffer, datagram.byteOffset, SIZE)
  const stratum = view.getUint8(1)
  const kiss = stratum === 0 ? asciiCode(view) : undefined
  const received = readTimestamp(view, RECEIVE)
  const sent = readTimestamp(view, TRANSMIT)
  return {
    service: 'ntp',
    version,
    leap,
    stratum,
    ...(kiss === undefined ? {} : { kiss }),
    precision: readPrecision(view.getInt8(3)),
    rootDelay: readShort(view, 4),
    rootDispersion: readShort(view, 8),
    referenceId: readReferenceId(view, stratum),
    ...(received === undefined ? {} : { received }),
    ...(sent === undefined ? {} : { sent }),
  }
}

/** log2 of seconds. Rounded up: it is part of an error bound. */
function readPrecision(exponent: number): Nanos {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(2 ** exponent * SECOND))
}

/** The NTP short format: 16 bits of seconds, 16 bits of fraction (RFC 5905 section 6). Rounded up: it is part of an error bound. */
function readShort(view: DataView, at: number): Nanos {
  return Math.ceil((view.getUint32(at) * SECOND) / 2 ** 16)
}

/** Undefined: all zero, the unknown time (RFC 5905 section 6). */
function readTimestamp(view: DataView, at: number): RealTime | undefined {
  const seconds = view.getUint32(at)
  const fraction = view.getUint32(at + 4)
  if (seconds === 0 && fraction === 0) return undefined
  return { seconds: unixSecondsOfNtp(seconds), nanos: nanosOfNtp(fraction) }
}

/** RFC 5905 section 7.3: a code up to stratum 1, then the IPv4 address of the server's server, or four bytes of a hash of its IPv6 address. */
function readReferenceId(view: DataView, stratum: number): string {
  const bytes = [12, 13, 14, 15].map(at => view.getUint8(at))
  const code = stratum <= 1 || stratum >= 16 ? asciiCode(view) : undefined
  if (code !== undefined) return code
  const [first = 0] = bytes
  // A hash is any four bytes. Those that are no unicast address are shown as one.
  if (stratum >= 2 && stratum <= 15 && first >= 1 && first < 224) return bytes.join('.')
  return hexText(bytes).toUpperCase()
}

/** One to four printable ASCII characters, left-justified and zero-filled. */
function asciiCode(view: DataView): string | undefined {
  const bytes = [12, 13, 14, 15].map(at => view.getUint8(at))
  return /^([!-~][ -~]{0,3})\0*$/u.exec(String.fromCharCode(...bytes))?.[1]
}
