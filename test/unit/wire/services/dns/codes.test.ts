import { expect, test } from 'vitest'
import {
  DNS_CLASSES,
  DNS_TYPES,
  dnsClass,
  dnsClassName,
  dnsRcodeName,
  dnsType,
  dnsTypeName,
} from '../../../../../src/wire/services/dns/codes.ts'

test.each([
  ['A', 1],
  ['aaaa', 28],
  ['Https', 65],
  ['TYPE65', 65],
  ['type0', 0],
  ['TYPE65535', 65_535],
  ['TYPE65536', undefined],
  ['TYPE', undefined],
  ['TYPE-1', undefined],
  ['TYPE1.5', undefined],
  ['TYPE100000', undefined],
  ['65', undefined],
  ['', undefined],
  ['toString', undefined],
  ['__proto__', undefined],
])('the type %s is %s', (text, type) => {
  expect(dnsType(text)).toBe(type)
})

test.each([
  ['IN', 1],
  ['ch', 3],
  ['CLASS254', 254],
  ['CLASS65536', undefined],
  ['TYPE1', undefined],
])('the class %s is %s', (text, value) => {
  expect(dnsClass(text)).toBe(value)
})

test('each name stands for its number', () => {
  for (const name of DNS_TYPES) expect(dnsTypeName(dnsType(name) ?? NaN)).toBe(name)
  for (const name of DNS_CLASSES) expect(dnsClassName(dnsClass(name) ?? NaN)).toBe(name)
})

test('numbers without a name', () => {
  expect([dnsTypeName(65_280), dnsClassName(2), dnsRcodeName(4095)]).toEqual(['TYPE65280', 'CLASS2', 'RCODE4095'])
})

/** IANA: DNS RCODEs. */
test.each([
  [0, 'NOERROR'],
  [1, 'FORMERR'],
  [2, 'SERVFAIL'],
  [3, 'NXDOMAIN'],
  [4, 'NOTIMP'],
  [5, 'REFUSED'],
  [16, 'BADVERS'],
  [23, 'BADCOOKIE'],
])('the response code %i is %s', (rcode, name) => {
  expect(dnsRcodeName(rcode)).toBe(name)
})
