import fc from 'fast-check'
import { expect, test } from 'vitest'
import '../../../helpers/property-seed.ts'
import type { ReflectorPlan } from '../../../../src/facts/protocol.ts'
import { SessionTable } from '../../../../src/machines/reflector/session-table.ts'
import { KEY } from '../../wire/stamp/vectors.ts'
import type { ServerHarness } from '../server-harness.ts'
import { AFAR, hex, keyed, octets, reflector, request } from './reflector-harness.ts'

const PROTOCOLS: readonly (readonly [string, Partial<ReflectorPlan>, boolean])[] = [
  ['stateless', {}, false],
  ['stateful', { isStateful: true, maxSessions: 3 }, false],
  ['TWAMP-Light', { isLight: true, isStateful: true }, false],
  ['PTP, DSCP', { timestamps: 'ptp', allowsDscp: true }, false],
  ['HMAC', { isStateful: true, maxSessions: 3 }, true],
]

/** TLVs with any flags, types and lengths, mostly of the types that have a meaning. */
const TLV = fc
  .tuple(
    fc.oneof(fc.constant(0x80), fc.nat(255)),
    fc.oneof(fc.integer({ min: 0, max: 12 }), fc.nat(255)),
    fc.oneof(fc.constantFrom(0, 4, 12, 16), fc.nat(40)),
    fc.integer({ min: -1, max: 1 }),
  )
  .map(([flags, type, length, wrong]) => {
    const declared = Math.max(0, wrong === 0 || length % 3 > 0 ? length : length + wrong)
    return `${byte(flags)}${byte(type)}00${byte(declared)}${'5a'.repeat(length)}`
  })

const byte = (value: number): string => value.toString(16).padStart(2, '0')

function datagram(isKeyed: boolean): fc.Arbitrary<Uint8Array> {
  const whole = fc
    .record({
      sequence: fc.nat(5),
      fraction: fc.nat(5),
      estimate: fc.constantFrom(0x0f84, 0x0001, 0x8f00),
      ssid: fc.nat(5),
      tail: fc.array(TLV, { maxLength: 4 }).map(tlvs => tlvs.join('')),
    })
    .map(fields => request({ ...fields, ...(isKeyed ? { key: KEY } : {}) }))
  const cut = fc.tuple(whole, fc.nat(200)).map(([bytes, size]) => bytes.subarray(0, size))
  const changed = fc.tuple(whole, fc.nat(300), fc.nat(255)).map(([bytes, at, value]) => {
    const copy = bytes.slice()
    if (at < copy.length) copy[at] = value
    return copy
  })
  return fc.oneof(whole, cut, changed, fc.uint8Array({ maxLength: 200 }))
}

/** Everything that leaves after a row of datagrams of one length. */
function answers(bench: ServerHarness, row: readonly Uint8Array[], flow: number): Uint8Array[] {
  const immediate = bench.receiveTrain(
    row.map(one => one.slice()),
    flow,
  )
  return [...immediate, ...bench.send().sent.map(one => one.bytes)]
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every(one => one === 0)
}

test.each(PROTOCOLS)(
  '%s: no datagram makes it throw, is answered longer or twice, or has an answer that is answered',
  (_, protocol, isKeyed) => {
    const macs = isKeyed ? [keyed(KEY)] : undefined
    const rows = fc.array(fc.tuple(datagram(isKeyed), fc.integer({ min: 1, max: 3 }), fc.nat(3)), { maxLength: 30 })
    fc.assert(
      fc.property(rows, steps => {
        const bench = reflector(protocol, {}, [{}, {}, {}, AFAR], macs)
        const other = reflector(protocol, {}, [{}], macs)
        for (const [bytes, count, flow] of steps) {
          const row = Array.from({ length: count }, () => bytes)
          const sent = answers(bench, row, flow)
          expect(sent.length).toBeLessThanOrEqual(count)
          for (const reply of sent) {
            const isShort = protocol.isLight === true && bytes.length >= 14 && bytes.length < 44 && flow < 3
            expect(reply.length).toBe(isShort ? 44 : bytes.length)
            // The sender's fields are those of the request, so the right one is answered.
            const [at, timestamp] = isKeyed ? [48, 64] : [24, 28]
            expect(hex(reply.subarray(at, at + 4))).toBe(hex(bytes.subarray(0, 4)))
            const t1 = isKeyed ? bytes.subarray(16, 24) : bytes.subarray(4, 12)
            expect(hex(reply.subarray(timestamp, timestamp + 8))).toBe(hex(t1))
            expect(reply[isKeyed ? 25 : 13]).toBeGreaterThan(0)
            if (!isZero(t1)) expect(answers(other, [reply], 0)).toEqual([])
          }
        }
        const { received, replied, dropped } = bench.facts
        const refused = Object.values(dropped).reduce((sum, one) => sum + one, 0)
        expect(received).toBe(replied + refused)
      }),
      { numRuns: 300 },
    )
  },
)

test('a row has the replies that its datagrams have one by one', () => {
  const size = 60
  const one = datagram(false).map(bytes => Uint8Array.from({ length: size }, (_, at) => bytes[at] ?? 0))
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 6 }), fc.boolean(), (row, isStateful) => {
      const together = reflector({ isStateful })
      const alone = reflector({ isStateful })
      const expected = row.flatMap(bytes => alone.receiveTrain([bytes.slice()]))
      expect(together.receiveTrain(row.map(bytes => bytes.slice())).map(hex)).toEqual(expected.map(hex))
      expect(together.facts.probes).toBe(alone.facts.probes)
    }),
    { numRuns: 300 },
  )
})

test('strangers cannot make it remember more than its sessions', () => {
  const evictions: number[] = []
  const sessions = new SessionTable(1000, () => evictions.push(1))
  for (let n = 0; n < 50_000; n++) sessions.open(n % 700, n % 65_536)
  expect(sessions.size).toBe(1000)
  expect(evictions).toHaveLength(49_000)
  const bench = reflector({ isStateful: true, maxSessions: 10 })
  for (let ssid = 0; ssid < 500; ssid++) bench.receive(request({ ssid, tail: hex(octets('80050000')) ?? '' }))
  expect(bench.facts.runsEvicted).toBe(490)
})
