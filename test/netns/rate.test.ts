import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import type { ResultDocument } from '../helpers/document.ts'
import { shared } from '../helpers/lifetime.ts'
import { openPath, requireNamespaces, type Path } from '../helpers/namespace.ts'

const SERVER = '10.2.0.1'
const PORT = '9000'
const SIZE = 1000
const HEADERS = 28
/** tbf counts the Ethernet header of a packet, RFC 9097 does not. */
const ETHERNET = 14

type Rate = NonNullable<ResultDocument['rate']>

interface Search {
  readonly path: Path
  readonly result: ResultDocument
  readonly rate: Rate
}

/** Searches the rate of a new path. `limit` builds what limits it. */
async function search(
  toRate: number,
  limit: (path: Path) => void = () => undefined,
  server: readonly string[] = ['--max-rate-per-source', '1Gpps'],
): Promise<Search> {
  const path = openPath()
  limit(path)
  await path.server.serveCapped('--host', SERVER, '--port', PORT, ...server)
  const args = ['--to-rate', `${toRate}pps`, '--size', String(SIZE), '--duration', '1s', '--json']
  const run = await path.client.udptool('rate', `${SERVER}:${PORT}`, ...args)
  const result = run.json()
  if (result.rate === undefined) throw new Error(`no rate in ${run.stdout} ${run.stderr}`)
  return { path, result, rate: result.rate }
}

/** A shaper of 2 Mbit with a queue of 100 ms. */
const shaper = (device: string) => (path: Path) => {
  path.router.run('tc', ...`qdisc add dev ${device} root tbf rate 2mbit burst 5000 limit 25000`.split(' '))
}
/** Bits a second of IP packets that it passes. */
const SHAPED = (2e6 * (SIZE + HEADERS)) / (SIZE + HEADERS + ETHERNET)

/** 200 packets a second to the server, 40 at once. */
function policer({ router }: Path): void {
  router.filter(`table inet t {
    counter dropped { }
    chain c {
      type filter hook forward priority 0
      iifname "r0" limit rate over 200/second burst 40 packets counter name dropped drop
    }
  }`)
}

/** Datagrams that a shaper has dropped, by its own counter. */
function droppedAt({ router }: Path, device: string): number {
  const text = router.run('tc', '-s', 'qdisc', 'show', 'dev', device)
  return Number(/dropped (\d+)/.exec(text)?.[1])
}

const kernel = await builtKernelEngine()

// Searches run concurrently, because they mostly wait. Bounds allow for a machine that sends unevenly.
describe.runIf(kernel !== undefined && requireNamespaces())('the highest rate between hosts', () => {
  const searches = shared(async () => {
    const [forward, back, policed, capped, open] = await Promise.all([
      search(800, shaper('r1')),
      search(800, shaper('r0')),
      search(800, policer),
      search(800, undefined, ['--max-rate-per-source', '250pps']),
      search(300),
    ])
    return { forward, back, policed, capped, open }
  })

  test('a shaper towards the server: its rate, its direction and its queue', () => {
    const { path, rate, result } = searches().forward
    expect(rate.limit).toMatchObject({ kind: 'shaper', direction: 'forward' })
    expect(rate.limit.bitsPerSecond).toBeGreaterThan(0.9 * SHAPED)
    expect(rate.limit.bitsPerSecond).toBeLessThan(1.1 * SHAPED)
    expect(rate.limit.queueMs).toBeGreaterThan(50)
    const { lostForward: lost = 0 } = result.ledger.fates
    expect(lost).toBeGreaterThan(0)
    // It also drops questions about datagrams.
    expect(droppedAt(path, 'r1')).toBeGreaterThanOrEqual(lost)
  })

  test('a shaper towards the client', () => {
    const { path, rate, result } = searches().back
    expect(rate.limit).toMatchObject({ kind: 'shaper', direction: 'return' })
    expect(rate.limit.bitsPerSecond).toBeGreaterThan(0.9 * SHAPED)
    expect(rate.limit.bitsPerSecond).toBeLessThan(1.1 * SHAPED)
    const { lostReturn: lost = 0 } = result.ledger.fates
    expect(lost).toBeGreaterThan(0)
    expect(droppedAt(path, 'r0')).toBeGreaterThanOrEqual(lost)
  })

  test('a policer of packets towards the server', () => {
    const { path, rate, result } = searches().policed
    expect(rate.limit).toMatchObject({ kind: 'policer', direction: 'forward' })
    expect(rate.limit.pps).toBeGreaterThan(180)
    expect(rate.limit.pps).toBeLessThan(220)
    const { lostForward: lost = 0 } = result.ledger.fates
    expect(lost).toBeGreaterThan(0)
    expect(path.router.counted('dropped')).toBeGreaterThanOrEqual(lost)
  })

  test('the cap of the server, not the path', () => {
    const { rate, result } = searches().capped
    expect(rate.limit.kind).toBe('receiver')
    expect(rate.limit.direction).toBeUndefined()
    expect(rate.limit.pps).toBeGreaterThan(225)
    expect(rate.limit.pps).toBeLessThan(275)
    expect(result.ledger.fates['lostServerPolicy']).toBeGreaterThan(0)
  })

  test('a path without a limit is not blamed', () => {
    expect(searches().open.rate.limit.kind).not.toMatch(/policer|shaper|receiver/)
    const { fates } = searches().open.result.ledger
    expect(Object.keys(fates)).not.toContain('lostForward')
    expect(Object.keys(fates)).not.toContain('lostReturn')
  })

  test('every datagram of all trials has a fate, and no rate above the bound was offered', () => {
    for (const [name, { result, rate }] of Object.entries(searches())) {
      const { fates, scheduled } = result.ledger
      expect(Object.values(fates).reduce((sum, count) => sum + count, 0)).toBe(scheduled)
      expect(Math.max(...rate.trials.map(({ pps }) => pps))).toBeLessThanOrEqual(name === 'open' ? 300 : 800)
    }
  })
})
