import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { ROOT, type Child } from '../helpers/child.ts'
import type { ServeEvent } from '../helpers/document.ts'
import { openPath, requireNamespaces, type Host, type Path } from '../helpers/namespace.ts'
import type { DirectionRecord } from '../helpers/relay-command.ts'
import { fates, PORT, send } from '../helpers/path-run.ts'
import { until } from '../helpers/relay-host.ts'

const ENGINES = ['kernel', 'dgram'] as const
/** Counts the datagrams that the server's host sends from this port: all that its sockets have accepted. */
const COUNTERS = `table inet t {
  counter left { }
  chain out { type filter hook output priority 0; udp sport ${PORT} counter name left; }
}`
/** More datagrams than fit into a send buffer of default size, within less time than the kernel needs to give up on a neighbor. */
const FEW = { count: 600, rate: 600, size: 8 }
/** More bytes than fit into the largest send buffer. The kernel queues at most 212992 bytes for an unresolved neighbor. */
const MANY = { count: 6000, rate: 12_000, size: 1400 }

/** Sends datagrams with unused addresses of the server's link as source (forged_sources.py). Resolves when all are sent. */
async function forge(from: Host, server: string, { count, rate, size }: typeof FEW): Promise<void> {
  const [first, to] = server.includes(':') ? ['fd02::5:1', `[${server}]:${PORT}`] : ['10.2.0.10', `${server}:${PORT}`]
  const words = `--first ${first} --addresses 200 --to ${to} --count ${count} --rate ${rate} --size ${size}`
  const child = await from.peer('forged_sources', ...words.split(' '))
  await child.waitFor('stdout', new RegExp(`"sent": ${count}`))
}

/** Ends a server or a relay. Returns its summary. */
async function ended(child: Child): Promise<Record<string, unknown>> {
  child.signal('SIGINT')
  const { code, stdout, stderr } = await child.finished
  expect([code, stderr]).toEqual([0, ''])
  const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>
  expect(summary['event']).toBe('summary')
  return summary
}

/** Ends a server and compares its summary with the counters of its host. Datagrams that it had not read are not in the summary. */
async function expectSummary(host: Host, server: Child): Promise<ServeEvent> {
  const summary = (await ended(server)) as unknown as ServeEvent
  const { received = 0, replied = 0, dropped = {}, peers = [] } = summary
  const unanswered = Object.values(dropped).reduce((sum, count) => sum + count, 0)
  expect(replied).toBe(host.counted('left'))
  expect(received).toBe(replied + unanswered)
  expect(peers.reduce((sum, peer) => sum + peer.replied, 0)).toBe(replied)
  return summary
}

async function start(host: Host, ...args: readonly string[]): Promise<Child> {
  const child = host.start(process.execPath, `${ROOT}bin/udptool.js`, ...args, '--public', '--json')
  await child.waitFor('stdout', /^\{"event":"listening".*\n/)
  return child
}

async function serve(path: Path, engine: string, server: string): Promise<Child> {
  path.server.filter(COUNTERS)
  const free = ['--max-rate-per-source', '1000000pps']
  return await start(path.server, 'serve', '--engine', engine, '--host', server, '--port', PORT, ...free)
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('datagrams from unresolvable neighbors', () => {
  cases(
    ENGINES.flatMap(engine =>
      (
        [
          ['IPv4', '10.2.0.1', 'router'],
          ['IPv6', 'fd02::1', 'router'],
          ['IPv6, from behind a router', 'fd02::1', 'client'],
        ] as const
      ).map(([what, server, from]) => ({
        fault: 'E2',
        what: `${FEW.count} small ones over ${what}, and another client of a server on ${engine}`,
        before: '0 of 200 probes came back, and the first SIGINT did not end the server',
        right: 'the other client loses at most 2 %, and the server ends with a summary',
        shows: async () => {
          const path = openPath()
          const child = await serve(path, engine, server)
          await forge(path[from], server, FEW)
          const run = await send(path, server, '--count', '100', '--interval', '5ms', '--no-receipts')
          expect(fates(run)['intact']).toBeGreaterThanOrEqual(98)
          const { received = 0 } = await expectSummary(path.server, child)
          expect(received).toBe(FEW.count + 100)
        },
      })),
    ),
  )

  cases(
    ENGINES.flatMap(engine => [
      {
        fault: 'E3',
        what: `more than fit into the send buffer, on ${engine}`,
        before: 'queued in Node without bound, and counted as replied; receipts called such probes answered',
        right: 'unsent replies are counted as dropped, also in receipts',
        shows: async () => {
          const path = openPath()
          const child = await serve(path, engine, '10.2.0.1')
          await forge(path.router, '10.2.0.1', MANY)
          // A full receive buffer would drop probes. When it is empty, its column in the table is 0 (proc(5)).
          await until(() => /:2328 \S+ \S+ [0-9A-F]{8}:00000000 /u.test(path.server.run('cat', '/proc/net/udp')))
          // Receipts are requested after the kernel has given up on the neighbors.
          const run = await send(path, '10.2.0.1', '--count', '100', '--interval', '2ms', '--timeout', '10s')
          const { intact = 0, late = 0, lostServerPolicy = 0 } = fates(run)
          expect(intact + late + lostServerPolicy).toBe(100)
          await expectSummary(path.server, child)
        },
      },
      {
        fault: 'E4',
        what: `SIGINT while answers wait, on ${engine}`,
        before: 'dgram: a stack trace and exit 1; kernel: waits for seconds',
        right: 'ends with a summary that agrees with the counters of the host',
        shows: async () => {
          const path = openPath()
          const child = await serve(path, engine, '10.2.0.1')
          await forge(path.router, '10.2.0.1', MANY)
          await expectSummary(path.server, child)
        },
      },
    ]),
  )

  cases(
    [FEW, MANY].map(amount => ({
      fault: 'E3',
      what: `${amount.count} through a relay`,
      before: 'no probe came back, and all were counted as forwarded',
      right: 'forwarded is the number of sent datagrams, the rest is refused; of few, another client loses at most 2 %',
      shows: async () => {
        const path = openPath()
        path.server.filter(COUNTERS)
        await path.server.serve('--port', '9100')
        const child = await start(path.server, 'relay', '--listen', `10.2.0.1:${PORT}`, '--to', '127.0.0.1:9100')
        await forge(path.router, '10.2.0.1', amount)
        const run = await send(path, '10.2.0.1', '--count', '100', '--interval', '5ms', '--no-receipts')
        if (amount === FEW) expect(fates(run)['intact']).toBeGreaterThanOrEqual(98)
        const { up, down } = (await ended(child)) as unknown as Readonly<Record<'up' | 'down', DirectionRecord>>
        expect(down.forwarded).toBe(path.server.counted('left'))
        expect(up.seen).toBe(up.forwarded)
        expect(down.seen).toBe(down.forwarded + down.refused)
      },
    })),
  )

  cases([
    {
      fault: 'E3',
      what: 'the prober on dgram, to an unresolvable neighbor',
      before: 'all were queued in Node; at the end a stack trace',
      right: 'sent is the number that the kernel accepted, the others are refused',
      shows: async () => {
        const { client } = openPath()
        client.filter(`table inet t {
          counter left { }
          chain out { type filter hook output priority 0; udp dport ${PORT} udp length 208 counter name left; }
        }`)
        const words = `send --engine dgram --to 10.1.0.77:${PORT} --size 200 --count 600 --interval 0 --timeout 200ms --no-receipts --json`
        const run = await client.udptool(...words.split(' '))
        const { ledger } = run.json()
        const left = client.counted('left')
        expect(run.stderr).toBe('')
        expect(ledger).toMatchObject({ scheduled: 600, sent: left })
        expect(ledger.fates['refused'] ?? 0).toBe(600 - left)
      },
    },
  ])
})
