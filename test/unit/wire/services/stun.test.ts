import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { stunService } from '../../../../src/wire/services/stun.ts'
import type { ServiceRequest } from '../../../../src/wire/services/service.ts'
import { mutated } from '../../../helpers/mutations.ts'
import { fromHex, toHex } from '../golden.ts'

/** What test/helpers/peers/golden_stun.py made. */
const GOLDEN = JSON.parse(readFileSync(new URL('../../../../fixtures/packets/stun.json', import.meta.url), 'utf8')) as {
  readonly random: readonly { readonly transaction: string; readonly hex: string; readonly says: object }[]
}

const ENDS = {
  local: { address: '127.0.0.1', port: 40_000, family: 'udp4' },
  target: { address: '127.0.0.1', port: 3478, family: 'udp4' },
} as const

function asked(transaction: string): ServiceRequest {
  return stunService().request(length => fromHex(transaction).subarray(0, length), ENDS)
}

/** The transaction id of RFC 5769 sections 2.1 to 2.3. */
const RFC_5769 = 'b7e7a701bc34d686fa87dfae'
const REQUEST =
  '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36' +
  '000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf'
const IPV4_RESPONSE =
  '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643' +
  '000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96'
const IPV6_RESPONSE =
  '010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9' +
  '00080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c'

test('a request is a header with the magic cookie and 96 random bits', () => {
  expect(toHex(asked(RFC_5769).bytes)).toBe(`000100002112a442${RFC_5769}`)
})

describe('RFC 5769', () => {
  test.each([
    ['2.2', IPV4_RESPONSE, { address: '192.0.2.1', port: 32853, family: 'udp4' }],
    ['2.3', IPV6_RESPONSE, { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853, family: 'udp6' }],
  ])('section %s', (_, hex, mapped) => {
    const answer = { service: 'stun', software: 'test vector', mapped }
    expect(asked(RFC_5769).read(fromHex(hex))).toEqual({ what: 'answer', answer })
  })

  test('section 2.1 is a request, with attributes that a client does not know', () => {
    expect(asked(RFC_5769).read(fromHex(REQUEST))).toEqual({
      what: 'unmatched',
      why: expect.stringContaining('request'),
    })
  })

  // Offsets of the values of SOFTWARE with its padding, XOR-MAPPED-ADDRESS, MESSAGE-INTEGRITY and FINGERPRINT.
  test.each([
    ['2.2', IPV4_RESPONSE, [24, 36, 40, 48, 52, 72, 76, 80]],
    ['2.3', IPV6_RESPONSE, [24, 36, 40, 60, 64, 84, 88, 92]],
  ])('section %s with one wrong bit in a value: the FINGERPRINT shows it', (_, hex, offsets) => {
    for (let n = 0; n < offsets.length; n += 2) {
      for (let bit = (offsets[n] ?? 0) * 8; bit < (offsets[n + 1] ?? 0) * 8; bit++) {
        const bytes = fromHex(hex)
        const at = bit >> 3
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
        const why = 'its FINGERPRINT is not that of its bytes'
        expect(asked(RFC_5769).read(bytes), `bit ${bit}`).toEqual({ what: 'malformed', why })
      }
    }
  })
})

/** Answers of coturn 4.6.1 on 127.0.0.1 and ::1 to a Python program, whose ports were 34339 and 58736. */
test.each([
  [
    'f3832312bd6d596e65acb8b1',
    '010100482112a442f3832312bd6d596e65acb8b1002000080001a7315e12a44300010008000186237f000001802b00080001117e7f000001' +
      '802c00080001117f7f00000180220014436f7475726e2d342e362e312027476f72737427',
    { address: '127.0.0.1', port: 34339, family: 'udp4' },
  ],
  [
    '81f58cd72f2b6f76bcd7df9b',
    '010100782112a44281f58cd72f2b6f76bcd7df9b002000140002c4622112a44281f58cd72f2b6f76bcd7df9a000100140002e570' +
      '00000000000000000000000000000001802b00140002117e00000000000000000000000000000001802c00140002117f' +
      '0000000000000000000000000000000180220014436f7475726e2d342e362e312027476f72737427',
    { address: '::1', port: 58736, family: 'udp6' },
  ],
])('an answer of coturn', (transaction, hex, mapped) => {
  const answer = { service: 'stun', software: "Coturn-4.6.1 'Gorst'", mapped }
  expect(asked(transaction).read(fromHex(hex))).toEqual({ what: 'answer', answer })
})

test('100 answers that Python made', () => {
  for (const { transaction, hex, says } of GOLDEN.random) {
    expect(asked(transaction).read(fromHex(hex))).toEqual({ what: 'answer', answer: says })
  }
})

/** A message with our transaction id. */
function message(type: string, ...attributes: readonly string[]): Uint8Array {
  const body = attributes.join('')
  return fromHex(`${type}${(body.length / 2).toString(16).padStart(4, '0')}2112a442${RFC_5769}${body}`)
}

/** XOR-MAPPED-ADDRESS of RFC 5769 section 2.2. */
const MAPPED = '002000080001a147e112a643'

describe('no answer', () => {
  test.each([
    ['our own request', asked(RFC_5769).bytes, 'unmatched', /our own request, sent back/],
    ['an indication', message('0011'), 'unmatched', /type is 0x0011/],
    ['a response to Allocate', message('0103', MAPPED), 'unmatched', /type is 0x0103/],
    ['nothing', new Uint8Array(0), 'malformed', /it has 0 bytes/],
    ['19 bytes', message('0101').subarray(0, 19), 'malformed', /it has 19 bytes/],
    ['a first bit', message('8101', MAPPED), 'malformed', /first two bits/],
    ['a second bit', message('4101', MAPPED), 'malformed', /first two bits/],
    ['a longer length', message('0101', MAPPED).subarray(0, -4), 'malformed', /32 bytes.*28|28 bytes.*32/],
    ['a shorter length', Uint8Array.from([...message('0101', MAPPED), 0]), 'malformed', /33 bytes.*32/],
    ['a length of no whole words', message('0101', MAPPED, '0000'), 'malformed', /length field is 14/],
    [
      'no cookie',
      Uint8Array.from([...message('0101').subarray(0, 4), ...new Uint8Array(16)]),
      'malformed',
      /magic cookie/,
    ],
    ['half an attribute', message('0101', '802200ff41414141'), 'malformed', /ends inside its attribute 0x8022/],
    [
      'an attribute that is one byte short',
      message('0101', MAPPED, '8022000541414141'),
      'malformed',
      /attribute 0x8022/,
    ],
    ['an attribute to understand', message('0101', MAPPED, '7fff0000'), 'malformed', /0x7fff is unknown/],
    ['the same in an error', message('0111', '0009000400000400', '7fff0000'), 'malformed', /0x7fff is unknown/],
    ['no address', message('0101'), 'malformed', /no mapped address/],
    ['family 3', message('0101', '002000080003a147e112a643'), 'malformed', /family 3 and 8 bytes/],
    ['IPv6 in 4 bytes', message('0101', '002000080002a147e112a643'), 'malformed', /family 2 and 8 bytes/],
    ['an empty address', message('0101', '00200000'), 'malformed', /family none and 0 bytes/],
    ['an error without a code', message('0111', MAPPED), 'malformed', /no error code/],
    ['an error code of 2 bytes', message('0111', '0009000200000000'), 'malformed', /error code is out of range/],
    ['error 200', message('0111', '0009000400000200'), 'malformed', /error code is out of range/],
    ['error 700', message('0111', '0009000400000700'), 'malformed', /error code is out of range/],
    ['error 400 + 100', message('0111', '0009000400000464'), 'malformed', /error code is out of range/],
    ['a FINGERPRINT that is not last', message('0101', '8028000400000000', MAPPED), 'malformed', /not its last/],
    ['a FINGERPRINT of 8 bytes', message('0101', '802800080000000000000000'), 'malformed', /not its last/],
    ['a FINGERPRINT of 3 bytes', message('0101', MAPPED, '8028000300000000'), 'malformed', /not its last/],
    ['a wrong FINGERPRINT', message('0101', MAPPED, '8028000400000000'), 'malformed', /FINGERPRINT is not that/],
  ] as const)('%s', (_, bytes, what, why) => {
    expect(asked(RFC_5769).read(bytes)).toEqual({ what, why: expect.stringMatching(why) })
  })

  test('one wrong bit in the transaction id, wherever it is', () => {
    for (let bit = 0; bit < 96; bit++) {
      const bytes = message('0101', MAPPED)
      const at = 8 + (bit >> 3)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
      expect(asked(RFC_5769).read(bytes)).toEqual({ what: 'unmatched', why: expect.stringContaining('transaction id') })
    }
  })
})

test('every attribute below 0x8000 of RFC 8489 section 18.3, RFC 3489 section 11.2 and RFC 5780 section 7 is known', () => {
  const known = [2, 3, 4, 5, 6, 7, 8, 10, 11, 0x14, 0x15, 0x1c, 0x1d, 0x1e, 0x26, 0x27]
  for (const type of known) {
    const attribute = `${type.toString(16).padStart(4, '0')}0000`
    expect(asked(RFC_5769).read(message('0101', MAPPED, attribute)).what, attribute).toBe('answer')
  }
})

test('of an attribute that comes twice, the first counts', () => {
  const other = MAPPED.replace('e112a643', 'e112a6ff')
  expect(asked(RFC_5769).read(message('0101', MAPPED, other))).toMatchObject({
    what: 'answer',
    answer: { mapped: { address: '192.0.2.1', port: 32853 } },
  })
})

describe('texts', () => {
  const software = (hex: string): unknown => {
    const length = hex.length / 2
    const padded = hex + '00'.repeat(-length & 3)
    const reading = asked(RFC_5769).read(
      message('0101', MAPPED, `8022${length.toString(16).padStart(4, '0')}${padded}`),
    )
    return reading.what === 'answer' && reading.answer.service === 'stun' ? reading.answer.software : reading
  }

  test('padding that an old server counts is no part of it', () => {
    expect(software('566f766964612020')).toBe('Vovida')
    expect(software('566f766964610000')).toBe('Vovida')
  })

  test('127 characters of 4 bytes are whole, more are cut, and bytes that are no text are marked', () => {
    expect(software('f09f9880'.repeat(127))).toBe('😀'.repeat(127))
    expect(software('f09f9880'.repeat(300))).toBe('😀'.repeat(128))
    expect(software('41ff42')).toBe('A\ufffdB')
  })
})

describe('no datagram throws', () => {
  test('damaged answers: whatever is read has our transaction id', () => {
    fc.assert(
      fc.property(fc.constantFrom(...GOLDEN.random), fc.integer(), ({ transaction, hex }, seed) => {
        const datagram = mutated(fromHex(hex), seeded(seed))
        const reading = asked(transaction).read(datagram)
        if (reading.what === 'answer') expect(toHex(datagram.subarray(8, 20))).toBe(transaction)
      }),
      { numRuns: 2000 },
    )
  })

  test('random bytes after a right header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom('0101', '0111'), (body, type) => {
        const whole = body.subarray(0, body.length & ~3)
        const { what } = asked(RFC_5769).read(message(type, toHex(whole)))
        expect(['answer', 'malformed']).toContain(what)
      }),
      { numRuns: 2000 },
    )
  })

  test('the largest datagram, of 16 000 empty attributes', () => {
    const bytes = message('0101', '80220000'.repeat(16_000), MAPPED)
    expect(asked(RFC_5769).read(bytes)).toMatchObject({ what: 'answer', answer: { software: '' } })
  })
})
