import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { dnsService } from '../../../../src/wire/services/dns.ts'
import { mutated } from '../../../helpers/mutations.ts'
import { fromHex, toHex } from '../golden.ts'
import { answerOf, ask, message, nameHex, opt, QUESTION, record, u16 } from './dns/messages.ts'
import { anyDatagram, ENDS, reasonOf, requestOf } from './request.ts'

const EXAMPLE = '076578616d706c65036f726700'
const MIXED = '07457841 6d506c45 036f5267 00'

describe('a question', () => {
  test.each([
    ['with EDNS', {}, `1234 0120 0001 0000 0000 0001 ${EXAMPLE} 0001 0001 00 0029 04d0 00000000 0000`],
    ['without EDNS', { bufsize: 0 }, `1234 0120 0001 0000 0000 0000 ${EXAMPLE} 0001 0001`],
    ['without RD', { recurse: false, bufsize: 0 }, `1234 0020 0001 0000 0000 0000 ${EXAMPLE} 0001 0001`],
    [
      'for signatures',
      { dnssec: true, bufsize: 65_535 },
      `1234 0120 0001 0000 0000 0001 ${EXAMPLE} 0001 0001 00 0029 ffff 00008000 0000`,
    ],
    ['of another class', { type: 16, class: 3, bufsize: 0 }, `1234 0120 0001 0000 0000 0000 ${EXAMPLE} 0010 0003`],
    ['with mixed case', { mixedCase: true, bufsize: 0 }, `1234 0120 0001 0000 0000 0000 ${MIXED} 0001 0001`],
    ['for the root', { name: '.', bufsize: 0, mixedCase: true }, '1234 0120 0001 0000 0000 0000 00 0001 0001'],
  ])('%s', (_, options, hex) => {
    expect(toHex(ask(options).bytes)).toBe(hex.replaceAll(' ', ''))
  })

  test('each has its own id and its own case', () => {
    const service = dnsService({ ...QUESTION, name: 'a-name-with-many-letters.example.org', mixedCase: true })
    const asked = Array.from({ length: 50 }, () => toHex(requestOf(service).bytes))
    expect(new Set(asked.map(hex => hex.slice(0, 4))).size).toBeGreaterThan(40)
    expect(new Set(asked.map(hex => hex.slice(24))).size).toBe(50)
  })

  test('a name that is none is a RangeError', () => {
    expect(() => dnsService({ ...QUESTION, name: 'a..b' })).toThrow(RangeError)
  })
})

describe('an answer', () => {
  test('has its flags, code and records', () => {
    const datagram = message({
      flags: 0x86a3,
      answers: [record(1, 'c0000201'), record(15, `000a046d61696cc00c`, { ttl: 2 ** 31 })],
      authorities: [record(2, 'c00c'), record(6, `c00cc00c${'00'.repeat(20)}`)],
      additionals: [
        record(1, 'c0000202'),
        opt('000f000a0012' + Buffer.from('blocked\0').toString('hex'), { ttl: 0x01_00_8000 }),
      ],
    })
    expect(answerOf(ask().read(datagram))).toEqual({
      service: 'dns',
      question: { name: 'example.org', type: 1, class: 1 },
      rcode: 'BADMODE',
      aa: true,
      tc: true,
      ra: true,
      ad: true,
      answers: 2,
      records: [
        { name: 'example.org.', type: 'A', class: 'IN', ttl: 300, data: '192.0.2.1' },
        // RFC 2181 section 8.
        { name: 'example.org.', type: 'MX', class: 'IN', ttl: 0, data: '10 mail.example.org.' },
      ],
      authorities: 2,
      additionals: 1,
      edns: { version: 0, size: 1232, dnssecOk: true, errors: ['18 Prohibited: blocked'] },
    })
  })

  test('names have the case that the user wrote, also those that point to the question', () => {
    const question = `${MIXED.replaceAll(' ', '')}00010001`
    const answers = [record(5, '03777777c00c'), record(1, 'c0000201', { name: MIXED.replaceAll(' ', '') })]
    const answer = answerOf(ask({ mixedCase: true }).read(message({ question, answers })))
    expect(answer.records.map(({ name, data }) => [name, data])).toEqual([
      ['example.org.', 'www.example.org.'],
      ['example.org.', '192.0.2.1'],
    ])
  })

  /** Answers of unbound 1.17.1 on 127.0.0.1. */
  test.each([
    [
      'MX',
      { name: 'Example.org', type: 15, mixedCase: true },
      '967901200001000000000001076558416d706c65036f524700000f000100002904d0000000000000',
      '967985800001000100000001076558416d706c65036f524700000f0001c00c000f00010000012c0009000a046d61696cc00c0000291000000000000000',
      { rcode: 'NOERROR', aa: true, authorities: 0, edns: { version: 0, size: 4096, dnssecOk: false, errors: [] } },
      [{ name: 'Example.org.', type: 'MX', class: 'IN', ttl: 300, data: '10 mail.Example.org.' }],
    ],
    [
      'HTTPS',
      { name: 'example.org', type: 65, mixedCase: true },
      '349301200001000000000001074578616d704c45036f7267000041000100002904d0000000000000',
      '349385800001000100000001074578616d704c45036f72670000410001c00c004100010000012c000d0001000001000602683202683300002910000000' +
        '00000000',
      { rcode: 'NOERROR', aa: true, authorities: 0, edns: { version: 0, size: 4096, dnssecOk: false, errors: [] } },
      [{ name: 'example.org.', type: 'HTTPS', class: 'IN', ttl: 300, data: '1 . alpn="h2,h3"' }],
    ],
    [
      'NXDOMAIN',
      { name: 'nx.example.org', mixedCase: true },
      'cb9101200001000000000001024e58076578414d706c45036f5267000001000100002904d0000000000000',
      'cb9185830001000000010001024e58076578414d706c45036f52670000010001c00f000600010000012c0021036e7331c00f04686f7374c00f00000001' +
        '00000e1000000258000151800000012c0000291000000000000000',
      { rcode: 'NXDOMAIN', aa: true, authorities: 1, edns: { version: 0, size: 4096, dnssecOk: false, errors: [] } },
      [],
    ],
    [
      'version.bind',
      { name: 'version.bind', type: 16, class: 3, mixedCase: true },
      'abc4012000010000000000010756655273694f6e0462494e44000010000300002904d0000000000000',
      'abc4818000010001000000010756655273694f6e0462494e440000100003c00c0010000300000000000d0c756470746f6f6c2074657374000029100000' +
        '0000000000',
      { rcode: 'NOERROR', aa: false, authorities: 0, edns: { version: 0, size: 4096, dnssecOk: false, errors: [] } },
      [{ name: 'version.bind.', type: 'TXT', class: 'CH', ttl: 0, data: '"udptool test"' }],
    ],
    [
      'TXT without EDNS',
      { name: 'example.org', type: 16, bufsize: 0, mixedCase: true },
      '052e01200001000000000000076578414d704c45034f72470000100001',
      '052e85800001000100000000076578414d704c45034f72470000100001c00c001000010000012c00130b763d73706631202d616c6c067365636f6e64',
      { rcode: 'NOERROR', aa: true, authorities: 0 },
      [{ name: 'example.org.', type: 'TXT', class: 'IN', ttl: 300, data: '"v=spf1 -all" "second"' }],
    ],
  ])('of unbound: %s', (_, options, sent, came, said, records) => {
    // The random bits are those between the name as written and as sent.
    const bits = letterBits(options.name, fromHex(sent))
    const service = dnsService({ ...QUESTION, ...options })
    let asked = 0
    const request = service.request(() => (asked++ === 0 ? fromHex(sent.slice(0, 4)) : bits), ENDS)
    expect(toHex(request.bytes)).toBe(sent)
    const { question, ...answer } = answerOf(request.read(fromHex(came)))
    const answers = records.length
    expect(answer).toEqual({
      service: 'dns',
      ...said,
      tc: false,
      ra: true,
      ad: false,
      additionals: 0,
      answers,
      records,
    })
    expect(question.name).toBe(options.name)
  })

  test('with TC may break off anywhere behind the question (RFC 2181 section 9)', () => {
    const whole = message({
      flags: 0x8380,
      answers: [record(1, 'c0000201'), record(15, '000a00')],
      additionals: [opt()],
    })
    const question = 12 + EXAMPLE.length / 2 + 4
    for (let length = 0; length < whole.length; length++) {
      const { what } = ask().read(whole.subarray(0, length))
      expect(what, `${length} bytes`).toBe(length < question ? 'malformed' : 'answer')
    }
    expect(answerOf(ask().read(whole.subarray(0, question + 16))).records).toHaveLength(1)
    expect(answerOf(ask().read(whole.subarray(0, question + 15))).records).toHaveLength(0)
    expect(answerOf(ask().read(whole)).edns?.size).toBe(1232)
  })

  test('bytes behind the last record do not matter', () => {
    expect(ask().read(Uint8Array.from([...message(), 1, 2, 3])).what).toBe('answer')
  })
})

/** Bit n is 1 if letter n has the other case on the wire. */
function letterBits(name: string, sent: Uint8Array): Uint8Array {
  const letters = Array.from(
    name.matchAll(/[a-z]/giu),
    ({ 0: letter, index }) => sent[13 + index] !== letter.charCodeAt(0),
  )
  return Uint8Array.from({ length: Math.ceil(letters.length / 8) }, (_, i) =>
    letters.slice(8 * i, 8 * i + 8).reduce((byte, isOther, bit) => byte | (isOther ? 1 << bit : 0), 0),
  )
}

describe('the case of the name', () => {
  const lower = message({ answers: [record(1, 'c0000201')] })

  test('is not kept: the question is asked again without mixed case, and that answer is taken', () => {
    const reading = ask({ mixedCase: true }).read(lower)
    if (reading.what !== 'askAgain') throw new Error(JSON.stringify(reading))
    expect(reading.because).toBe('caseNotKept')
    const again = requestOf(reading.service)
    expect(toHex(again.bytes)).toContain(EXAMPLE)
    const answer = Uint8Array.from(lower)
    answer.set(again.bytes.subarray(0, 2))
    expect(answerOf(again.read(answer)).records).toHaveLength(1)
  })

  test('does not matter where it was not mixed (RFC 4343)', () => {
    expect(ask({ name: 'EXAMPLE.org' }).read(lower).what).toBe('answer')
  })

  test('of a name without letters is always kept', () => {
    const question = `${nameHex('127.0')}00010001`
    expect(ask({ name: '127.0', mixedCase: true }).read(message({ question })).what).toBe('answer')
  })
})

describe('no answer', () => {
  const one = `${EXAMPLE}00010001`
  test.each([
    ['another id', message({ id: 0x1235 }), 'unmatched: its id is of another request'],
    ['our own question', ask().bytes, 'unmatched: it is a question, not an answer'],
    ['an update', message({ flags: 0xa980 }), 'unmatched: its opcode is 5, not 0 (QUERY)'],
    [
      'another name',
      message({ question: `${nameHex('example.com')}00010001` }),
      'unmatched: it answers another question: example.com. A',
    ],
    [
      'a longer name',
      message({ question: `${nameHex('www.example.org')}00010001` }),
      'unmatched: it answers another question: www.example.org. A',
    ],
    ['the root', message({ question: `0000010001` }), 'unmatched: it answers another question: . A'],
    [
      'dots in a label',
      message({ question: `0b${Buffer.from('example.org').toString('hex')}0000010001` }),
      String.raw`unmatched: it answers another question: example\.org. A`,
    ],
    [
      'another type',
      message({ question: `${EXAMPLE}001c0001` }),
      'unmatched: it answers another question: example.org. AAAA',
    ],
    [
      'another class',
      message({ question: `${EXAMPLE}00010003` }),
      'unmatched: it answers another question: example.org. CH A',
    ],
    ['two questions', message({ question: one + one, questions: 2 }), 'unmatched: it repeats 2 questions, not 1'],
    [
      'FORMERR without the question',
      message({ flags: 0x8181, question: '', questions: 0 }),
      'unmatched: it says FORMERR and repeats no question, as a server without EDNS does (try a bufsize of 0)',
    ],
    [
      'SERVFAIL without the question',
      message({ flags: 0x8182, question: '', questions: 0 }),
      'unmatched: it says SERVFAIL and repeats no question',
    ],
    ['nothing', new Uint8Array(), 'malformed: its header breaks off after 0 of 12 bytes'],
    ['half a header', message().subarray(0, 11), 'malformed: its header breaks off after 11 of 12 bytes'],
    ['half a question', message().subarray(0, 20), 'malformed: its question breaks off'],
    [
      'a question that points to itself',
      message({ question: 'c00c00010001' }),
      'malformed: its question is wrong: a name points to itself or forward',
    ],
    [
      'a record beyond the end',
      message({ answers: [record(1, 'c0000201').slice(0, -2)] }),
      'malformed: record 1 of its answer section breaks off',
    ],
    [
      'a record that is not there',
      message({ answers: [record(1, 'c0000201'), ''] }),
      'malformed: record 2 of its answer section breaks off',
    ],
    [
      'a wrong address',
      message({ answers: [record(1, 'c00002')] }),
      'malformed: record 1 of its answer section is wrong: its data is too short',
    ],
    [
      'the same with TC',
      message({ flags: 0x8380, answers: [record(1, 'c00002')] }),
      'malformed: record 1 of its answer section is wrong: its data is too short',
    ],
    [
      'a loop in the authority section',
      message({ authorities: [record(2, 'c00c', { name: 'c01d' })] }),
      'malformed: record 1 of its authority section is wrong: a name points to itself or forward',
    ],
    [
      'half an additional record',
      message({ additionals: [opt().slice(0, -2)] }),
      'malformed: record 1 of its additional section breaks off',
    ],
    [
      'an OPT record with a name',
      message({ additionals: [opt('', { name: 'c00c' })] }),
      'malformed: record 1 of its additional section is wrong: an OPT record has a name',
    ],
    [
      'half an option',
      message({ additionals: [opt('000f0004')] }),
      'malformed: record 1 of its additional section is wrong: its data is too short',
    ],
    ['two OPT records', message({ additionals: [opt(), opt()] }), 'malformed: it has more than one OPT record'],
  ])('%s', (_, datagram, reason) => {
    expect(reasonOf(ask().read(datagram))).toBe(reason)
  })

  test('one wrong bit in the id, wherever it is', () => {
    for (let bit = 0; bit < 16; bit++) expect(ask().read(message({ id: 0x1234 ^ (1 << bit) })).what).toBe('unmatched')
  })
})

describe('no datagram throws', () => {
  const request = ask({ mixedCase: true })
  const question = `${MIXED.replaceAll(' ', '')}00010001`
  const SEEDS = [
    message({
      question,
      answers: [record(1, 'c0000201'), record(5, '03777777c00c')],
      authorities: [record(2, 'c00c')],
      additionals: [opt('000f00020012')],
    }),
    message({ question, answers: [record(65, `00010000010006026832026833`), record(16, '03616263')] }),
    message({
      question,
      answers: [record(47, 'c00c0006400100000003'), record(46, `00010503000151803e7c9dd73e5515970a52c00c0102`)],
    }),
    message({
      question,
      flags: 0x8380,
      answers: [record(35, '0064000a0175046e6f6e65022121c00c'), record(6, `c00cc00c${'00'.repeat(20)}`)],
    }),
    message({ question: `${EXAMPLE}00010001`, answers: [record(257, '00056973737565612e62')] }),
  ]

  /** What RFC 5452 section 9.1 asks of an answer, by the bytes alone. */
  function isOurs(datagram: Uint8Array): boolean {
    const asked = 12 + MIXED.replaceAll(' ', '').length / 2 + 4
    return (
      toHex(datagram.subarray(0, 2)) === '1234' &&
      ((datagram[2] ?? 0) & 0xf8) === 0x80 &&
      toHex(datagram.subarray(4, 6)) === '0001' &&
      toHex(datagram.subarray(12, asked)) === question
    )
  }

  test('damaged answers: whatever is taken has our id and our question', () => {
    let answers = 0
    fc.assert(
      fc.property(fc.constantFrom(...SEEDS), fc.integer(), (bytes, seed) => {
        const datagram = mutated(bytes, seeded(seed))
        const { what } = request.read(datagram)
        if (what === 'answer') {
          answers++
          expect(isOurs(datagram), toHex(datagram)).toBe(true)
        }
      }),
      { numRuns: 3000 },
    )
    expect(answers).toBeGreaterThan(100)
  })

  test('any datagram, with and without our header', () => {
    const header = fromHex('123481800001000100010001')
    fc.assert(
      fc.property(anyDatagram, fc.boolean(), (bytes, hasHeader) => {
        const datagram = hasHeader ? Uint8Array.from([...header, ...bytes]) : bytes
        expect(['malformed', 'unmatched']).toContain(request.read(datagram).what)
      }),
    )
  })

  test('thousands of records whose names are as long as names can be', () => {
    const long = `${nameHex(['a', 'b', 'c'].map(letter => letter.repeat(63)).join('.')).slice(0, -2)}00`
    const first = record(2, long)
    // Behind the question is the first record; its data is 12 bytes later.
    const at = u16(0xc000 | (12 + one.length / 2 + 12))
    const answers = [first, ...Array.from({ length: 4600 }, () => record(2, at, { name: at }))]
    const datagram = message({ answers })
    expect(datagram.length).toBeLessThan(65_535)
    expect(answerOf(ask().read(datagram)).records).toHaveLength(4601)
  })

  test('thousands of records that each lead through a chain of pointers', () => {
    const pointers = Array.from({ length: 126 }, (_, i) =>
      u16(0xc000 | (i === 0 ? 12 : 12 + one.length / 2 + 12 + 2 * (i - 1))),
    )
    const last = u16(0xc000 | (12 + one.length / 2 + 12 + 2 * 125))
    const answers = [
      record(65_280, pointers.join('')),
      ...Array.from({ length: 5000 }, () => record(65_280, '', { name: last })),
    ]
    expect(reasonOf(ask().read(message({ answers })))).toBe('answer')
  })

  const one = `${EXAMPLE}00010001`
})
