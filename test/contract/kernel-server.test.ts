import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual, promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../src/base/nanos.ts'
import { OUTCOME } from '../../src/facts/probe-table.ts'
import { requireTool } from '../helpers/tools.ts'
import { outcomesOf } from '../unit/machines/rows.ts'
import { builtKernelEngine, probeOn, serveOn } from './kernel-engine.ts'

const kernel = await builtKernelEngine()
const python = requireTool('python3')
const TTL_CLIENT = fileURLToPath(new URL('../helpers/peers/ttl_client.py', import.meta.url))
const QUIET_MS = 300

/** Context switches of each thread of this process. */
function switches(): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const thread of readdirSync('/proc/self/task')) {
    const status = readFileSync(`/proc/self/task/${thread}/status`, 'utf8')
    const counts = [...status.matchAll(/ctxt_switches:\s+(\d+)/g)].map(([, count]) => Number(count))
    found.set(
      thread,
      counts.reduce((sum, count) => sum + count, 0),
    )
  }
  return found
}

/** The number of UDP sockets on this port of 127.0.0.1. */
function socketsOn(port: number): number {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .filter(line => line.includes(` ${local} `)).length
}

describe.skipIf(kernel === undefined)('servers of the kernel engine', () => {
  if (kernel === undefined) return

  test('the thread of an idle server does not wake', async () => {
    const before = switches()
    const server = await serveOn(kernel)
    await probeOn(kernel, server.target, { count: 5 })
    const threads = [...switches().keys()].filter(thread => !before.has(thread))
    expect(threads.length).toBeGreaterThan(0)
    const counts = (): readonly unknown[] => threads.map(thread => switches().get(thread))
    // On a busy machine it takes a while until the thread has done its work and sleeps.
    for (let last = counts(), now: typeof last = []; !isDeepStrictEqual(last, now); [last, now] = [now, counts()])
      await sleep(QUIET_MS)
    const idle = counts()
    await sleep(5 * QUIET_MS)
    expect(counts()).toEqual(idle)
    expect(await server.counted()).toMatchObject({ received: 5, replied: 5 })
  })

  test('one worker has exclusive use of its port', async () => {
    const { target } = await serveOn(kernel)
    await expect(serveOn(kernel, {}, { port: target.port, workers: 2 })).rejects.toMatchObject({ code: 'addressInUse' })
    expect(socketsOn(target.port)).toBe(1)
  })

  test('workers share a port, and all of them serve', async () => {
    const server = await serveOn(kernel, {}, { workers: 2 })
    expect(socketsOn(server.target.port)).toBe(2)
    // The kernel distributes clients by a hash of their addresses: 100 of them on one worker are not chance.
    const facts = await probeOn(kernel, server.target, { clients: 100, count: 3 })
    for (let client = 0; client < 100; client++) {
      expect(outcomesOf(facts, client)).toEqual([OUTCOME.whole, OUTCOME.whole, OUTCOME.whole])
    }
    const { received, peers, peersOmitted } = await server.counted()
    expect({ received, peers: peers.length, peersOmitted }).toEqual({ received: 300, peers: 100, peersOmitted: 0 })
    expect(socketsOn(server.target.port)).toBe(0)
  })

  test('no other socket joins a port shared by workers', async () => {
    const { target } = await serveOn(kernel, {}, { workers: 2 })
    await expect(serveOn(kernel, {}, { port: target.port })).rejects.toMatchObject({ code: 'addressInUse' })
  })

  test('workers end together after the given number of datagrams', async () => {
    const server = await serveOn(kernel, { maxDatagrams: 20 }, { workers: 2 })
    await probeOn(kernel, server.target, { clients: 10, count: 2, receipts: false })
    await server.done
    expect(server.facts.received).toBe(20)
  })

  test.runIf(python).each([
    ['udp4', '127.0.0.1', '127.0.0.1', 0],
    ['udp6', '::1', '::1', 0],
    ['udp6', '::', '::1', 0],
    ['udp4', '::', '127.0.0.2', 0],
    // A delayed answer is sent like any other.
    ['udp4', '127.0.0.1', '127.0.0.1', MILLISECOND],
  ] as const)(
    'plain data over %s to a server on %s, sent to %s, is answered with a TTL that is one less',
    async (...given) => {
      const [family, host, to, delay] = given
      const server = await serveOn(kernel, { delay }, { host, family: host.includes(':') ? 'udp6' : 'udp4' })
      const { stdout } = await promisify(execFile)('python3', [
        TTL_CLIENT,
        family,
        to,
        `${server.target.port}`,
        '64',
        '1',
        '2',
      ])
      expect(stdout.trim().split('\n')).toEqual(['TTL 64 63', 'TTL 2 1', 'TTL 255 254'])
      expect((await server.counted()).dropped.hops).toBe(1)
    },
  )

  test('a batch may have datagrams of more peers than --max-peers', async () => {
    const server = await serveOn(kernel, { maxPeers: 2 })
    const facts = await probeOn(kernel, server.target, { clients: 20, count: 10, receipts: false, burst: 10 })
    const outcomes = facts.clients.flatMap((_, client) => outcomesOf(facts, client))
    expect(outcomes).toEqual(outcomes.map(() => OUTCOME.whole))
    // A wrong peer would count an answer as foreign.
    for (const client of facts.clients) expect(client).toMatchObject({ replies: 10, foreign: 0, unidentified: 0 })
  })
})
