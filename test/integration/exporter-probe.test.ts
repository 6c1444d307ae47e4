import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAllowList } from '../../src/jobs/exporter/allow-list.ts'
import { ROOT, start } from '../helpers/child.ts'
import { PROBE_METRICS, samplesOf } from '../helpers/exporter-contract.ts'
import { readSamples, scrape, startExporter, valueOf } from '../helpers/exporter.ts'
import { startPeer, type EchoTruth } from '../helpers/peers.ts'
import { checkMetrics } from '../helpers/promtool.ts'
import { exchange, get, open, type RawAnswer } from '../helpers/raw-http.ts'
import { expectedLedger, startRelay } from '../helpers/relay.ts'
import { requireTool } from '../helpers/tools.ts'
import { HOSTED, startServe } from '../helpers/udptool.ts'

async function probe(port: number, target: string, module: string, more = ''): Promise<RawAnswer> {
  return await exchange(port, get(`/probe?target=${encodeURIComponent(target)}&module=${module}${more}`))
}

/** A timeout that no reply misses, however busy the machine is. */
const CALM = '10s'

/** Everything on loopback may be asked, and nothing else. */
const LOOPBACK = { allow: ['127.0.0.0/8', '::1/128'] }

test('the datagrams of a probe by fate are those of the relay', async () => {
  await using server = await startServe(['--max-rate-per-source', '1Gpps'], HOSTED)
  await using relay = await startRelay(server.at, '--up', 'drop=every:5', '--down', 'drop=every:7')
  const { port } = await startExporter(
    { modules: { once: { count: 70, interval: '10ms', timeout: CALM } }, probe: LOOPBACK },
    HOSTED,
  )
  const { status, headers, body } = await probe(port, relay.at, 'once')
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  const truth = await relay.stop()
  const { counts, fates, lost } = expectedLedger(truth, { timeoutMs: 10_000, receipts: true })
  const samples = readSamples(body)
  const of = (...names: readonly string[]): number =>
    names.reduce((sum, fate) => sum + (valueOf(samples, 'probe_udp_datagrams', { fate }) ?? NaN), 0)
  // A busy machine makes replies late.
  expect(of('intact', 'late')).toBe((counts['intact'] ?? 0) + (counts['late'] ?? 0))
  expect(of('lostForward')).toBe(counts['lostForward'])
  expect(of('lostReturn')).toBe(counts['lostReturn'])
  expect([fates.size, lost]).toEqual([70, 14 + 8])
  expect(valueOf(samples, 'probe_udp_scheduled')).toBe(70)
  expect(valueOf(samples, 'probe_udp_loss_ratio')).toBeCloseTo(22 / 70, 12)
  expect([valueOf(samples, 'probe_success'), valueOf(samples, 'probe_udp_shortened')]).toEqual([1, 0])
  expect(valueOf(samples, 'probe_ip_addr_hash')).toBe(3_668_918_509)
})

test('more runs than probe.maxConcurrent and more probes a second than probe.maxRate get 503', async () => {
  await using silent = await startPeer<EchoTruth>('echo', ['--silent'])
  const { port } = await startExporter(
    {
      modules: {
        waits: { count: 1, timeout: '60s' },
        quick: { count: 1 },
        fast: { count: 5000, rate: '5kpps' },
      },
      probe: { ...LOOPBACK, maxConcurrent: 1 },
    },
    HOSTED,
  )
  const tooFast = await probe(port, silent.at, 'fast')
  expect([tooFast.status, tooFast.body]).toEqual([503, expect.stringContaining('probe.maxRate')])
  const waiting = await open(port)
  waiting.write(get(`/probe?target=${silent.at}&module=waits`))
  let other: RawAnswer
  // The requests come on two connections, so the second may be read first.
  do other = await probe(port, '127.0.0.1:40009', 'quick')
  while (other.status !== 503)
  expect(other.body).toContain('probe.maxConcurrent')
  waiting.destroy()
  const counted = await scrape(port)
  expect(valueOf(counted, 'udptool_exporter_probe_requests_total', { module: 'fast', code: '503' })).toBe(1)
  expect(valueOf(counted, 'udptool_exporter_probe_requests_total', { module: 'quick', code: '503' })).toBe(1)
})

test.runIf(requireTool('promtool'))('the metrics of each kind of probe please promtool', async () => {
  await using server = await startServe([], HOSTED)
  await using short = await startPeer<EchoTruth>('echo', ['--read', '100'])
  await using silent = await startPeer<EchoTruth>('echo', ['--silent'])
  const { port } = await startExporter(
    {
      modules: {
        once: { count: 5, interval: '10ms', timeout: CALM, expect: ['loss==0', 'rtt.p99<20ms', 'truncated==0'] },
        mtu: { run: 'mtu', timeout: CALM },
        sweep: { run: 'sweep', sizes: [64, 1472], count: 2, timeout: CALM },
        quick: { count: 2, interval: '10ms', timeout: '100ms', receipts: false },
      },
      probe: { allow: ['127.0.0.0/8', 'no-such-name.invalid:9000'] },
    },
    HOSTED,
  )
  const asked = [
    [server.at, 'once'],
    [server.at, 'mtu'],
    [server.at, 'sweep'],
    [short.at, 'once'],
    [silent.at, 'quick'],
    ['127.0.0.9:9009', 'quick'],
    ['no-such-name.invalid:9000', 'quick'],
  ] as const
  const names = new Set<string>()
  for (const [target, module] of asked) {
    const { status, body } = await probe(port, target, module)
    expect(status).toBe(200)
    expect(await checkMetrics(body)).toMatchObject({ code: 0, stderr: '', stdout: '' })
    for (const { name, type } of samplesOf(body)) {
      expect(type).toBe('gauge')
      names.add(name)
    }
  }
  expect([...names].toSorted()).toEqual([...new Set(samplesOf(PROBE_METRICS).map(({ name }) => name))].toSorted())
})

test('debug and the log of a recent probe have the report, and nothing of the environment', async () => {
  await using server = await startServe([], HOSTED)
  const secret = 'correct-horse-battery'
  const { port } = await startExporter(
    { modules: { once: { count: 3, interval: '10ms' } }, probe: LOOPBACK },
    { env: { ...process.env, UDPTOOL_SECRET: secret } },
  )
  const { headers, body } = await probe(port, server.at, 'once', '&debug=true')
  expect(headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(body).toContain('= 3 scheduled')
  expect(body).toContain('probe_udp_scheduled 3\n')
  expect(body).toContain('count: "3"\n')
  const log = await exchange(port, get('/logs?id=1'))
  expect(log.body).toBe(body)
  expect(body).not.toContain(secret)
})

describe('spellings of loopback', () => {
  test('get no datagram to an address that is not allowed', async () => {
    await using echo = await startPeer<EchoTruth>('echo', [])
    const { port } = await startExporter(
      { modules: { once: { count: 1 } }, probe: { allow: ['10.0.0.0/8', '*.example.org:9000'] } },
      HOSTED,
    )
    const hosts = ['127.0.0.1', '127.1', '0x7f.1', '0x7f000001', '0x7f.0x1', '017700000001', '2130706433', '0', '0x0']
    const six = [
      '::1',
      '::1%lo',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::127.0.0.1',
      '::',
      '::ffff:0.0.0.0',
      '64:ff9b::7f00:1',
    ]
    const names = ['localhost', 'LOCALHOST', 'localhost.', 'localhost..', 'ip6-localhost', '127.0.0.1.', '①27.0.0.1']
    const all = [...hosts, ...names, ...six.map(address => `[${address}]`)]
    for (const host of all) {
      const { status } = await probe(port, `${host}:${echo.port}`, 'once')
      // A name that has no address at all was allowed to be looked up: its probe failed.
      expect([200, 400, 403]).toContain(status)
    }
    const requests = (await scrape(port)).filter(({ name }) => name === 'udptool_exporter_probe_requests_total')
    expect(requests.reduce((sum, { value }) => sum + value, 0)).toBe(all.length)
    expect(await echo.stop()).toMatchObject({ received: 0 })
  })

  test('are the address that the resolver makes of them', async () => {
    await using echo = await startPeer<EchoTruth>('echo', [])
    const { port } = await startExporter({ modules: { once: { count: 1 } }, probe: LOOPBACK }, HOSTED)
    for (const host of ['127.0.0.1', 'LOCALHOST', '[::ffff:127.0.0.1]', '0x7f000001'])
      expect((await probe(port, `${host}:${echo.port}`, 'once')).status).toBe(200)
    const { received } = await echo.stop()
    expect(received).toBeGreaterThanOrEqual(4)
  })
})

test('a client that goes away stops the run, and is counted', async () => {
  await using echo = await startPeer<EchoTruth>('echo', ['--announce', '1'])
  const { port } = await startExporter(
    { modules: { long: { count: 100_000, interval: '10ms' } }, probe: LOOPBACK },
    HOSTED,
  )
  const client = await open(port)
  client.write(get(`/probe?target=${echo.at}&module=long`))
  await echo.child.waitFor('stdout', /^.*\n.*\n/)
  client.destroy()
  const count = async (code: string): Promise<number | undefined> =>
    valueOf(await scrape(port), 'udptool_exporter_probe_requests_total', { module: 'long', code })
  while ((await count('499')) !== 1) await pause(100)
  expect(await count('200')).toBe(0)
})

/** Addresses that are near the limits of what is allowed, in the spellings that carry IPv4 inside IPv6. */
const value4 = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc
    .tuple(fc.constantFrom(0x0a, 0xa9fe, 0x7f, 0xe0, 0xef, 0xff, 0), fc.nat(0xffff))
    .map(([high, low]) => (high > 0xff ? high * 2 ** 16 : high * 2 ** 24) + low),
  fc.constantFrom(0, 2 ** 24, 2 ** 24 - 1, 2 ** 32 - 1, 2 ** 32 - 2, 0xa9fea9fe, 0xdfffffff, 0xe0000000, 0xf0000000),
)
const dotted = (value: number): string => [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')
const hex = (value: number): string => `${Math.floor(value / 2 ** 16).toString(16)}:${(value % 2 ** 16).toString(16)}`
const address = fc.oneof(
  value4.map(dotted),
  fc
    .tuple(
      value4,
      fc.constantFrom('::ffff:D', '::FFFF:H', '::ffff:D%lo', '64:ff9b::H', '2002:H::1', '::D', '::H', '64:ff9b::1:H'),
    )
    .map(([value, form]) => form.replace('D', dotted(value)).replace('H', hex(value))),
  fc.ipV6(),
  fc.constantFrom('fe80::1', 'febf::1%eth0', 'fec0::1', 'fd00::1', 'ff02::1', 'ff0e::1%lo', '::', '::1', '::2', '::ff'),
)
const network = fc.oneof(
  fc.tuple(value4.map(dotted), fc.nat(32)).map(([base, bits]) => `${base}/${bits}`),
  fc
    .tuple(fc.oneof(fc.ipV6(), fc.constantFrom('::', 'fe80::', 'fd00::', '64:ff9b::', '2002::')), fc.nat(128))
    .map(([base, bits]) => `${base}/${bits}`),
  fc.constantFrom('0.0.0.0/0', '::/0'),
)

test('a list of networks allows what the ipaddress module of Python allows', async () => {
  const cases = fc.sample(
    fc.record({
      networks: fc.array(
        network.filter(each => !/^[0:]*:(?:[\d.]+|ffff:[\da-f:.]*)\//iu.test(each) || each === '::/0'),
        { maxLength: 4 },
      ),
      address,
      port: fc.constantFrom(1, 1023, 1024, 9000, 65_535),
    }),
    3000,
  )
  const child = start('python3', ['-B', `${ROOT}test/helpers/peers/allowed.py`], { stdin: 'socket' })
  child.write(cases.map(each => `${JSON.stringify(each)}\n`).join(''))
  child.end()
  const { stdout, stderr } = await child.finished
  expect(stderr).toBe('')
  const expected = JSON.parse(stdout) as readonly boolean[]
  const found = cases.map(each =>
    parseAllowList(each.networks, 'list').allows({ host: each.address, port: each.port }, each.address),
  )
  const wrong = cases.filter((_, number) => found[number] !== expected[number])
  expect(wrong).toEqual([])
  expect(expected).toHaveLength(3000)
  expect(expected.filter(Boolean).length).toBeGreaterThan(100)
})
