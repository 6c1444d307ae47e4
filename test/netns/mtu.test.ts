import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { ROOT } from '../helpers/child.ts'
import { withJson } from '../helpers/udptool.ts'
import { openPath, requireNamespaces, sharedPath, type Host } from '../helpers/namespace.ts'
import type { ResultDocument } from '../helpers/document.ts'

const PORT = '9000'
const SERVER = '10.2.0.1'
const SERVER6 = 'fd02::1'
const NO_ICMP = `table inet quiet {
  chain c {
    type filter hook output priority 0
    icmp type destination-unreachable drop
    icmpv6 type packet-too-big drop
  }
}`

type Mtu = NonNullable<ResultDocument['mtu']>

async function search(client: Host, address: string, ...args: readonly string[]): Promise<Mtu> {
  const target = address.includes(':') ? `[${address}]:${PORT}` : `${address}:${PORT}`
  const run = await client.udptool('mtu', target, '--json', ...args)
  const { mtu, ledger } = run.json()
  if (mtu === undefined) throw new Error(`no mtu in ${run.stdout} ${run.stderr}`)
  expect(Object.values(ledger.fates).reduce((sum, count) => sum + count, 0)).toBe(ledger.scheduled)
  return mtu
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('the path MTU between hosts', () => {
  test.each([
    [1500, 1500, SERVER, 28],
    [1400, 1500, SERVER, 28],
    [1280, 1500, SERVER, 28],
    [1111, 1500, SERVER, 28],
    [9000, 9000, SERVER, 28],
    [1500, 9000, SERVER, 28],
    [1400, 1500, SERVER6, 48],
    [1280, 1500, SERVER6, 48],
    [9000, 9000, SERVER6, 48],
  ])('MTU %i behind an interface of %i to %s, routers report too big packets', async (mtu, near, address, headers) => {
    const { client, server } = sharedPath(mtu, near)
    await server.serve('--host', address, '--port', PORT)
    const found = await search(client, address)
    expect(found).toMatchObject({ path: mtu, payload: mtu - headers, blackHole: false, forward: mtu })
  })

  test.each([
    [1400, 1500, SERVER, 28],
    [1317, 1500, SERVER, 28],
    [1500, 9000, SERVER, 28],
    [1400, 1500, SERVER6, 48],
  ])('MTU %i behind an interface of %i to %s, no router sends ICMP errors', async (mtu, near, address, headers) => {
    const { client, router, server } = sharedPath(mtu, near)
    router.filter(NO_ICMP)
    await server.serve('--host', address, '--port', PORT)
    const found = await search(client, address)
    expect(found).toMatchObject({ path: mtu, payload: mtu - headers, blackHole: true, forward: mtu })
  })

  test('a stale path MTU in our own kernel does not change the search', async () => {
    const { client, router, server } = openPath(1400)
    await server.serve('--host', SERVER, '--port', PORT)
    // Caches 1400, then raises the MTU of the path: the kernel keeps the old value for ten minutes.
    await client.udptool('send', '--to', SERVER, '--df=probe', '--size', '1472', '--count', '2', '--json')
    expect(client.run('ip', 'route', 'get', SERVER)).toContain('mtu 1400')
    router.ip('link set r1 mtu 1500')
    server.ip('link set s0 mtu 1500')
    expect(client.run('ip', 'route', 'get', SERVER)).toContain('mtu 1400')
    expect(await search(client, SERVER)).toMatchObject({ path: 1500, blackHole: false })
  })

  test('a server that is not udptool', async () => {
    const { client, router, server } = sharedPath(1400)
    router.filter(NO_ICMP)
    await server.peer('echo', '--host', SERVER, '--port', PORT)
    const found = await search(client, SERVER)
    expect(found).toMatchObject({ path: 1400, payload: 1372, blackHole: true })
    // The direction of the losses is unknown.
    expect(found).not.toHaveProperty('forward')
  })

  test('random loss in both directions', async () => {
    const { client, router, server } = sharedPath(1400)
    router.filter(NO_ICMP)
    router.filter(`table inet t {
      chain c {
        type filter hook forward priority 0
        udp dport ${PORT} numgen random mod 100 < 8 drop
        udp sport ${PORT} numgen random mod 100 < 8 drop
      }
    }`)
    await server.serve('--host', SERVER, '--port', PORT)
    expect(await search(client, SERVER)).toMatchObject({ path: 1400 })
  })

  test.each([
    ['too small', 1300],
    ['below the minimum of every path', 60],
  ])('a reported MTU that is %s is not used', async (_, reported) => {
    const { client, router, server } = sharedPath()
    await router.peer('false_too_big', '--device', 'r0', '--port', PORT, '--above', '1350', '--mtu', String(reported))
    await server.serve('--host', SERVER, '--port', PORT)
    expect(await search(client, SERVER)).toMatchObject({ path: 1500, blackHole: false })
  })

  test('a smaller MTU from server to client: both MTUs are reported, proved by receipts', async () => {
    const { client, router, server } = sharedPath()
    router.filter(`table inet t {
      chain c {
        type filter hook forward priority 0
        ip saddr ${SERVER} ip length > 1420 drop
      }
    }`)
    await server.serve('--host', SERVER, '--port', PORT)
    expect(await search(client, SERVER)).toMatchObject({ path: 1420, blackHole: true, forward: 1500, return: 1420 })
  })

  test('the portable engine reports the largest size that arrives, and no path MTU', async () => {
    const { client, router, server } = sharedPath()
    router.filter(`table inet t {
      chain c {
        type filter hook forward priority 0
        ip frag-off & 0x3fff != 0 drop
      }
    }`)
    await server.serve('--host', SERVER, '--port', PORT)
    const found = await search(client, SERVER, '--engine', 'dgram')
    expect(found).toMatchObject({ payload: 1472, method: 'fragments' })
    expect(found).not.toHaveProperty('path')
    expect(found).not.toHaveProperty('blackHole')
  })

  test('Ctrl-C before the end: no path MTU and no black hole is reported', async () => {
    const { client, router, server } = openPath(1400)
    router.filter(NO_ICMP)
    await server.serve('--host', SERVER, '--port', PORT)
    const child = client.start(process.execPath, `${ROOT}bin/udptool.js`, 'mtu', SERVER, '--json', '--timeout', '3s')
    // The first round of large probes is in flight, and each later round takes three seconds.
    await expect.poll(() => router.snmp('Ip', 'FragFails'), { timeout: 30_000 }).toBeGreaterThan(0)
    child.signal('SIGINT')
    const run = withJson(await child.finished)
    expect(run.code).toBe(130)
    expect(run.json()).toMatchObject({ interrupted: true, mtu: { payload: 1372 } })
    for (const name of ['path', 'blackHole', 'forward']) expect(run.json().mtu).not.toHaveProperty(name)
  })

  test('without a server, the search fails', async () => {
    const { client } = sharedPath()
    const run = await client.udptool('mtu', SERVER, '--json', '--expect', 'mtu>=1280')
    expect(run.code).toBe(1)
    expect(run.json().mtu).not.toHaveProperty('path')
    expect(run.json().expectations).toEqual([
      { expr: 'mtu>=1280', passed: false, reason: 'nothing was acknowledged, or the search did not complete' },
    ])
  })
})
