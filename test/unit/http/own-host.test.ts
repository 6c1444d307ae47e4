import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isHostOf, isLoopbackHost, isOriginOf, isOwnOrigin } from '../../../src/http/own-host.ts'

describe('a Host header that is loopback', () => {
  test.each([
    'localhost',
    'LOCALHOST:19000',
    'localhost:1',
    '127.0.0.1',
    '127.0.0.1:19000',
    '127.8.9.10:80',
    '[::1]',
    '[::1]:19000',
    '[::ffff:127.0.0.1]',
  ])('%s', header => {
    expect(isLoopbackHost(header)).toBe(true)
  })

  test.each([
    '',
    ':19000',
    'example.org',
    'example.org:19000',
    'localhost.example.org',
    '127.0.0.1.example.org',
    'localhost:x',
    'localhost:80:80',
    '127.0.0.1 ',
    '0177.0.0.1',
    '2130706433',
    '192.0.2.1',
    '0.0.0.0',
    '::1',
    '[::]',
    '[localhost]',
    '[::1',
    '[::1]evil',
    'user@localhost',
    'localhost/',
    'localhost,example.org',
  ])('not %j', header => {
    expect(isLoopbackHost(header)).toBe(false)
  })
})

describe('an Origin of the same server', () => {
  test.each([
    ['http://localhost:19000', 'localhost:19000'],
    ['https://Watch.example', 'watch.example'],
    ['http://[::1]:19000', '[::1]:19000'],
  ])('%s for %s', (origin, host) => {
    expect(isOwnOrigin(origin, host)).toBe(true)
  })

  test.each([
    ['null', 'localhost:19000'],
    ['', ''],
    ['http://localhost:19001', 'localhost:19000'],
    ['http://localhost', 'localhost:19000'],
    ['http://evil.example', 'localhost:19000'],
    ['http://localhost:19000/', 'localhost:19000'],
    ['http://a@localhost:19000', 'localhost:19000'],
    ['file://localhost:19000', 'localhost:19000'],
    ['localhost:19000', 'localhost:19000'],
  ])('not %j for %j', (origin, host) => {
    expect(isOwnOrigin(origin, host)).toBe(false)
  })
})

describe('the Host and Origin of an external URL', () => {
  test.each([
    ['probes.example', 'https://probes.example/udp/'],
    ['Probes.Example:19000', 'https://probes.example/udp/'],
    ['probes.example:443', 'https://probes.example:8443'],
    ['[2001:db8::1]:80', 'http://[2001:db8::1]:9000/'],
    ['192.0.2.1', 'http://192.0.2.1'],
  ])('%s is the host of %s', (header, url) => {
    expect(isHostOf(header, new URL(url))).toBe(true)
  })

  test.each([
    ['', 'https://probes.example'],
    ['probes.example.evil.example', 'https://probes.example'],
    ['evil.probes.example', 'https://probes.example'],
    ['probes.example:x', 'https://probes.example'],
    ['user@probes.example', 'https://probes.example'],
    ['2001:db8::1', 'http://[2001:db8::1]'],
  ])('%j is not the host of %s', (header, url) => {
    expect(isHostOf(header, new URL(url))).toBe(false)
  })

  test.each([
    ['https://probes.example', 'https://probes.example/udp/'],
    ['https://Probes.example', 'https://probes.example:443/'],
    ['http://probes.example:8080', 'http://probes.example:8080/'],
  ])('%s is the origin of %s', (origin, url) => {
    expect(isOriginOf(origin, new URL(url))).toBe(true)
  })

  test.each([
    ['http://probes.example', 'https://probes.example/'],
    ['https://probes.example:8443', 'https://probes.example/'],
    ['https://evil.example', 'https://probes.example/'],
    ['null', 'https://probes.example/'],
    ['null', 'data:x'],
  ])('%s is not the origin of %s', (origin, url) => {
    expect(isOriginOf(origin, new URL(url))).toBe(false)
  })
})

test('a Host that passes is loopback for a browser too', () => {
  const pieces =
    'localhost 127.0.0.1 127 . : [ ] ::1 ::ffff: 0 1 19000 evil.example @ / \\ ? # %31 , ⓛocalhost 。 0x7f % x'.split(
      ' ',
    )
  const piece = fc.constantFrom(' ', '\t', ...pieces)
  const header = fc.oneof(
    fc.array(piece, { maxLength: 5 }).map(parts => parts.join('')),
    fc.string({ maxLength: 20 }),
  )
  fc.assert(
    fc.property(header, text => {
      if (!isLoopbackHost(text)) return
      const { hostname } = new URL(`http://${text}/`)
      expect(hostname).toMatch(/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\])$/)
    }),
    { numRuns: 5000 },
  )
})
