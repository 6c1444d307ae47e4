import { describe, expect, test } from 'vitest'
import { isLoopbackHost, isOwnOrigin } from '../../../src/http/own-host.ts'

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
