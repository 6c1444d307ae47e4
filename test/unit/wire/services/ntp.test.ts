import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { ntpService } from '../../../../src/wire/services/ntp.ts'
import type { ServiceRequest } from '../../../../src/wire/services/service.ts'
import { mutated } from '../../../helpers/mutations.ts'
import { fromHex, toHex } from '../golden.ts'

interface Golden {
  readonly origin: string
  readonly hex: string
  readonly says: Readonly<Record<string, unknown>>
}

/** What test/helpers/peers/golden_ntp.py made. */
const GOLDEN = JSON.parse(readFileSync(new URL('../../../../fixtures/packets/ntp.json', import.meta.url), 'utf8')) as {
  readonly named: Readonly<Record<string, Golden>>
  readonly random: readonly Golden[]
}

const ENDS = {
  local: { address: '127.0.0.1', port: 40_000, family: 'udp4' },
  target: { address: '127.0.0.1', port: 123, family: 'udp4' },
} as const

/** The request whose transmit timestamp has these bits. */
function asked(cookie: string): ServiceRequest {
  return ntpService().request(length => fromHex(cookie).subarray(0, length), ENDS)
}

/** Answers of chronyd 4.3 to requests of a Python program: with `local stratum 3`, and without a source. */
const CHRONY = {
  cookie: 'aff5c87b49a450db',
  hex: '240300e600000000000000007f7f0101eeb8369843d2ee5baff5c87b49a450dbeeb83699b9020e33eeb83699b9061a0a',
} as const
const UNSYNCHRONIZED = {
  cookie: '971275f193e3ebb8',
  hex: 'e40000e60001000000010000000000000000000000000000971275f193e3ebb8eeb836a5fb41eb71eeb836a5fbf6961c',
} as const

test('a request is 48 bytes, zero but for version, mode, precision and 64 random bits', () => {
  const request = asked('0123456789abcdef')
  expect(toHex(request.bytes)).toBe(`23000020${'00'.repeat(36)}0123456789abcdef`)
})

test('each request has its own bits', () => {
  const cookies = ['00112233445566ff', 'ff00112233445566']
  const service = ntpService()
  const [one, other] = [0, 1].map(() => service.request(() => fromHex(cookies.shift() ?? ''), ENDS))
  const answer = fromHex(CHRONY.hex)
  answer.set(one?.bytes.subarray(40) ?? [], 24)
  expect(one?.read(answer).what).toBe('answer')
  expect(other?.read(answer).what).toBe('unmatched')
})

test('an answer of chronyd', () => {
  expect(asked(CHRONY.cookie).read(fromHex(CHRONY.hex))).toEqual({
    what: 'answer',
    answer: {
      service: 'ntp',
      version: 4,
      leap: 'none',
      stratum: 3,
      // 2^-26 s
      precision: 15,
      rootDelay: 0,
      rootDispersion: 0,
      referenceId: '127.127.1.1',
      received: { seconds: 1_796_061_209, nanos: 722_687_613 },
      sent: { seconds: 1_796_061_209, nanos: 722_749_354 },
    },
  })
})

test('an answer of chronyd that has no source', () => {
  const reading = asked(UNSYNCHRONIZED.cookie).read(fromHex(UNSYNCHRONIZED.hex))
  expect(reading).toMatchObject({
    answer: { leap: 'unknown', stratum: 0, referenceId: '00000000', rootDelay: 1e9, rootDispersion: 1e9 },
  })
  expect(reading).not.toHaveProperty('answer.kiss')
})

describe('what Python made', () => {
  test.each(Object.entries(GOLDEN.named))('%s', (_, { origin, hex, says }) => {
    expect(asked(origin).read(fromHex(hex))).toEqual({ what: 'answer', answer: says })
  })

  test('150 random answers', () => {
    for (const { origin, hex, says } of GOLDEN.random) {
      expect(asked(origin).read(fromHex(hex))).toEqual({ what: 'answer', answer: says })
    }
  })

  test('what follows the 48 bytes changes nothing', () => {
    const { origin, hex, says } = GOLDEN.named['stratum 1'] as Golden
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), rest => {
        const datagram = Uint8Array.from([...fromHex(hex), ...rest])
        expect(asked(origin).read(datagram)).toEqual({ what: 'answer', answer: says })
      }),
    )
  })
})

describe('no answer', () => {
  const changed = (at: number, byte: number): Uint8Array => {
    const bytes = fromHex(CHRONY.hex)
    bytes[at] = byte
    return bytes
  }
  const { bytes: request, read } = asked(CHRONY.cookie)

  test.each([
    ['its own request', request, 'unmatched', /our own request, sent back/],
    ['a request of another client', changed(0, 0x23), 'unmatched', /mode is 3 \(client\)/],
    ['symmetric active', changed(0, 0x21), 'unmatched', /mode is 1 \(symmetric active\)/],
    ['symmetric passive', changed(0, 0x22), 'unmatched', /mode is 2 \(symmetric passive\)/],
    ['broadcast', changed(0, 0x25), 'unmatched', /mode is 5 \(broadcast\)/],
    ['a control message', changed(0, 0x26), 'unmatched', /mode is 6 \(control message\)/],
    ['version 0', changed(0, 0x04), 'malformed', /version is 0/],
    ['version 5', changed(0, 0x2c), 'malformed', /version is 5/],
    ['nothing', new Uint8Array(0), 'malformed', /it has 0 bytes/],
    ['47 bytes', fromHex(CHRONY.hex).subarray(0, 47), 'malformed', /it has 47 bytes/],
  ] as const)('%s', (_, bytes, what, why) => {
    expect(read(bytes)).toEqual({ what, why: expect.stringMatching(why) })
  })

  test('one wrong bit in the origin timestamp, wherever it is', () => {
    for (let bit = 0; bit < 64; bit++) {
      const bytes = fromHex(CHRONY.hex)
      const at = 24 + (bit >> 3)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
      expect(read(bytes)).toEqual({ what: 'unmatched', why: expect.stringContaining('origin timestamp') })
    }
  })

  test('a kiss of death with another origin timestamp is not ours', () => {
    const { hex } = GOLDEN.named['kiss RATE'] as Golden
    expect(read(fromHex(hex)).what).toBe('unmatched')
  })
})

describe('no datagram throws', () => {
  test('damaged answers: whatever is read has our origin timestamp, and times within the bounds of the format', () => {
    fc.assert(
      fc.property(fc.constantFrom(...GOLDEN.random), fc.integer(), ({ origin, hex }, seed) => {
        const datagram = mutated(fromHex(hex), seeded(seed))
        const reading = asked(origin).read(datagram)
        if (reading.what !== 'answer' || reading.answer.service !== 'ntp') return
        expect(toHex(datagram.subarray(24, 32))).toBe(origin)
        const { precision, rootDelay, rootDispersion, received, sent } = reading.answer
        for (const nanos of [precision, rootDelay, rootDispersion]) expect(Number.isSafeInteger(nanos)).toBe(true)
        for (const time of [received, sent]) {
          expect(time?.nanos ?? 0).toBeLessThan(1e9)
          // 20 January 1968 to 26 February 2104.
          expect(time?.seconds ?? 0).toBeGreaterThanOrEqual(-61_505_152)
          expect(time?.seconds ?? 0).toBeLessThan(4_233_462_144)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), datagram => {
        expect(['unmatched', 'malformed']).toContain(asked('0123456789abcdef').read(datagram).what)
      }),
    )
  })
})
