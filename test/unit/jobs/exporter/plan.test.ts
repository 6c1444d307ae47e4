import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import type { ExporterOptions } from '../../../../src/jobs/exporter/options.ts'
import { planExporter } from '../../../../src/jobs/exporter/plan.ts'

function failure(targets: readonly string[], options: ExporterOptions): string {
  try {
    planExporter(targets, options)
  } catch (error) {
    return String(error)
  }
  return 'none'
}

test('a target alone is served on loopback', () => {
  expect(planExporter(['edge'], {})).toEqual({
    engine: 'auto',
    maxTargets: 1000,
    targets: [{ host: 'edge', port: 9000 }],
    isCheck: false,
    web: { listen: [{ host: '127.0.0.1', port: 19_000 }], telemetryPath: '/metrics', routePrefix: '' },
    timeoutOffset: 500 * MILLISECOND,
    log: { level: 'info', format: 'logfmt' },
    exitWithParent: false,
  })
})

describe('addresses', () => {
  test.each([
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['::1', { host: '::1', port: 19_000 }],
    ['[::1]:7', { host: '::1', port: 7 }],
    ['localhost:7', { host: 'localhost', port: 7 }],
  ])('%s is loopback', (written, address) => {
    expect(planExporter(['a'], { 'web.listenAddress': [written] }).web.listen).toEqual([address])
  })

  test('a port alone is that of all addresses, as for Go programs', () => {
    const options = { 'web.listenAddress': [':9115'] }
    expect(failure(['a'], options)).toContain('--web.listen-address :: needs --public')
    expect(planExporter(['a'], { ...options, public: true }).web.listen).toEqual([{ host: '::', port: 9115 }])
  })

  test('each of several is checked', () => {
    expect(failure(['a'], { 'web.listenAddress': ['127.0.0.1:1', '10.0.0.1:1'] })).toContain('10.0.0.1 needs --public')
  })

  test('a name is refused', () => {
    expect(failure(['a'], { 'web.listenAddress': ['edge.example:80'], public: true })).toContain(
      'an address of this host',
    )
  })
})

describe('paths', () => {
  test.each([
    [{ 'web.routePrefix': '/udptool/' }, '/udptool'],
    [{ 'web.routePrefix': '/' }, ''],
    [{ 'web.externalUrl': 'https://monitor.example/udp/' }, '/udp'],
    [{ 'web.externalUrl': 'https://monitor.example/udp', 'web.routePrefix': '/' }, ''],
  ])('%j has the prefix %j', (options, prefix) => {
    expect(planExporter(['a'], options).web.routePrefix).toBe(prefix)
  })

  test.each<[ExporterOptions, string]>([
    [{ 'web.routePrefix': 'udptool' }, '--web.route-prefix'],
    [{ 'web.routePrefix': '/a/../b' }, '--web.route-prefix'],
    [{ 'web.telemetryPath': '/' }, '--web.telemetry-path'],
    [{ 'web.telemetryPath': '/a b' }, '--web.telemetry-path'],
    [{ 'web.telemetryPath': '/a?b' }, '--web.telemetry-path'],
    [{ 'web.externalUrl': 'monitor.example' }, '--web.external-url'],
    [{ 'web.externalUrl': 'https://monitor.example/?a' }, '--web.external-url'],
    [{ 'web.externalUrl': 'https://a:b@monitor.example/' }, '--web.external-url'],
    [{ timeoutOffset: '500ms' }, '--timeout-offset'],
    [{ timeoutOffset: '-1' }, '--timeout-offset'],
    [{ timeoutOffset: '61' }, '--timeout-offset'],
    [{ reportInterval: '1ms' }, '--report-interval'],
    [{ 'log.level': 'trace' }, '--log.level'],
    [{ 'log.format': 'text' }, '--log.format'],
  ])('%j is refused', (options, flag) => {
    expect(failure(['a'], options)).toContain(flag)
  })
})

test('without targets it needs a file', () => {
  expect(failure([], {})).toContain('needs targets or a configuration file')
  expect(planExporter([], { 'config.file': 'a.yml' }).configFile).toBe('a.yml')
})

test('--config.check needs a file', () => {
  expect(failure(['a'], { 'config.check': true })).toContain('--config.check needs a file')
  expect(planExporter([], { 'config.check': true, 'web.config.file': 'web.yml' })).toMatchObject({ isCheck: true })
})
