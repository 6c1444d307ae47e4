import { expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { errorSeconds, formatOf } from '../../../../src/wire/stamp/error-estimate.ts'
import { checkTlvs, hasRightBaseMac } from '../../../../src/wire/stamp/integrity.ts'
import {
  layoutOf,
  readErrorEstimate,
  readSenderSequence,
  readSequence,
  readSsid,
  reflect,
} from '../../../../src/wire/stamp/packet.ts'
import { readTimestamp } from '../../../../src/wire/stamp/timestamp.ts'
import { TLV_TYPE, TlvCursor } from '../../../../src/wire/stamp/tlv.ts'
import {
  readClassOfService,
  readDirectCount,
  readFollowUp,
  readTimestampInformation,
} from '../../../../src/wire/stamp/tlv-values.ts'
import { mutated } from '../../../helpers/mutations.ts'
import { fromHex, inside, toHex } from '../golden.ts'
import { REFLECTION, VECTORS } from './vectors.ts'

const MARGIN = 70_000
/** Instead of an HMAC, quickly: a code of all octets. */
const mac = (...parts: readonly Uint8Array[]): Uint8Array => {
  let code = 7
  for (const part of parts) for (const byte of part) code = Math.imul(code, 31) + byte
  return new Uint8Array(32).fill(code)
}

const TLVS = `8001000200ff80030004010201028004000ab80000000080050c000000000100000002000000038007001000000001${'00'.repeat(12)}`
const SEEDS = [
  ...[VECTORS.request, VECTORS.reply].flatMap(base => [base, joined(base, VECTORS.tlvs), joined(base, fromHex(TLVS))]),
  joined(
    VECTORS.reply,
    fromHex('80030004010201028004000400000000'),
    VECTORS.tlvs,
    fromHex(`80080010${VECTORS.tlvMac}`),
  ),
]

test('100 000 damaged packets: nothing throws, and no octet outside is read or written', () => {
  const random = seeded('stamp')
  const [zeros, ones] = [new Uint8Array(2 * MARGIN), new Uint8Array(2 * MARGIN).fill(0xff)]
  let [whole, tlvs, malformed] = [0, 0, 0]
  for (let round = 0; round < 100_000; round++) {
    const datagram = mutated(SEEDS[round % SEEDS.length] ?? VECTORS.reply, random)
    const first = everything(placed(zeros, datagram), 100, 100 + datagram.length)
    expect(everything(placed(ones, datagram), 100, 100 + datagram.length)).toBe(first)
    zeros.fill(0, 100, 100 + datagram.length)
    ones.fill(0xff, 100, 100 + datagram.length)
    if (datagram.length >= 44) {
      whole += 1
      const reply = inside(datagram.length, (bytes, at) => reflect(bytes, at, layoutOf(false), REFLECTION), datagram)
      expect(toHex(reply.subarray(44))).toBe(toHex(datagram.subarray(44)))
      if (/tlv/u.test(first)) tlvs += 1
      if (/malformed/u.test(first)) malformed += 1
    }
  }
  // Most of them are read as far as their TLVs.
  expect(whole).toBeGreaterThan(50_000)
  expect(tlvs).toBeGreaterThan(30_000)
  expect(malformed).toBeGreaterThan(5_000)
})

/** Everything that is read from the octets from `at` to before `end`, as text. */
function everything(bytes: Uint8Array, at: number, end: number): string {
  const found: unknown[] = []
  for (const layout of [layoutOf(false), layoutOf(true)]) {
    if (end - at < layout.size) continue
    const estimate = readErrorEstimate(bytes, at, layout)
    const moment = { seconds: 0, nanos: 0 }
    found.push(
      readSequence(bytes, at),
      readSsid(bytes, at, layout),
      readSenderSequence(bytes, at, layout),
      errorSeconds(estimate),
      readTimestamp(bytes, at + layout.timestamp, formatOf(estimate), moment),
      moment,
      layout.mac < 0 || hasRightBaseMac(bytes, at, layout, mac),
      checkTlvs(bytes, at, layout, end, mac),
      tlvsOf(bytes, at + layout.size, end),
    )
  }
  return JSON.stringify(found)
}

function tlvsOf(bytes: Uint8Array, at: number, end: number): unknown[] {
  const found: unknown[] = []
  const cursor = new TlvCursor()
  for (cursor.begin(bytes, at, end); cursor.next();) {
    const { value, type } = cursor
    found.push('tlv', cursor.flags, type, cursor.length)
    if (cursor.isMalformed) found.push('malformed')
    else if (type === TLV_TYPE.timestampInformation) found.push(readTimestampInformation(bytes, value))
    else if (type === TLV_TYPE.classOfService) found.push(readClassOfService(bytes, value))
    else if (type === TLV_TYPE.directMeasurement) found.push(readDirectCount(bytes, value, 'returned'))
    else if (type === TLV_TYPE.followUpTelemetry) found.push(readFollowUp(bytes, value, 'ntp'))
  }
  return found
}

function placed(around: Uint8Array, datagram: Uint8Array): Uint8Array {
  around.set(datagram, 100)
  return around
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
