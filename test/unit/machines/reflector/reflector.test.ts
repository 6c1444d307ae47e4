import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { KEY, VECTORS } from '../../wire/stamp/vectors.ts'
import { OWN_PORT } from '../server-harness.ts'
import {
  AFAR,
  digest,
  ESTIMATE,
  hex,
  keyed,
  NTP_SECONDS,
  numberOf,
  octets,
  reflector,
  request,
} from './reflector-harness.ts'

const OTHER_KEY = KEY.map(octet => octet ^ 1)

describe('the reply', () => {
  test('has the octets of the vector, with our T3 and error estimate', () => {
    const bench = reflector()
    bench.ttl = 64
    bench.now = SECOND + 123_456_789
    const vector = Uint8Array.from(VECTORS.reply)
    // T3 of the vector is no whole number of nanoseconds.
    vector.set([0x38, 0x0f, 0x84], 11)
    expect(hex(bench.receive(Uint8Array.from(VECTORS.request)))).toBe(hex(vector))
    expect(bench.hops).toBe(63)
  })

  test('shows 255 and leaves with this host’s TTL where the TTL of the request is not known', () => {
    const bench = reflector()
    expect(bench.receive(request())?.[40]).toBe(255)
    expect(bench.hops).toBe(0)
  })

  test('is the same in a row and for each request alone', () => {
    const requests = [1, 2, 3].map(sequence => request({ sequence, ssid: sequence, tail: '80010003aabbcc' }))
    const row = reflector({ isStateful: true })
    // A peer off loopback has a cap, so its requests are examined one by one.
    const alone = reflector({ isStateful: true }, {}, [AFAR])
    const expected = requests.map(one => hex(alone.receive(one)))
    expect(row.receiveTrain(requests).map(hex)).toEqual(expected)
    expect(expected[0]).toMatch(/00010003aabbcc$/)
    expect(row.facts.probes).toBe(3)
  })

  test('has the format of the plan', () => {
    const bench = reflector({ timestamps: 'ptp' })
    bench.now = 1000
    // TAI was 37 s ahead of UTC then.
    const seconds = (1_704_067_200 + 37).toString(16)
    const reply = hex(bench.receive(request()))
    expect(reply?.slice(8, 28)).toBe(`${seconds}${(16_259).toString(16).padStart(8, '0')}4f84`)
    expect(reply?.slice(32, 48)).toBe(`${seconds}000003e8`)
  })

  test('has the number of the request, or one of its session', () => {
    const stateless = reflector()
    const stateful = reflector({ isStateful: true })
    for (const [bench, numbers] of [
      [stateless, [7, 7, 9, 0xffffffff]],
      [stateful, [0, 1, 2, 3]],
    ] as const)
      expect([7, 7, 9, 0xffffffff].map(sequence => numberOf(bench.receive(request({ sequence }))))).toEqual(numbers)
  })

  test('is counted by peer and session identifier', () => {
    const bench = reflector({ isStateful: true }, {}, [{}, {}])
    const sent = [
      [0, 1],
      [0, 2],
      [1, 1],
      [0, 1],
      [1, 1],
      [0, 2],
    ] as const
    expect(sent.map(([flow, ssid]) => numberOf(bench.receive(request({ ssid }), flow)))).toEqual([0, 0, 0, 1, 1, 1])
    bench.machine.evict(0)
    expect(numberOf(bench.receive(request({ ssid: 1 }), 0))).toBe(0)
    expect(numberOf(bench.receive(request({ ssid: 1 }), 1))).toBe(2)
  })

  test('begins at 0 again after its session was evicted', () => {
    const bench = reflector({ isStateful: true, maxSessions: 2 })
    for (const ssid of [1, 2, 3]) bench.receive(request({ ssid }))
    expect(numberOf(bench.receive(request({ ssid: 1 })))).toBe(0)
    expect(numberOf(bench.receive(request({ ssid: 3 })))).toBe(1)
    expect(bench.facts.runsEvicted).toBe(2)
  })
})

describe('no answer', () => {
  test.each([
    ['short', request().subarray(0, 43)],
    ['short', new Uint8Array()],
    ['malformed', request({ estimate: 0x8f00 })],
    ['kind', Uint8Array.from(VECTORS.reply)],
  ] as const)('%s', (reason, bytes) => {
    const bench = reflector()
    expect(bench.receive(bytes)).toBeUndefined()
    expect(bench.facts.dropped).toMatchObject({ [reason]: 1 })
  })

  test.each([0, 53, 862, 1023, 1900, OWN_PORT])('to port %i', port => {
    const bench = reflector({}, {}, [{ port }])
    expect(bench.receive(request())).toBeUndefined()
    expect(bench.facts.dropped.sourcePort).toBe(1)
  })

  test('to a request at the end of its way', () => {
    const bench = reflector()
    bench.ttl = 1
    expect(bench.receive(request())).toBeUndefined()
    expect(bench.facts.dropped.hops).toBe(1)
  })

  test('to what is denied, and above the cap of its source', () => {
    const denied = reflector({}, { deny: ['127.0.0.0/8'] })
    expect(denied.receive(request())).toBeUndefined()
    expect(denied.facts.dropped.denied).toBe(1)
    const capped = reflector({}, {}, [AFAR])
    const answered = Array.from({ length: 500 }, () => capped.receive(request())).filter(one => one !== undefined)
    expect(answered).toHaveLength(capped.facts.replied)
    expect(capped.facts.dropped.sourceRate).toBe(500 - answered.length)
    expect(answered.length).toBeLessThan(200)
  })
})

describe('TWAMP-Light', () => {
  const short = request({ sequence: 5 }).subarray(0, 14)

  test('44 octets for 14, to loopback and to the allow list only', () => {
    const plans = [
      [reflector(), 0],
      [reflector({ isLight: true }), 1],
      [reflector({ isLight: true }, {}, [AFAR]), 0],
      [reflector({ isLight: true }, { allow: ['192.0.2.0/24'] }, [AFAR]), 1],
    ] as const
    for (const [bench, count] of plans) {
      expect(bench.receive(short)).toBeUndefined()
      const { sent } = bench.send()
      expect(sent.map(({ bytes }) => bytes.length)).toEqual(count === 1 ? [44] : [])
      expect(bench.facts.dropped.short).toBe(1 - count)
    }
  })

  test('what follows the error estimate is padding: it is no session, and is copied only from octet 44 on', () => {
    const bench = reflector({ isLight: true, isStateful: true })
    bench.receive(Uint8Array.of(...short, 1, 2, 3, 4, 5, 6, 7, 8, 9))
    const [first] = bench.send().sent
    expect(hex(first?.bytes)?.slice(24, 32)).toBe('0f840000')
    const long = Uint8Array.of(...short, ...Array.from({ length: 50 }, (_, n) => n + 100))
    const reply = bench.receive(long)
    expect(numberOf(reply)).toBe(1)
    expect(reply?.subarray(44)).toEqual(long.subarray(44))
  })
})

describe('with keys', () => {
  const macs = [keyed(OTHER_KEY), keyed(KEY)]

  test('the reply has the octets of the vector, with our T3, error estimate and HMAC', () => {
    const bench = reflector({}, {}, [{}], macs)
    bench.ttl = 64
    bench.now = SECOND + 123_456_789
    const sent = request({ sequence: 1, fraction: 0x1f9add37, estimate: 1, key: KEY })
    expect(hex(sent)?.slice(192)).toBe(VECTORS.requestMac)
    const reply = bench.receive(sent) ?? new Uint8Array()
    const zeros = (count: number): string => '00'.repeat(count)
    const base = `00000001${zeros(12)}e93c7f011f9bdd380f840000${zeros(4)}e93c7f011f9add37${zeros(8)}`
    expect(hex(reply.subarray(0, 96))).toBe(`${base}00000001${zeros(12)}e93c7f001f9add370001${zeros(6)}40${zeros(15)}`)
    expect(hex(reply.subarray(96))).toBe(hex(digest(KEY, reply.subarray(0, 96))))
  })

  test('each key is answered with itself', () => {
    const bench = reflector({}, {}, [{}], macs)
    for (const [sequence, key] of [KEY, OTHER_KEY, KEY].entries()) {
      const reply = bench.receive(request({ sequence, key })) ?? new Uint8Array()
      expect(hex(reply.subarray(96))).toBe(hex(digest(key, reply.subarray(0, 96))))
    }
  })

  test.each([0, 15, 30, 60, 95, 96, 111])('one changed bit in octet %i is silence', at => {
    const bench = reflector({}, {}, [{}], macs)
    const bytes = request({ key: KEY })
    bytes[at] = (bytes[at] ?? 0) ^ 4
    expect(bench.receive(bytes)).toBeUndefined()
    expect(bench.facts.dropped.unauthenticated).toBe(1)
  })

  test('neither a replay, nor our reply, nor an unauthenticated request is answered', () => {
    const bench = reflector({ isStateful: true }, {}, [{}], macs)
    const sent = request({ key: KEY })
    const reply = bench.receive(sent.slice()) ?? new Uint8Array()
    expect(bench.receive(sent.slice())).toBeUndefined()
    expect(bench.receive(reply.slice())).toBeUndefined()
    expect(bench.receive(Uint8Array.of(...request(), ...new Uint8Array(68)))).toBeUndefined()
    expect(bench.facts.dropped).toMatchObject({ replayed: 1, kind: 1, unauthenticated: 1 })
    expect(numberOf(bench.receive(request({ fraction: 1, key: KEY })))).toBe(1)
  })

  test('the HMAC TLV is checked, and computed for the reply; a replay counts nothing', () => {
    const bench = reflector({ isStateful: true }, {}, [{}], macs)
    bench.receive(request({ key: KEY }))
    bench.receive(request({ key: KEY }))
    expect(bench.facts.dropped.replayed).toBe(1)
    const before = '8005000c000000090000000000000000'
    const signed = `${before}80080010${hex(digest(KEY, octets(`00000007${before}`)))}80010002abcd`
    const reply = bench.receive(request({ sequence: 7, fraction: 7, key: KEY, tail: signed })) ?? new Uint8Array()
    const tail = '0005000c000000090000000200000002'
    expect(hex(reply.subarray(112))).toBe(`${tail}00080010${hex(digest(KEY, octets(`00000001${tail}`)))}00010002abcd`)
  })

  test.each([
    ['wrong', `8005000c00000009000000000000000080080010${'00'.repeat(16)}80c80001ff`],
    ['missing', '8005000c00000009000000000000000080c80001ff'],
  ])('all TLVs come back with the flag I if it is %s', (_, tail) => {
    const bench = reflector({}, {}, [{}], macs)
    const reply = bench.receive(request({ key: KEY, tail })) ?? new Uint8Array()
    const flagged = tail.replaceAll(/80(?=05000c|080010|c80001)/gu, 'a0')
    expect(hex(reply.subarray(112))).toBe(flagged)
  })

  test('Extra Padding alone needs none', () => {
    const bench = reflector({}, {}, [{}], macs)
    const reply = bench.receive(request({ key: KEY, tail: '800100020102' })) ?? new Uint8Array()
    expect(hex(reply.subarray(112))).toBe('000100020102')
  })
})

describe('replies that a cap withholds', () => {
  const sourceCap = { answers: 1, onLoopback: true }
  const count = '8005000c000000000000000000000000'

  test('have a number, so that the sender does not take their requests for lost on the forward path', () => {
    const bench = reflector({ isStateful: true }, { sourceCap })
    const replies = Array.from({ length: 10 }, () => bench.receive(request({ tail: count }))).filter(Boolean)
    expect(replies.length).toBeGreaterThan(0)
    expect(bench.facts.dropped.sourceRate).toBe(10 - replies.length)
    bench.now = 100 * SECOND
    const next = bench.receive(request({ tail: count })) ?? new Uint8Array()
    expect(numberOf(next)).toBe(10)
    const words = hex(next.subarray(44))?.match(/.{8}/gu)?.slice(2)
    // Received, and sent with this one.
    expect(words?.map(word => Number.parseInt(word, 16))).toEqual([11, replies.length + 1])
  })

  test('open no session', () => {
    const bench = reflector({ isStateful: true, maxSessions: 1 }, { sourceCap })
    let ssid = 1
    while (bench.receive(request({ ssid })) !== undefined) ssid += 1
    expect(bench.facts.runsEvicted).toBe(ssid - 2)
    bench.receive(request({ ssid: ssid + 1 }))
    bench.now = 100 * SECOND
    expect(numberOf(bench.receive(request({ ssid: ssid - 1 })))).toBe(1)
  })
})

describe('TLVs', () => {
  /** The tail of the reply to a request with this tail. */
  function reflected(tail: string, bench = reflector()): string | undefined {
    return hex(bench.receive(request({ tail }))?.subarray(44))
  }

  test.each([
    ['unknown types are copied', '80fa0003010203', '80fa0003010203'],
    [
      'Location, Access Report, segment routing, longer replies',
      '8002000080060004100000008009000080 0a0000800c0000',
      undefined,
    ],
    ['Extra Padding', '80010005ffffffffff', '00010005ffffffffff'],
    ['Timestamp Information: a local clock, read by software', '8003000400000000', '0003000405020502'],
    ['a value of a wrong length ends it', '80050004000000008003000400000000', '40050004000000008003000400000000'],
    ['a value beyond the end', '80c800ff0102', 'c0c800ff0102'],
    ['no whole header', '80c80000800300', '80c80000800300'],
    ['zeros are padding', '00000000000000000000', undefined],
    ['an HMAC without a key', `80080010${'11'.repeat(16)}`, undefined],
    ['Follow-Up Telemetry, stateless', `80070010${'11'.repeat(16)}`, `00070010${'00'.repeat(16)}`],
  ])('%s', (_, tail, reply) => {
    const sent = tail.replaceAll(' ', '')
    expect(reflected(sent)).toBe(reply ?? sent)
  })

  test('Class of Service: marks with which the request arrived, and the policy', () => {
    const [refused, allowed, blind] = [reflector(), reflector({ allowsDscp: true }), reflector()]
    refused.tos = allowed.tos = (46 << 2) | 1
    // DSCP1 is 10.
    expect(reflected('8004000428000000', refused)).toBe('000400042ae50000')
    expect(refused.answerTos).toBe(0)
    // Replies leave with DSCP 0 without a permission.
    expect(reflected('8004000400000000', refused)).toBe('0004000402e40000')
    expect(reflected('8004000428000000', allowed)).toBe('000400042ae40000')
    expect(allowed.answerTos).toBe(10 << 2)
    // Where the engine cannot read them the type is not recognized: 0 would be a value.
    expect(reflected('8004000428000000', blind)).toBe('8004000428000000')
  })

  test('Direct Measurement counts the session, also of a stateless reflector', () => {
    const bench = reflector()
    const tail = '8005000c000000090000000000000000'
    const counts = [tail, '', tail, tail].map(one => hex(bench.receive(request({ tail: one }))?.subarray(44)))
    expect(counts).toEqual([
      '0005000c000000090000000100000001',
      '',
      '0005000c000000090000000300000003',
      '0005000c000000090000000400000004',
    ])
  })

  test('Follow-Up Telemetry: number and T3 of the previous reply', () => {
    const bench = reflector({ isStateful: true })
    const tail = `80070010${'00'.repeat(16)}`
    expect(reflected(tail, bench)).toBe(`00070010${'00'.repeat(16)}`)
    bench.now = 5 * SECOND
    const before = bench.receive(request()) ?? new Uint8Array()
    const departure = hex(before.subarray(4, 12)) ?? ''
    expect(departure.slice(0, 8)).toBe((NTP_SECONDS + 5).toString(16))
    expect(reflected(tail, bench)).toBe(`0007001000000001${departure}02000000`)
  })
})

test('the log has the length of a datagram, and no kind of the echo server', () => {
  const bench = reflector({}, { logs: true })
  bench.receive(request())
  bench.receive(new Uint8Array(5))
  const what = bench.facts.log?.entries.map(({ reason, kind, length }) => [reason, kind, length])
  expect(what).toEqual([
    [undefined, undefined, 44],
    ['short', undefined, 5],
  ])
})

test('the error estimate of our replies is not synchronized, and its multiplier is not 0', () => {
  expect(ESTIMATE & 0x8000).toBe(0)
  expect(hex(reflector().receive(request())?.subarray(12, 14))).toBe(ESTIMATE.toString(16).padStart(4, '0'))
})
