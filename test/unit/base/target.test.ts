import { isIPv6 as nodeIsIPv6 } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress } from '../../../src/base/address.ts'
import { DEFAULT_HOST, DEFAULT_PORT, parseTarget } from '../../../src/base/target.ts'
import { attempt, refused } from '../../helpers/refused.ts'
import { typedText } from '../../helpers/typed-text.ts'

test.each([
  ['127.0.0.1:9001', '127.0.0.1', 9001],
  ['127.0.0.1', '127.0.0.1', 9000],
  ['localhost', 'localhost', 9000],
  ['echo_1.example.org:7', 'echo_1.example.org', 7],
  ['example.org.', 'example.org.', 9000],
  ['bücher.example:53', 'bücher.example', 53],
  [':9001', '127.0.0.1', 9001],
  ['::1', '::1', 9000],
  ['[::1]', '::1', 9000],
  ['[::1]:9001', '::1', 9001],
  ['[fe80::1%eth0]:9001', 'fe80::1%eth0', 9001],
  ['fe80::1%eth0', 'fe80::1%eth0', 9000],
  [' host:1 ', 'host', 1],
  ['host:65535', 'host', 65_535],
])('%s', (text, host, port) => {
  expect(parseTarget(text)).toEqual({ host, port })
})

test('port 0 only where an address is bound', () => {
  expect(parseTarget('127.0.0.1:0', '--bind', { minPort: 0 })).toEqual({ host: '127.0.0.1', port: 0 })
  expect(refused(() => parseTarget('127.0.0.1:0', '--to'))).toContain('nothing can be sent to port 0')
})

test('a default port is in the target and in the hints', () => {
  const parse = (text: string) => parseTarget(text, 'the target', { defaultPort: 53 })
  for (const text of ['host', '::1', '[::1]', '192.0.2.1']) expect(parse(text).port).toBe(53)
  expect(parse('host:9000').port).toBe(9000)
  expect(refused(() => parse(''))).toContain('write 127.0.0.1:53 or [::1]:53')
  expect(refused(() => parse('host:'))).toContain('write host:53')
  expect(refused(() => parse('::1:9000'))).toContain('or [::1:9000]:53 for the whole')
})

test('the defaults are the seed’s', () => {
  expect([DEFAULT_HOST, DEFAULT_PORT]).toEqual(['127.0.0.1', 9000])
})

test.each([
  ['', '--to cannot be "": it is empty (write 127.0.0.1:9000 or [::1]:9000)'],
  ['9001', '--to cannot be "9001": it has a port and no host (did you mean :9001?)'],
  [9001, '--to cannot be 9001: it has a port and no host (did you mean :9001?)'],
  ['udp://host:1', '--to cannot be "udp://host:1": a target is no URL (did you mean host:1?)'],
  ['host:', '--to cannot be "host:": the port is missing behind the colon (write host:9000)'],
  ['host:0', '--to cannot be "host:0": nothing can be sent to port 0 (write host:9000)'],
  [
    '010.0.0.1',
    '--to cannot be "010.0.0.1": "010.0.0.1" has leading zeros, which some programs read as octal (did you mean 10.0.0.1?)',
  ],
  [
    '::1:9000',
    '--to cannot be "::1:9000": 9000 may be its port or a part of the address (write [::1]:9000, or [::1:9000]:9000 for the whole as an address)',
  ],
  [
    '::1:65000',
    '--to cannot be "::1:65000": an IPv6 address with a port stands in brackets (did you mean [::1]:65000?)',
  ],
  ['[::1]9000', '--to cannot be "[::1]9000": there is no colon before the port (did you mean [::1]:9000?)'],
  [
    '[127.0.0.1]:9',
    '--to cannot be "[127.0.0.1]:9": only IPv6 addresses stand in brackets (did you mean 127.0.0.1:9?)',
  ],
  ['127.0.0.1 9', '--to cannot be "127.0.0.1 9": a colon stands before the port (did you mean 127.0.0.1:9?)'],
  ['\u001B 9', String.raw`--to cannot be "\x1b 9": "\x1b 9" is not a host name (write localhost:9000 or [::1]:9000)`],
  ['udp://u@host/x', '--to cannot be "udp://u@host/x": a target is no URL (write 127.0.0.1:9000 or [::1]:9000)'],
  ['host:70000', '--to cannot be "host:70000": a port is a number from 1 to 65535 (write host:9000)'],
  ['host:http', '--to cannot be "host:http": a port is a number from 1 to 65535 (write host:9000)'],
  ['1.2.3', '--to cannot be "1.2.3": "1.2.3" is not an IPv4 address (write 127.0.0.1:9000 or [::1]:9000)'],
  [
    '256.0.0.1:9',
    '--to cannot be "256.0.0.1:9": "256.0.0.1" is not an IPv4 address (write 127.0.0.1:9000 or [::1]:9000)',
  ],
  ['[host]:9', '--to cannot be "[host]:9": "host" is not an IPv6 address (write 127.0.0.1:9000 or [::1]:9000)'],
  [
    '[::1',
    '--to cannot be "[::1": it is not host:port, and an IPv6 address with a port stands in brackets (write 127.0.0.1:9000 or [::1]:9000)',
  ],
  [
    '::1::2:9',
    '--to cannot be "::1::2:9": it is not host:port, and an IPv6 address with a port stands in brackets (write 127.0.0.1:9000 or [::1]:9000)',
  ],
  ['two words', '--to cannot be "two words": "two words" is not a host name (write localhost:9000 or [::1]:9000)'],
  ['a..b', '--to cannot be "a..b": "a..b" is not a host name (write localhost:9000 or [::1]:9000)'],
  ['user@host', '--to cannot be "user@host": "user@host" is not a host name (write localhost:9000 or [::1]:9000)'],
])('%s is refused', (text, message) => {
  expect(refused(() => parseTarget(text, '--to'))).toBe(message)
})

test('what formatAddress writes, parseTarget reads', () => {
  const v4 = fc.ipV4().map(address => ({ address, family: 'udp4' as const }))
  const v6 = fc
    .ipV6()
    .filter(address => nodeIsIPv6(address))
    .map(address => ({ address, family: 'udp6' as const }))
  fc.assert(
    fc.property(fc.oneof(v4, v6), fc.integer({ min: 1, max: 65_535 }), (end, port) => {
      expect(parseTarget(formatAddress({ ...end, port }))).toEqual({ host: end.address, port })
    }),
  )
})

test('any text gives a host and a port or a usage error', () => {
  fc.assert(
    fc.property(typedText, text => {
      const outcome = attempt(() => parseTarget(text))
      if (!('value' in outcome)) return
      expect(outcome.value.host).not.toBe('')
      expect(outcome.value.port >= 1 && outcome.value.port <= 65_535).toBe(true)
    }),
  )
})
