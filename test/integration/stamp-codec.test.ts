import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { readUint16 } from '../../src/wire/big-endian.ts'
import { hasRightBaseMac, writeBaseMac, writeTlvMac } from '../../src/wire/stamp/integrity.ts'
import {
  layoutOf,
  readErrorEstimate,
  readSenderSequence,
  readSequence,
  readSsid,
  reflect,
  writeRequest,
} from '../../src/wire/stamp/packet.ts'
import { TLV_TYPE, TlvCursor, writeTlvHeader } from '../../src/wire/stamp/tlv.ts'
import { ROOT } from '../helpers/child.ts'
import { skipped } from '../helpers/tools.ts'
import { hmacSha256, KEY, REFLECTION, REQUEST } from '../unit/wire/stamp/vectors.ts'

/** scapy is a package of Debian, so it belongs to Debian's Python. */
const PYTHON = '/usr/bin/python3'
const MAC = hmacSha256(KEY)

function hasScapy(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import scapy.contrib.stamp'], { stdio: 'ignore' })
    return true
  } catch {
    return skipped('python3-scapy is not installed')
  }
}

interface Estimate {
  readonly S: number
  readonly Z: number
  readonly scale: number
  readonly multiplier: number
}

interface Tlv {
  readonly flags: number
  readonly type: number
  readonly hex: string
}

/** A packet that scapy made, or Python in authenticated mode (stamp_codec.py). */
interface Made {
  readonly kind: 'request' | 'reply' | 'authenticatedRequest' | 'authenticatedReply'
  readonly request: Readonly<Record<'sequence' | 'seconds' | 'nanos' | 'ssid', number>> & {
    readonly estimate: Estimate
    readonly tlvs: readonly Tlv[]
  }
  readonly reply:
    | (Readonly<Record<'sequence' | 'seconds' | 'nanos' | 'receivedSeconds' | 'receivedNanos' | 'ttl', number>> & {
        readonly estimate: Estimate
      })
    | null
  readonly hex: string
}

function python<Line>(args: readonly string[], input: readonly unknown[] = []): readonly Line[] {
  const command = ['-B', `${ROOT}test/helpers/peers/stamp_codec.py`, ...args]
  const lines = input.map(line => JSON.stringify(line)).join('\n')
  const output = execFileSync(PYTHON, command, {
    input: lines,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 100_000,
  })
  return output
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line)
}

const wordOf = ({ S, Z, scale, multiplier }: Estimate): number => (S << 15) | (Z << 14) | (scale << 8) | multiplier
const formatOf = ({ Z }: Estimate): 'ntp' | 'ptp' => (Z === 0 ? 'ntp' : 'ptp')

/** The same packet by our own code. */
function build({ kind, request, reply }: Made): Uint8Array {
  const isAuthenticated = kind.startsWith('authenticated')
  const layout = layoutOf(isAuthenticated)
  const tlvs = isAuthenticated ? [] : request.tlvs
  const bytes = new Uint8Array(layout.size + tlvs.reduce((sum, { hex }) => sum + 4 + hex.length / 2, 0))
  const own = { ...request, format: formatOf(request.estimate), errorEstimate: wordOf(request.estimate) }
  writeRequest(bytes, 0, bytes.length, layout, own)
  if (reply !== null)
    reflect(bytes, 0, layout, { ...reply, format: formatOf(reply.estimate), errorEstimate: wordOf(reply.estimate) })
  if (isAuthenticated) writeBaseMac(bytes, 0, layout, MAC)
  let at = layout.size
  for (const { flags, type, hex } of tlvs) {
    bytes.set(Buffer.from(hex, 'hex'), writeTlvHeader(bytes, at, type, hex.length / 2))
    bytes[at] = flags
    at += 4 + hex.length / 2
  }
  return bytes
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const estimateOf = (word: number): Estimate => ({
  S: word >>> 15,
  Z: (word >>> 14) & 1,
  scale: (word >>> 8) & 63,
  multiplier: word & 255,
})

const HAS_SCAPY = hasScapy()

describe.runIf(HAS_SCAPY)('scapy as second opinion', () => {
  // A group is collected even if it does not run.
  const made = HAS_SCAPY ? python<Made>(['--make', '500']) : []

  test('builds the packets that we build, and Python the same HMACs', () => {
    expect(made).toHaveLength(2000)
    for (const packet of made) expect(hexOf(build(packet)), JSON.stringify(packet)).toBe(packet.hex)
    for (const { kind, hex } of made.filter(({ kind }) => kind.startsWith('authenticated')))
      expect(hasRightBaseMac(new Uint8Array(Buffer.from(hex, 'hex')), 0, layoutOf(true), MAC), kind).toBe(true)
  })

  test('reads the fields and TLVs that we read', () => {
    const open = made.filter(({ kind }) => !kind.startsWith('authenticated'))
    const theirs = python<Record<string, unknown>>(['--read'], open)
    expect(theirs).toHaveLength(open.length)
    for (const [number, packet] of open.entries()) {
      const bytes = new Uint8Array(Buffer.from(packet.hex, 'hex'))
      expect(theirs[number]).toEqual(packet.kind === 'request' ? readRequest(bytes) : readReply(bytes))
    }
  })

  test('finds the HMACs of our packets right', () => {
    const request = new Uint8Array(112)
    writeRequest(request, 0, 112, layoutOf(true), REQUEST)
    writeBaseMac(request, 0, layoutOf(true), MAC)
    const reply = Uint8Array.from(request)
    reflect(reply, 0, layoutOf(true), REFLECTION)
    writeBaseMac(reply, 0, layoutOf(true), MAC)
    const tlvs = new Uint8Array(44 + 8 + 20)
    writeRequest(tlvs, 0, 44, layoutOf(false), REQUEST)
    writeTlvHeader(tlvs, 44, TLV_TYPE.classOfService, 4)
    writeTlvHeader(tlvs, 52, TLV_TYPE.hmac, 16)
    writeTlvMac(tlvs, 0, 44, 52, MAC)
    const packets = [
      { kind: 'authenticatedRequest', hex: hexOf(request) },
      { kind: 'authenticatedReply', hex: hexOf(reply) },
      { kind: 'tlvMac', hex: hexOf(tlvs) },
    ]
    expect(python(['--read'], packets)).toEqual(packets.map(() => ({ isRight: true })))
  })
})

function readRequest(bytes: Uint8Array): unknown {
  const layout = layoutOf(false)
  return {
    name: 'STAMPSessionSenderTestUnauthenticated',
    sequence: readSequence(bytes, 0),
    timestamp: hexOf(bytes.subarray(layout.timestamp, layout.errorEstimate)),
    estimate: estimateOf(readErrorEstimate(bytes, 0, layout)),
    ssid: readSsid(bytes, 0, layout),
    tlvs: tlvsOf(bytes),
    rest: '',
    mbz: 0,
  }
}

function readReply(bytes: Uint8Array): unknown {
  const layout = layoutOf(false)
  return {
    ...(readRequest(bytes) as object),
    name: 'STAMPSessionReflectorTestUnauthenticated',
    senderSequence: readSenderSequence(bytes, 0, layout),
    senderEstimate: estimateOf(readUint16(bytes, layout.senderErrorEstimate)),
    ttl: bytes[layout.senderTtl],
  }
}

/** Types with a fixed length are malformed here in most lengths, which scapy does not know: they are read from their header. */
function tlvsOf(bytes: Uint8Array): readonly Tlv[] {
  const cursor = new TlvCursor()
  const found: Tlv[] = []
  for (let at = 44; at < bytes.length; at = cursor.value + cursor.length) {
    cursor.begin(bytes, at, bytes.length)
    expect(cursor.next()).toBe(true)
    const { flags, type, value, length } = cursor
    found.push({ flags, type, hex: hexOf(bytes.subarray(value, value + length)) })
  }
  return found
}
