import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import type { ResultDocument } from '../helpers/document.ts'
import { requireNamespaces, sharedPath, type Host } from '../helpers/namespace.ts'

const PORT = '9000'
const SERVER = '10.2.0.1'
const SERVER6 = 'fd02::1'
const NO_FRAGMENTS = 'ip frag-off & 0x3fff != 0 drop'

type Sweep = NonNullable<ResultDocument['sweep']>
interface Swept {
  readonly result: ResultDocument
  readonly sweep: Sweep
}

async function swept(client: Host, ...args: readonly string[]): Promise<Swept> {
  const to = args.includes('-6') ? `[${SERVER6}]:${PORT}` : `${SERVER}:${PORT}`
  const run = await client.udptool('sweep', '--to', to, '--json', ...args)
  const result = run.json()
  const { sweep, ledger } = result
  if (sweep === undefined) throw new Error(`no sweep in ${run.stdout} ${run.stderr}`)
  expect(Object.values(ledger.fates).reduce((sum, count) => sum + count, 0)).toBe(ledger.scheduled)
  expect(result.sizes.reduce((sum, one) => sum + one.ledger.scheduled, sweep.controls.ledger.scheduled)).toBe(
    ledger.scheduled,
  )
  return { result, sweep }
}

function routerRules(...rules: readonly string[]): string {
  return `table inet t {
    counter hole { }
    counter up { }
    counter down { }
    chain c {
      type filter hook forward priority 0
      ${rules.join('\n      ')}
    }
  }`
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('a sweep of sizes between hosts', () => {
  test('1390 to 1480 on a path that drops three sizes and all fragments: finds the hole and the limit exactly', async () => {
    const { client, router, server } = sharedPath()
    router.filter(routerRules('udp length 1440-1442 counter name hole drop', NO_FRAGMENTS))
    await server.serve('--host', SERVER, '--port', PORT)
    const { result, sweep } = await swept(client, '--sizes', '1390..1480', '--count', '4')
    expect(sweep).toMatchObject({ maxIntactSize: 1472, holes: [[1432, 1434]] })
    expect(sweep.cliffs.map(({ from, to, fate }) => [from, to, fate])).toEqual([
      [1432, 1434, 'lost'],
      [1473, 1480, 'lost'],
    ])
    expect(sweep.cliffs[1]?.cause).toContain('fragments')
    expect(result.sizes.map(({ size, ledger }) => [size, ledger.scheduled])).toEqual(
      Array.from({ length: 91 }, (_, n) => [1390 + n, 4]),
    )
    expect(router.counted('hole')).toBe(3 * 4)
    expect(result.ledger.fates).toMatchObject({ lostForward: (3 + 8) * 4 })
  })

  test('datagrams with a tiny last fragment are dropped, larger ones pass: a hole of three sizes above the MTU', async () => {
    const { client, router, server } = sharedPath()
    // The last fragment of 1473 to 1475 bytes carries 1 to 3.
    router.filter(routerRules('ip frag-off & 0x1fff != 0 ip length 21-23 counter name hole drop'))
    await server.serve('--host', SERVER, '--port', PORT)
    const { sweep } = await swept(client, '--sizes', '1390..1480', '--count', '3')
    expect(sweep).toMatchObject({ maxIntactSize: 1480, holes: [[1473, 1475]] })
    expect(sweep.cliffs[0]?.cause).toContain('1 to 3 bytes')
    expect(router.counted('hole')).toBe(3 * 3)
  })

  test('without --sizes, finds the hole and the limit exactly', async () => {
    const { client, router, server } = sharedPath()
    // Only the first fragment has the UDP header; its length field is that of the whole datagram.
    router.filter(
      routerRules(
        'ip frag-off & 0x1fff == 0 udp length 1008-1101 counter name hole drop',
        'ip frag-off & 0x1fff == 0 udp length > 3345 counter name up drop',
      ),
    )
    await server.serve('--host', SERVER, '--port', PORT)
    const { sweep } = await swept(client)
    expect(sweep).toMatchObject({ maxIntactSize: 3337, holes: [[1000, 1093]] })
    expect(sweep.rounds).toBeGreaterThan(1)
  })

  test('over IPv6 the limit is 20 bytes lower', async () => {
    const { client, router, server } = sharedPath()
    router.filter(routerRules('exthdr frag exists counter name hole drop'))
    await server.serve('--host', SERVER6, '--port', PORT)
    const { sweep } = await swept(client, '-6', '--sizes', '1440..1460', '--count', '3')
    expect(sweep).toMatchObject({ maxIntactSize: 1452, holes: [] })
    expect(sweep.cliffs).toMatchObject([{ from: 1453, to: 1460, cause: expect.stringContaining('1452 bytes') }])
    // Eight sizes, three probes each, two fragments each.
    expect(router.counted('hole')).toBe(2 * 8 * 3)
  })

  test('random loss is not a hole, and the losses of each direction equal the counters of the router', async () => {
    const { client, router, server } = sharedPath()
    // The byte after the magic is the kind of a datagram: only probes and their replies are dropped, no receipts traffic.
    router.filter(
      routerRules(
        `udp dport ${PORT} @th,96,8 0x51 numgen random mod 10 0 counter name up drop`,
        `udp sport ${PORT} @th,96,8 0x52 numgen random mod 10 0 counter name down drop`,
      ),
    )
    await server.serve('--host', SERVER, '--port', PORT)
    const { result, sweep } = await swept(client, '--sizes', '100..1400/25', '--count', '20', '--interval', '2ms')
    const [up, down] = [router.counted('up'), router.counted('down')]
    expect(Math.min(up, down)).toBeGreaterThan(50)
    expect(result.ledger.fates).toEqual({
      intact: result.ledger.scheduled - up - down,
      lostForward: up,
      lostReturn: down,
    })
    expect(sweep).toMatchObject({ maxIntactSize: 1400, holes: [], cliffs: [] })
  })

  test('if nearly everything is lost, no loss depends on the size', async () => {
    const { client, router, server } = sharedPath()
    router.filter(routerRules('numgen random mod 100 < 97 drop'))
    await server.serve('--host', SERVER, '--port', PORT)
    const { sweep } = await swept(client, '--sizes', '500,1000', '--count', '3')
    expect(sweep.cliffs).toEqual([])
    expect(sweep.holes).toEqual([])
  })
})
