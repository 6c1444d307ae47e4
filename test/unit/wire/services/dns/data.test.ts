import { describe, expect, test } from 'vitest'
import { dnsType } from '../../../../../src/wire/services/dns/codes.ts'
import { Cursor } from '../../../../../src/wire/services/dns/cursor.ts'
import { dataText } from '../../../../../src/wire/services/dns/data.ts'
import { fromHex } from '../../golden.ts'
import { nameHex, u16 } from './messages.ts'

/** The data as text, or why it is wrong. */
function dataOf(type: string, hex: string, recordClass = 1): string {
  const data = new Cursor(fromHex(hex.replaceAll(' ', '')))
  const text = dataText(data, dnsType(type) ?? NaN, recordClass)
  return data.fault?.why ?? text
}

const base64 = (text: string): string => Buffer.from(text, 'base64').toString('hex')
const texts = (...all: readonly string[]): string =>
  all.map(text => text.length.toString(16).padStart(2, '0') + Buffer.from(text).toString('hex')).join('')

/** RFC 4034 section 3.3. */
const SIGNATURE =
  'oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTrPYGv07h108dUKGMeDPKijVCHX3DDKdfb+v6oB9wfuh3DTJXUAfI/M0zmO/zz8bW0Rznl8O3tGNazPwQKkRN20XPXV6nwwfoXmJQbsLNrLfkGJ5D6fwFm8nN+6pBzeDQfsS3Ap3o='
/** RFC 4034 section 2.3. */
const KEY =
  'AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10hWqTkF7H6RfoRqXQeogmMHfpftf6zMv1LyBUgia7za6ZEzOJBOztyvhjL742iU/TpPSEDhm2SNKLijfUppn1UaNvv4w=='

describe('RFC 1035', () => {
  test.each([
    ['A', 'c0000201', '192.0.2.1'],
    ['NS', nameHex('a.example'), 'a.example.'],
    ['CNAME', nameHex(''), '.'],
    [
      'SOA',
      `${nameHex('a')}${nameHex('b')} 00000001 00000e10 00000258 00015180 ffffffff`,
      'a. b. 1 3600 600 86400 4294967295',
    ],
    ['MX', `000a${nameHex('mail.example')}`, '10 mail.example.'],
    ['TXT', texts('v=spf1 -all', 'a"b\\c\n', ''), String.raw`"v=spf1 -all" "a\"b\\c\010" ""`],
    ['HINFO', texts('VAX-11/780', 'UNIX'), '"VAX-11/780" "UNIX"'],
  ])('%s', (type, hex, text) => {
    expect(dataOf(type, hex)).toBe(text)
  })
})

describe('later types', () => {
  test.each([
    ['RFC 3596', 'AAAA', '20010db8000000000000000000000001', '2001:db8::1'],
    ['RFC 2782', 'SRV', `0001 0002 13c4 ${nameHex('sip.example')}`, '1 2 5060 sip.example.'],
    [
      'RFC 3403',
      'NAPTR',
      `0064 000a ${texts('u', 'E2U+sip', '!^.*$!sip:a@b!')} 00`,
      '100 10 "u" "E2U+sip" "!^.*$!sip:a@b!" .',
    ],
    [
      'RFC 8659',
      'CAA',
      `00 ${texts('issue')} ${Buffer.from('ca.example; x=1').toString('hex')}`,
      '0 issue "ca.example; x=1"',
    ],
    ['RFC 4034 section 2.3', 'DNSKEY', `0100 03 05 ${base64(KEY)}`, `256 3 5 ${KEY}`],
    [
      'RFC 4034 section 3.3',
      'RRSIG',
      `0001 05 03 00015180 3e7c9dd7 3e5510d7 0a52 ${nameHex('example.com')} ${base64(SIGNATURE)}`,
      `A 5 3 86400 20030322173103 20030220173103 2642 example.com. ${SIGNATURE}`,
    ],
    [
      'RFC 4034 section 4.3',
      'NSEC',
      `04686f7374076578616d706c6503636f6d00 0006400100000003 041b ${'00'.repeat(26)}20`,
      'host.example.com. A MX RRSIG NSEC TYPE1234',
    ],
    [
      'RFC 4034 section 5.4',
      'DS',
      'ec45 05 01 2BB183AF5F22588179A53B0A98631FAD1A292118',
      '60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118',
    ],
    // The hash is `foobar` of RFC 4648 section 10.
    ['RFC 5155', 'NSEC3', '01 01 000c 04 aabbccdd 06 666f6f626172 0001 40', '1 1 12 AABBCCDD CPNMUOJ1E8 A'],
    ['RFC 5155, no salt', 'NSEC3PARAM', '01 00 0000 00', '1 0 0 -'],
    ['RFC 3597 section 5', 'TYPE731', 'abcdef012345', String.raw`\# 6 ABCDEF012345`],
    ['RFC 3597, no data', 'TYPE731', '', String.raw`\# 0`],
  ])('%s: %s', (_, type, hex, text) => {
    expect(dataOf(type, hex)).toBe(text)
  })

  test('a type of the class IN has unknown data in other classes, and TXT has not', () => {
    expect(dataOf('A', 'c0000201', 3)).toBe(String.raw`\# 4 C0000201`)
    expect(dataOf('TXT', texts('1.17'), 3)).toBe('"1.17"')
  })
})

/** RFC 9460 appendix D. */
describe('service parameters', () => {
  const foo = nameHex('foo.example.com')
  const parameter = (key: number, hex: string): string => `${u16(key)}${u16(hex.length / 2)}${hex}`
  test.each([
    ['HTTPS', `0000 ${foo}`, '0 foo.example.com.'],
    ['SVCB', '0001 00', '1 .'],
    ['SVCB', `0010 ${foo} ${parameter(3, '0035')}`, '16 foo.example.com. port=53'],
    ['SVCB', `0001 ${foo} ${parameter(667, '68656c6c6f')}`, '1 foo.example.com. key667="hello"'],
    [
      'SVCB',
      `0001 ${foo} ${parameter(667, '68656c6c6fd2716f6f')}`,
      String.raw`1 foo.example.com. key667="hello\210qoo"`,
    ],
    [
      'SVCB',
      `0001 ${foo} ${parameter(6, '20010db800000000000000000000000120010db8000000000000000000530001')}`,
      '1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1',
    ],
    [
      'SVCB',
      `0010 ${foo} ${parameter(0, '00010004')} ${parameter(1, '0268320568332d3139')} ${parameter(4, 'c0000201')}`,
      '16 foo.example.com. mandatory=alpn,ipv4hint alpn="h2,h3-19" ipv4hint=192.0.2.1',
    ],
    [
      'SVCB',
      `0010 ${foo} ${parameter(1, '08665c6f6f2c626172026832')}`,
      String.raw`16 foo.example.com. alpn="f\\\\oo\\,bar,h2"`,
    ],
    [
      'HTTPS',
      `0001 00 ${parameter(1, '026832')} 00020000 ${parameter(5, '0102')}`,
      '1 . alpn="h2" no-default-alpn ech=AQI=',
    ],
    [
      'HTTPS',
      `0001 00 ${parameter(7, '2f7b3f646e737d')} 00080000 ${parameter(9, '')}`,
      '1 . dohpath="/{?dns}" ohttp key9',
    ],
  ])('%s %s', (type, hex, text) => {
    expect(dataOf(type, hex)).toBe(text)
  })

  test.each([
    ['the same key twice', `${parameter(3, '0035')}${parameter(3, '0035')}`, 'its service parameters are not in order'],
    [
      'keys in falling order',
      `${parameter(4, 'c0000201')}${parameter(3, '0035')}`,
      'its service parameters are not in order',
    ],
    ['a port of 1 byte', parameter(3, '35'), 'its service parameter port is wrong'],
    ['a port of 3 bytes', parameter(3, '003500'), 'its service parameter port is wrong'],
    ['no protocol', parameter(1, ''), 'its service parameter alpn is wrong'],
    ['half a protocol', parameter(1, '0568'), 'its service parameter alpn is wrong'],
    ['half an address', parameter(4, 'c00002'), 'its service parameter ipv4hint is wrong'],
    ['a value where none is', parameter(2, '01'), 'its service parameter no-default-alpn is wrong'],
    ['a value beyond the end', '0003000a0035', 'it breaks off'],
  ])('%s is wrong', (_, hex, why) => {
    expect(dataOf('SVCB', `0001 00 ${hex}`)).toBe(why)
  })
})

describe('wrong data', () => {
  test.each([
    ['A', 'c00002', 'it breaks off'],
    ['A', 'c000020100', 'its data is too long'],
    ['A', '', 'it breaks off'],
    ['AAAA', 'c0000201', 'it breaks off'],
    ['TXT', '', 'it breaks off'],
    ['TXT', '0361', 'it breaks off'],
    ['MX', '000a', 'it breaks off'],
    ['NS', `${nameHex('a')}00`, 'its data is too long'],
    ['NSEC', '00 0121 '.concat('00'.repeat(33)), 'its windows of types are wrong'],
    ['NSEC', '00 010140 000140', 'its windows of types are wrong'],
  ])('%s %s', (type, hex, why) => {
    expect(dataOf(type, hex)).toBe(why)
  })
})
