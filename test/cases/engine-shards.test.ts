import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { Host, requireNamespaces, connectHosts } from '../helpers/namespace.ts'
import { arrivalsAt, whileStopped } from '../helpers/stopped-server.ts'
import type { Run } from '../helpers/udptool.ts'

const PORT = 9000
const CLIENTS = 12
const COUNT = 60

const kernel = await builtKernelEngine()

/** The drop counters of the sockets on the server's port (/proc/net/udp, proc(5)). */
function dropsOf(host: Host): readonly number[] {
  const rows = host.run('cat', '/proc/net/udp').trim().split('\n').slice(1)
  const ours = rows.map(row => row.trim().split(/\s+/)).filter(([, local]) => local?.endsWith(`:${PORT.toString(16)}`))
  return ours.map(columns => Number(columns.at(-1)))
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

interface Stopped {
  readonly run: Run
  /** Drops of each socket of the server during the run. */
  readonly drops: readonly number[]
}

/** A run to a server with two workers that is stopped (SIGSTOP) until all probes are sent. */
async function runToStopped(before: (client: Host) => Promise<unknown>): Promise<Stopped> {
  const [client, server] = [new Host(), new Host()]
  connectHosts(client, server, ['c0', '10.1.0.1/24'], ['s0', '10.1.0.2/24'])
  const args = ['--host', '10.1.0.2', '--port', String(PORT), '--engine', 'kernel', '--workers', '2']
  const child = await server.serve(...args, '--recv-buffer', '65536')
  await before(client)
  const earlier = dropsOf(server)
  expect(earlier).toHaveLength(2)
  const arrived = arrivalsAt(server)
  const burst = ['--clients', String(CLIENTS), '--count', String(COUNT), '--burst', String(COUNT), '--size', '1000']
  const run = await whileStopped(
    child,
    () => arrived() >= CLIENTS * COUNT,
    () => client.udptool('send', '--to', '10.1.0.2', ...burst, '--rate', '10kpps', '--timeout', '5s', '--json'),
  )
  return { run, drops: dropsOf(server).map((count, socket) => count - (earlier[socket] ?? 0)) }
}

function expectAll({ run, drops }: Stopped): void {
  for (const count of drops) expect(count).toBeGreaterThan(0)
  const { intact = 0, late = 0, ...rest } = run.json().ledger.fates
  expect(rest).toEqual({ lostServerBuffer: sum(drops) })
  expect(intact + late).toBe(CLIENTS * COUNT - sum(drops))
  expect(run.json().evidence).toMatchObject({ serverDrops: sum(drops), receipts: 'whole' })
}

describe.runIf(kernel !== undefined && requireNamespaces())('a server with two workers', () => {
  cases([
    {
      fault: 'A3',
      what: 'stopped during a run, so that both of its sockets overflow',
      before: '96 lostServerBuffer, 91 lostForward, where the kernel dropped 187',
      right: 'lostServerBuffer is the sum of the drop counters of both sockets',
      shows: async () => expectAll(await runToStopped(async () => {})),
    },
    {
      fault: 'A3',
      what: 'the same after an earlier run that used only one of the sockets',
      before: 'the earlier run counts as traffic of others on the unused socket',
      right: 'the counters are compared with those of a time when both sockets were idle',
      shows: async () => {
        const earlier = ['--count', '20', '--interval', '1ms', '--json']
        const stopped = await runToStopped(async client => {
          await client.udptool('send', '--to', '10.1.0.2', ...earlier)
          // The server reads the counters for the next run when it has been idle for 50 ms.
          await sleep(2000)
        })
        expectAll(stopped)
      },
    },
  ])
})
