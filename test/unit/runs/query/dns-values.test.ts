import { describe, expect, test } from 'vitest'
import { parseBufsizes, parseDnsClass, parseDnsName, parseDnsType } from '../../../../src/runs/query/dns-values.ts'
import { planQuery } from '../../../../src/runs/query/plan.ts'
import { failure } from '../../../helpers/refused.ts'

describe('a name', () => {
  test.each([
    ['example.org', 'example.org'],
    ['example.org.', 'example.org.'],
    [' Example.ORG ', 'Example.ORG'],
    ['.', '.'],
    ['_sip._udp.example.org', '_sip._udp.example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah'],
    [String.raw`a\.b.example`, String.raw`a\.b.example`],
  ])('%j is %j', (value, name) => {
    expect(parseDnsName(value, '--name')).toBe(name)
  })

  test.each([
    ['', /it is empty/u],
    ['a..b', /empty label/u],
    ['.a', /empty label/u],
    ['https://example.org', /no URL/u],
    [`${'x'.repeat(64)}.org`, /at most 63 characters/u],
    [Array.from({ length: 60 }, () => 'abcde').join('.'), /at most 253 characters/u],
    [String.raw`a\999.org`, /backslash that escapes nothing/u],
    ['a b.org', /no label/u],
  ])('%j is none', (value, message) => {
    const { code, message: said } = failure(() => parseDnsName(value, '--name'))
    expect([code, said]).toEqual(['usage', expect.stringMatching(message)])
  })

  test.each([
    ['192.0.2.1', '1.2.0.192.in-addr.arpa'],
    ['2001:db8::1', `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`],
  ])('of the address %s: the hint has the name of its PTR record', (value, name) => {
    expect(failure(() => parseDnsName(value, '--name')).hint).toContain(name)
  })
})

describe('a type and a class', () => {
  test('by name or number', () => {
    expect([parseDnsType('mx', '--type'), parseDnsType('TYPE65', '--type'), parseDnsClass('CH', '--class')]).toEqual([
      15, 65, 3,
    ])
  })

  test.each([
    ['AAAAA', /AAAA/u],
    ['65', /HTTPS/u],
    ['60000', /TYPE60000/u],
  ])('%s is none, with a hint', (value, hint) => {
    expect(failure(() => parseDnsType(value, '--type')).hint).toMatch(hint)
  })
})

describe('sizes', () => {
  test.each([
    [1232, [1232]],
    ['0', [0]],
    ['65535', [65_535]],
    ['512,1232, 4096', [512, 1232, 4096]],
    ['1232,1232', [1232]],
  ])('%j is %j', (value, sizes) => {
    expect(parseBufsizes(value, '--bufsize')).toEqual(sizes)
  })

  test.each([
    ['511', /the least is 512/u],
    ['512,100', /the least is 512/u],
    ['65536', /65536/u],
    ['512,', /not a whole number/u],
    [Array.from({ length: 21 }, (_, i) => 600 + i).join(','), /more than 20 sizes/u],
  ])('%j is refused', (value, message) => {
    expect(failure(() => parseBufsizes(value, '--bufsize')).message).toMatch(message)
  })

  test('the question has the first of a list, and then each is asked', () => {
    const { sized, options } = planQuery('dns', '192.0.2.1', { name: 'example.org', bufsize: '4096,512' })
    expect([sized?.given, sized?.sizes, options['bufsize']]).toEqual([4096, [4096, 512], [4096, 512]])
  })

  test('without a list none is asked for', () => {
    const { sized, options } = planQuery('dns', '192.0.2.1', { name: 'example.org' })
    expect([sized?.given, sized?.sizes, options['bufsize']]).toEqual([1232, [], 1232])
    expect(planQuery('stun', '192.0.2.1', {}).sized).toBeUndefined()
  })

  test('signatures need EDNS in each question', () => {
    const options = { name: 'example.org', dnssec: true, bufsize: '1232,0' }
    expect(failure(() => planQuery('dns', '192.0.2.1', options)).message).toMatch(/--dnssec needs EDNS/u)
  })
})
