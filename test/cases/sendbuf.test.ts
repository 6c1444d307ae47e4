import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { ROOT, type Child } from '../helpers/child.ts'
import type { ServeEvent } from '../helpers/document.ts'
import { openPath, requireNamespaces, type Host, type Path } from '../helpers/namespace.ts'
import type { DirectionRecord } from '../helpers/relay-command.ts'
import { fates, PORT, send } from '../helpers/path-run.ts'

const ENGINES = ['kernel', 'dgram'] as const
/** What the host of the server sent from this port, as its IP layer counts it: all that the socket has taken. */
const COUNTERS = `table inet t {
  counter left { }
  chain out { type filter hook output priority 0; udp sport ${PORT} counter name left; }
}`
/** More datagrams than a send buffer of the default size holds, within less time than the kernel needs to give a neighbor up. */
const FEW = { count: 600, rate: 600, size: 8 }
/** More bytes than the largest send buffer holds. The kernel keeps at most 212992 bytes for a neighbor that does not resolve. */
const MANY = { count: 6000, rate: 12_000, size: 1400 }

/** Forged datagrams from addresses on the server's wire that nobody has; resolves once the last of them is sent. */
async function forge(from: Host, server: string, { count, rate, size }: typeof FEW): Promise<void> {
  const [first, to] = server.includes(':') ? ['fd02::5:1', `[${server}]:${PORT}`] : ['10.2.0.10', `${server}:${PORT}`]
  const words = `--first ${first} --addresses 200 --to ${to} --count ${count} --rate ${rate} --size ${size}`
  const child = await from.peer('forged_sources', ...words.split(' '))
  await child.waitFor('stdout', new RegExp(`"sent": ${count}`))
}

/** Ends a server or a relay; its summary. */
async function ended(child: Child): Promise<Record<string, unknown>> {
  child.signal('SIGINT')
  const { code, stdout, stderr } = await child.finished
  expect([code, stderr]).toEqual([0, ''])
  const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>
  expect(summary['event']).toBe('summary')
  return summary
}

/** The summary of a server agrees with what its host counted. What the server had not read when it ended is not in it. */
async function agrees(host: Host, server: Child): Promise<ServeEvent> {
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

describe.runIf(kernel !== undefined && requireNamespaces())('forged datagrams from neighbors that nobody has', () => {
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
        what: `${FEW.count} small ones over ${what}, and an honest client of a server on ${engine}`,
        before: '0 of 200 probes came back, and the first SIGINT did not end the server',
        right: 'at most 2 % are lost, and the server ends in order',
        shows: async () => {
          const path = openPath()
          const child = await serve(path, engine, server)
          await forge(path[from], server, FEW)
          const run = await send(path, server, '--count', '100', '--interval', '5ms', '--no-receipts')
          expect(fates(run)['intact']).toBeGreaterThanOrEqual(98)
          const { received = 0 } = await agrees(path.server, child)
          expect(received).toBe(FEW.count + 100)
        },
      })),
    ),
  )

  cases(
    ENGINES.flatMap(engine => [
      {
        fault: 'E3',
        what: `more than the send buffer holds, on ${engine}`,
        before: 'queued in Node without bound, and counted as replied; receipts called such probes answered',
        right: 'what did not leave is dropped, and receipts say so',
        shows: async () => {
          const path = openPath()
          const child = await serve(path, engine, '10.2.0.1')
          await forge(path.router, '10.2.0.1', MANY)
          // Receipts are asked for once the kernel has given the neighbors up.
          const run = await send(path, '10.2.0.1', '--count', '100', '--interval', '2ms', '--timeout', '10s')
          const { intact = 0, lostServerPolicy = 0 } = fates(run)
          expect(intact + lostServerPolicy).toBe(100)
          await agrees(path.server, child)
        },
      },
      {
        fault: 'E4',
        what: `SIGINT while answers wait, on ${engine}`,
        before: 'dgram: a stack trace and exit 1; kernel: waits for seconds',
        right: 'ends in order, with a summary that agrees with the host',
        shows: async () => {
          const path = openPath()
          const child = await serve(path, engine, '10.2.0.1')
          await forge(path.router, '10.2.0.1', MANY)
          await agrees(path.server, child)
        },
      },
    ]),
  )

  cases(
    [FEW, MANY].map(amount => ({
      fault: 'E3',
      what: `${amount.count} through a relay`,
      before: 'no probe came back, and all were counted as forwarded',
      right: 'forwarded is what left, the rest is refused; of few, an honest client loses at most 2 %',
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
      what: 'the prober on dgram, towards a neighbor that nobody has',
      before: 'all were queued in Node; at the end a stack trace',
      right: 'sent is what the kernel took, the others are refused',
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
