import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { Host, openPath, requireNamespaces, sharedPath, connectHosts } from '../helpers/namespace.ts'
import { arrivalsAt, whileStopped } from '../helpers/stopped-server.ts'
import type { Run } from '../helpers/udptool.ts'

const PORT = '9000'
// Neighbor discovery over IPv6 may take a second.
const FAST = ['--interval', '2ms', '--timeout', '2s', '--json']

const fates = (run: Run): Readonly<Record<string, number>> => run.json().ledger.fates
const icmp = (run: Run): unknown => (run.json() as unknown as { readonly unreachable?: readonly unknown[] }).unreachable

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('the kernel engine between hosts', () => {
  test('losses in the server’s receive buffer equal the drops that its kernel counted', async () => {
    const [client, server] = [new Host(), new Host()]
    connectHosts(client, server, ['c0', '10.1.0.1/24'], ['s0', '10.1.0.2/24'])
    const small = ['--engine', 'kernel', '--recv-buffer', '256KiB']
    const child = await server.serve('--host', '10.1.0.2', '--port', PORT, ...small)
    const before = server.snmp('Udp', 'RcvbufErrors')
    const burst = ['--burst', '500', '--count', '2000', '--interval', '100ms', '--size', '1000', '--timeout', '5s']
    const arrived = arrivalsAt(server)
    const run = await whileStopped(
      child,
      () => arrived() >= 2000,
      () => client.udptool('send', '--to', '10.1.0.2', '--engine', 'kernel', ...burst, '--json'),
    )
    const dropped = server.snmp('Udp', 'RcvbufErrors') - before
    expect(dropped).toBeGreaterThan(0)
    expect(fates(run)).toEqual({ intact: 2000 - dropped, lostServerBuffer: dropped })
    expect(run.json().evidence).toMatchObject({ serverDrops: dropped })
  })

  test('losses of each direction equal the counters of the router', async () => {
    const { client, router, server } = sharedPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    // The byte after the magic is the kind of a datagram: only probes and their replies are dropped, no receipts traffic.
    router.filter(`table inet t {
      counter up { }
      counter down { }
      chain c {
        type filter hook forward priority 0
        udp dport ${PORT} @th,96,8 0x51 numgen random mod 10 0 counter name up drop
        udp sport ${PORT} @th,96,8 0x52 numgen random mod 10 0 counter name down drop
      }
    }`)
    const run = await client.udptool('send', '--to', '10.2.0.1', '--count', '2000', ...FAST.with(1, '500us'))
    const [up, down] = [router.counted('up'), router.counted('down')]
    expect(Math.min(up, down)).toBeGreaterThan(100)
    expect(fates(run)).toEqual({ intact: 2000 - up - down, lostForward: up, lostReturn: down })
  })

  test.each([
    ['10.2.0.1', 1372, 28, { type: 3, code: 4, reporter: '10.1.0.254', by: 'between' }],
    ['fd02::1', 1352, 48, { type: 2, code: 0, reporter: 'fd01::254', by: 'between' }],
  ])(
    'too big for the path to %s: the Result has the router, its ICMP error and the MTU',
    async (address, fits, headers, error) => {
      const { client, server } = sharedPath(1400)
      const target = address.includes(':') ? `[${address}]:${PORT}` : `${address}:${PORT}`
      await server.serve('--host', address, '--port', PORT)
      const probe = await client.udptool(
        'send',
        '--to',
        target,
        '--df=probe',
        '--size',
        `${fits},${fits + 1}`,
        '--count',
        '10',
        ...FAST,
      )
      expect(fates(probe)).toEqual({ intact: 5, unreachable: 5 })
      expect(icmp(probe)).toEqual([{ error: 'EMSGSIZE', count: 5, mtu: fits + headers, ...error }])
      // Our own kernel has cached the path's MTU, and with `--df=do` it refuses larger datagrams.
      const df = await client.udptool(
        'send',
        '--to',
        target,
        '--df=do',
        '--size',
        `${fits},${fits + 1}`,
        '--count',
        '10',
        ...FAST,
      )
      expect(fates(df)).toEqual({ intact: 5, refused: 5 })
    },
  )

  test('TTL exceeded: the Result has the router', async () => {
    const { client, server } = openPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    const run = await client.udptool('send', '--to', '10.2.0.1', '--ttl', '1', '--count', '5', ...FAST.with(1, '250ms'))
    expect(fates(run)).toMatchObject({ unreachable: 5 })
    expect(icmp(run)).toEqual([
      { error: 'EHOSTUNREACH', count: 5, type: 11, code: 0, reporter: '10.1.0.254', by: 'between' },
    ])
    expect(run.code).toBe(1)
  })

  test('administratively prohibited: the Result has the router', async () => {
    const { client, router, server } = openPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    router.filter(`table inet t {
      chain c {
        type filter hook forward priority 0
        udp dport ${PORT} reject with icmp type admin-prohibited
      }
    }`)
    const run = await client.udptool('send', '--to', '10.2.0.1', '--count', '3', ...FAST.with(1, '1100ms'))
    expect(fates(run)).toMatchObject({ unreachable: 3 })
    expect(icmp(run)).toEqual([
      { error: 'EHOSTUNREACH', count: 3, type: 3, code: 13, reporter: '10.1.0.254', by: 'between' },
    ])
  })

  test.each([
    ['0.0.0.0', '10.2.0.2'],
    ['::', '10.2.0.2'],
    ['::', 'fd02::2'],
  ])('a server on %s answers from the destination address of the request, %s', async (host, to) => {
    const { client, server } = sharedPath()
    await server.serve('--host', host, '--port', PORT)
    const target = to.includes(':') ? `[${to}]:${PORT}` : `${to}:${PORT}`
    const run = await client.udptool('send', '--to', target, '--count', '5', ...FAST)
    expect(fates(run)).toEqual({ intact: 5 })
  })
})
