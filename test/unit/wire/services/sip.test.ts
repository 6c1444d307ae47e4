import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import type { SipAnswer } from '../../../../src/wire/services/answers.ts'
import type { Reading } from '../../../../src/wire/services/service.ts'
import { isSipUri, sipService } from '../../../../src/wire/services/sip.ts'
import { mutated } from '../../../helpers/mutations.ts'
import { anyDatagram, ENDS, reasonOf, requestOf } from './request.ts'

const request = sipService().request(length => new Uint8Array(length).fill(0xab), ENDS)
const BRANCH = `z9hG4bK${'ab'.repeat(16)}`
const TAG = 'ab'.repeat(8)
const CALL_ID = 'ab'.repeat(16)

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (...lines: readonly string[]): Reading => request.read(encode(lines.join('\r\n')))

/** The header fields that a server repeats, and no body. */
const REPEATED = [
  `Via: SIP/2.0/UDP 192.0.2.1:40000;branch=${BRANCH};rport=40000;received=192.0.2.1`,
  `From: <sip:udptool@192.0.2.1:40000>;tag=${TAG}`,
  'To: <sip:192.0.2.53:5060>;tag=1',
  `Call-ID: ${CALL_ID}`,
  'CSeq: 1 OPTIONS',
] as const
const withFields = (status: string, ...fields: readonly string[]): Reading => read(status, ...fields, '', '')
const response = (status: string, ...fields: readonly string[]): Reading => withFields(status, ...REPEATED, ...fields)
/** The repeated fields, of which one is another. */
const replacing = (name: string, ...others: readonly string[]): readonly string[] =>
  REPEATED.flatMap(line => (line.startsWith(`${name}:`) ? others : [line]))

const answer = (reading: Reading): SipAnswer => {
  if (reading.what !== 'answer' || reading.answer.service !== 'sip') throw new Error(reasonOf(reading))
  return reading.answer
}

describe('the SIP request', () => {
  test('is OPTIONS to the target, with all mandatory fields (RFC 3261 section 8.1.1) and rport (RFC 3581)', () => {
    expect(new TextDecoder().decode(request.bytes).split('\r\n')).toEqual([
      'OPTIONS sip:192.0.2.53:5060 SIP/2.0',
      `Via: SIP/2.0/UDP 192.0.2.1:40000;branch=${BRANCH};rport`,
      'Max-Forwards: 70',
      `From: <sip:udptool@192.0.2.1:40000>;tag=${TAG}`,
      'To: <sip:192.0.2.53:5060>',
      `Call-ID: ${CALL_ID}`,
      'CSeq: 1 OPTIONS',
      'Contact: <sip:udptool@192.0.2.1:40000>',
      'Accept: application/sdp',
      'Content-Length: 0',
      '',
      '',
    ])
  })

  test('has IPv6 addresses in brackets, without a zone', () => {
    const { bytes } = requestOf(sipService(), {
      local: { address: 'fe80::1%eth0', port: 40000, family: 'udp6' },
      target: { address: 'fe80::2%eth0', port: 5060, family: 'udp6' },
    })
    const text = new TextDecoder().decode(bytes)
    expect(text).toContain('OPTIONS sip:[fe80::2]:5060 SIP/2.0\r\n')
    expect(text).toContain('Via: SIP/2.0/UDP [fe80::1]:40000;branch=')
    expect(text).toContain('To: <sip:[fe80::2]:5060>\r\n')
  })

  test('is to another URI if one is given', () => {
    const { bytes } = requestOf(sipService({ uri: 'sip:ping@example.org;lr' }))
    expect(new TextDecoder().decode(bytes)).toMatch(/^OPTIONS sip:ping@example\.org;lr SIP\/2\.0\r\n/)
    expect(new TextDecoder().decode(bytes)).toContain('\r\nTo: <sip:ping@example.org;lr>\r\n')
  })

  test('has other ids each time', () => {
    const texts = Array.from({ length: 20 }, () => new TextDecoder().decode(requestOf(sipService()).bytes))
    for (const id of [/branch=(z9hG4bK[\da-f]{32});/, /tag=([\da-f]{16})/, /Call-ID: ([\da-f]{32})/])
      expect(new Set(texts.map(text => id.exec(text)?.[1])).size).toBe(20)
  })

  test('takes no URI that would end its line', () => {
    for (const uri of ['sip:example.org', 'SIPS:a%20b@[::1]:5060;transport=udp', 'sip:1_unusual.URI~(to-be!sure)&x'])
      expect(isSipUri(uri)).toBe(true)
    for (const uri of [
      '',
      'sip:',
      'example.org',
      'tel:123',
      'sip:a b',
      'sip:a\r\nVia: x',
      'sip:<a>',
      'sip:"a',
      'sip:ä',
    ])
      expect(isSipUri(uri)).toBe(false)
  })
})

describe('the answer of a SIP server', () => {
  test('is any final response with the branch, the CSeq, the Call-ID and the tag of the request', () => {
    expect(answer(response('SIP/2.0 200 OK'))).toEqual({ service: 'sip', status: 200, reason: 'OK' })
    // RFC 3261 section 25.1: a reason has any UTF-8, with the line separator of Unicode too.
    expect(answer(response('SIP/2.0 200 O\u{2028}K'))).toMatchObject({ reason: 'O\u{2028}K' })
    for (const status of [202, 301, 404, 486, 503, 604, 699])
      expect(answer(response(`SIP/2.0 ${status} Any reason`))).toEqual({ service: 'sip', status, reason: 'Any reason' })
  })

  test('has the fields of the example in RFC 3261 section 11.2', () => {
    const reading = withFields(
      'SIP/2.0 200 OK',
      ...replacing('Via', `Via: SIP/2.0/UDP pc33.atlanta.com;branch=${BRANCH}`, ' ;received=192.0.2.4').filter(
        line => !line.startsWith('To:'),
      ),
      'To: <sip:carol@chicago.com>;tag=93810874',
      'Contact: <sip:carol@chicago.com>',
      'Contact: <mailto:carol@chicago.com>',
      'Allow: INVITE, ACK, CANCEL, OPTIONS, BYE',
      'Accept: application/sdp',
      'Accept-Encoding: gzip',
      'Accept-Language: en',
      'Supported: foo',
      'Content-Type: application/sdp',
    )
    expect(answer(reading)).toEqual({
      service: 'sip',
      status: 200,
      reason: 'OK',
      allow: ['INVITE', 'ACK', 'CANCEL', 'OPTIONS', 'BYE'],
    })
  })

  test('names its server by Server, or by User-Agent without it', () => {
    const agent = 'User-Agent: FreeSWITCH'
    expect(answer(response('SIP/2.0 200 OK', agent)).server).toBe('FreeSWITCH')
    expect(answer(response('SIP/2.0 200 OK', agent, 'Server: kamailio (5.6.3 (x86_64/linux))')).server).toBe(
      'kamailio (5.6.3 (x86_64/linux))',
    )
    expect(answer(response('SIP/2.0 200 OK', 'Server:'))).not.toHaveProperty('server')
  })

  test('may list methods in several fields, and none', () => {
    expect(answer(response('SIP/2.0 200 OK', 'Allow: ACK ,, BYE', 'aLLow: INFO')).allow).toEqual(['ACK', 'BYE', 'INFO'])
    expect(answer(response('SIP/2.0 200 OK', 'Allow:')).allow).toEqual([])
  })

  test('has bounded texts', () => {
    const long = '😀'.repeat(5000)
    const { reason, server, allow } = answer(
      response(`SIP/2.0 200 ${long}`, `Server: ${long}`, `Allow: ${Array(999).fill(long.slice(0, 600)).join(',')}`),
    )
    for (const text of [reason, server, allow?.[0]]) expect(text).toBe('😀'.repeat(256))
    expect(allow?.length).toBe(64)
  })

  test('may repeat its tokens in another case, but not the Call-ID', () => {
    expect(withFields('sip/2.0 200 OK', ...REPEATED.map(line => line.replace(BRANCH, BRANCH.toUpperCase()))).what).toBe(
      'answer',
    )
    expect(reasonOf(withFields('SIP/2.0 200 OK', ...replacing('Call-ID', `i: ${CALL_ID.toUpperCase()}`)))).toBe(
      'unmatched: its Call-ID is of another request',
    )
  })

  test('is read in compact form, folded, with white space', () => {
    const reading = withFields(
      'SIP/2.0 200 OK',
      `v  : SIP  /   2.0`,
      ' /UDP',
      `    192.0.2.1;rport=1;branch  =  ${BRANCH}`,
      'f   : "J Rosenberg \\\\\\" ;tag=x"       <sip:jdrosen@example.com;tag=y>',
      '  ;',
      `  tag = ${TAG}`,
      `i:${CALL_ID}`,
      'cseq: 0001',
      '  OPTIONS',
      'l: 0',
      'UnknownHeaderWithUnusualValue: ;;,,;;,;',
    )
    expect(answer(reading).status).toBe(200)
  })

  test('is not one with another id', () => {
    const reasonWith = (name: string, ...others: readonly string[]): string =>
      reasonOf(withFields('SIP/2.0 200 OK', ...replacing(name, ...others)))
    const via = `Via: SIP/2.0/UDP 192.0.2.1:40000;branch=`
    expect(reasonWith('Via', `${via}z9hG4bKother`)).toBe('unmatched: its Via branch is of another request')
    expect(reasonWith('Via', 'Via: SIP/2.0/UDP 192.0.2.1')).toBe('unmatched: its Via branch is of another request')
    expect(reasonWith('CSeq', 'CSeq: 1 INVITE')).toBe(
      'unmatched: its CSeq is "1 INVITE", that of the request is "1 OPTIONS"',
    )
    expect(reasonWith('CSeq', 'CSeq: 2 OPTIONS')).toMatch(/^unmatched: its CSeq is "2 OPTIONS"/)
    expect(reasonWith('CSeq')).toMatch(/^unmatched: its CSeq is ""/)
    expect(reasonWith('Call-ID', 'Call-ID: other')).toBe('unmatched: its Call-ID is of another request')
    expect(reasonWith('Call-ID')).toBe('unmatched: its Call-ID is of another request')
    expect(reasonWith('From', 'From: <sip:a@b>;tag=other')).toBe('unmatched: its From tag is of another request')
    expect(reasonWith('From', `From: <sip:a@b;tag=${TAG}>`)).toBe('unmatched: its From tag is of another request')
  })

  test('has one Via value (RFC 3261 section 8.1.3.3)', () => {
    const [via] = REPEATED
    for (const fields of [[via, via], [`${via}, SIP/2.0/UDP other`], [via, 'v: SIP/2.0/UDP other;x="a,b"']])
      expect(reasonOf(withFields('SIP/2.0 200 OK', ...replacing('Via', ...fields)))).toBe(
        'unmatched: it has 2 Via values, and a response to a client has one',
      )
    expect(reasonOf(withFields('SIP/2.0 200 OK', ...replacing('Via')))).toMatch(/^unmatched: it has 0 Via values/)
  })

  test('is final: a provisional response is counted, and never the answer', () => {
    expect(reasonOf(response('SIP/2.0 100 Trying'))).toBe('unmatched: it is provisional (100 "Trying"), not final')
    expect(reasonOf(response('SIP/2.0 199 \x1b[2J'))).toBe('unmatched: it is provisional (199 "\\x1b[2J"), not final')
  })

  test('is neither the request itself nor another', () => {
    expect(reasonOf(request.read(request.bytes))).toBe('unmatched: it is our own request, sent back')
    expect(reasonOf(read('OPTIONS sip:a SIP/2.0', ...REPEATED, '', ''))).toBe(
      'unmatched: it is a request ("OPTIONS sip:a SIP/2.0"), no response',
    )
  })

  test('is a SIP message with a status, a whole header and a whole body', () => {
    for (const text of ['', 'SI', 'HTTP/1.1 200 OK\r\n\r\n', '\r\n\r\n', 'pong', '\ufeffSIP/2.0 200 OK\r\n\r\n'])
      expect(reasonOf(read(text))).toBe('malformed: it is no SIP message')
    for (const line of [
      'SIP/2.0',
      'SIP/2.0 20 OK',
      'SIP/2.0 700 No',
      'SIP/2.0 0200 OK',
      'SIP/3.0 200 OK',
      'SIP/2.0  200 OK',
    ])
      expect(reasonOf(response(line))).toBe(`malformed: its status line is "${line}"`)
    expect(reasonOf(read('SIP/2.0 200 OK', ...REPEATED, ''))).toBe(
      'malformed: it ends before the empty line after its header',
    )
    expect(reasonOf(read('SIP/2.0 200 OK', ...REPEATED, 'l: 5', '', 'body'))).toBe(
      'malformed: its body ends after 4 of 5 bytes',
    )
    for (const length of ['-999', '1e1', '', '9999999999'])
      expect(reasonOf(response('SIP/2.0 200 OK', `Content-Length: ${length}`))).toBe(
        `malformed: its Content-Length is "${length}"`,
      )
    expect(reasonOf(response('SIP/2.0 200 OK', 'l: 0', 'Content-Length: 1'))).toBe(
      'malformed: it has several Content-Length values',
    )
  })

  test('needs no Content-Length, and what follows the body is ignored (RFC 3261 section 18.3)', () => {
    expect(read('SIP/2.0 200 OK', ...REPEATED, '', 'body').what).toBe('answer')
    expect(read('SIP/2.0 200 OK', ...REPEATED, 'l: 2', '', 'body').what).toBe('answer')
  })
})

/** The responses of RFC 4475, with the section of each. */
const TORTURE = {
  '3.1.1.12': [
    'SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое',
    'Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923',
    'Call-ID: unreason.1234ksdfak3j2erwedfsASdf',
    'CSeq: 35 INVITE',
    'From: sip:user@example.com;tag=11141343',
    'To: sip:user@example.edu;tag=2229',
    'Contact: <sip:user@host198.example.com>',
  ],
  '3.1.1.13': [
    'SIP/2.0 100 ',
    'Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe',
    'Call-ID: noreason.asndj203insdf99223ndf',
    'CSeq: 35 INVITE',
    'From: <sip:user@example.com>;tag=39ansfi3',
    'To: <sip:user@example.edu>;tag=902jndnke3',
    'Content-Length: 0',
    'Contact: <sip:user@host105.example.com>',
  ],
  '3.1.2.5': [
    'SIP/2.0 503 Service Unavailable',
    'Via: SIP/2.0/TCP host129.example.com;branch=z9hG4bKzzxdiwo34sw;received=192.0.2.129',
    'To: <sip:user@example.com>',
    'From: <sip:other@example.net>;tag=2easdjfejw',
    'CSeq: 9292394834772304023312 OPTIONS',
    'Call-ID: scalarlg.noase0of0234hn2qofoaf0232aewf2394r',
    'Retry-After: 949302838503028349304023988',
    'Warning: 1812 overture "In Progress"',
    'Content-Length: 0',
  ],
  '3.1.2.19': [
    'SIP/2.0 4294967301 better not break the receiver',
    'Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe',
    'Call-ID: bigcode.asdof3uj203asdnf3429uasdhfas3ehjasdfas9i',
    'CSeq: 353494 INVITE',
    'From: <sip:user@example.com>;tag=39ansfi3',
    'To: <sip:user@example.edu>;tag=902jndnke3',
    'Content-Length: 0',
    'Contact: <sip:user@host105.example.com>',
  ],
  '3.3.10': [
    'SIP/2.0 200 OK',
    'Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923',
    'Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23',
    'Call-ID: bcast.0384840201234ksdfak3j2erwedfsASdf',
    'CSeq: 35 INVITE',
    'From: sip:user@example.com;tag=11141343',
    'To: sip:user@example.edu;tag=2229',
    'Contact: <sip:user@host28.example.com>',
  ],
} as const

/** A response of RFC 4475 as if it were to our request. */
const toOurs = (section: keyof typeof TORTURE, cseq = true): Reading => {
  const ours = TORTURE[section].map(line =>
    line
      .replace(/branch=[^;]+/, `branch=${BRANCH}`)
      .replace(/^Call-ID: .*/, `Call-ID: ${CALL_ID}`)
      .replace(/^(From: .*;tag=).*/, `$1${TAG}`)
      .replace(cseq ? /^CSeq: .*/ : /$^/, 'CSeq: 1 OPTIONS'),
  )
  return read(...ours, '', '')
}

describe('the responses of RFC 4475', () => {
  test('answer no request of ours', () => {
    for (const lines of Object.values(TORTURE)) expect(read(...lines, '', '').what).not.toBe('answer')
  })

  test('are read as the RFC demands, if they had our ids', () => {
    expect(answer(toOurs('3.1.1.12'))).toMatchObject({
      status: 200,
      reason: '= 2**3 * 5**2 но сто девяносто девять - простое',
    })
    expect(reasonOf(toOurs('3.1.1.13'))).toBe('unmatched: it is provisional (100 ""), not final')
    expect(reasonOf(toOurs('3.1.2.5', false))).toBe(
      'unmatched: its CSeq is "9292394834772304023312 OPTIONS", that of the request is "1 OPTIONS"',
    )
    // The large values of other fields do not matter to a client that does not use them.
    expect(answer(toOurs('3.1.2.5')).status).toBe(503)
    expect(reasonOf(toOurs('3.1.2.19'))).toBe(
      'malformed: its status line is "SIP/2.0 4294967301 better not break the receiver"',
    )
    expect(reasonOf(toOurs('3.3.10'))).toMatch(/^unmatched: it has 2 Via values/)
  })
})

describe('other bytes', () => {
  test('are no answer', () => {
    fc.assert(
      fc.property(anyDatagram, datagram => {
        expect(request.read(datagram).what).not.toBe('answer')
      }),
    )
  })

  test('are no answer without the ids, whatever else they have', () => {
    const whole = encode(['SIP/2.0 200 OK', ...REPEATED, 'Allow: ACK', 'l: 4', '', 'body'].join('\r\n'))
    const random = seeded('sip')
    let answers = 0
    for (let times = 0; times < 5000; times++) {
      const datagram = mutated(whole, random)
      if (request.read(datagram).what !== 'answer') continue
      answers++
      const text = new TextDecoder().decode(datagram).toLowerCase()
      for (const id of [BRANCH, TAG, CALL_ID]) expect(text).toContain(id.toLowerCase())
    }
    // Some changes do not matter: of the reason, of fields that are not read.
    expect(answers).toBeGreaterThan(100)
    // The answer to one request never answers another.
    for (let times = 0; times < 50; times++)
      expect(reasonOf(requestOf(sipService()).read(whole))).toBe('unmatched: its Via branch is of another request')
  })
})
