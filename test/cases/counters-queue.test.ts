import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { openPath, requireNamespaces, type Host } from '../helpers/namespace.ts'
import { fates, dropEveryNth, lostOf, PORT, warningOf, send } from '../helpers/path-run.ts'
import { until } from '../helpers/relay-host.ts'
import type { Run } from '../helpers/udptool.ts'

const ENGINES = ['kernel', 'dgram'] as const

/** Datagrams that the queue of a device has dropped. */
function queueDrops(host: Host, device: string): number {
  const dropped = /dropped (\d+)/u.exec(host.run('tc', '-s', 'qdisc', 'show', 'dev', device))?.[1]
  return Number(dropped)
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('the send queue of this host', () => {
  const FAST = ['--size', '1000', '--count', '400', '--rate', '4kpps'] as const

  /** Gives a device a slow queue with room for a few datagrams. */
  function narrow(host: Host, device: string): void {
    host.run('tc', ...`qdisc add dev ${device} root tbf rate 500kbit burst 4000 limit 8000`.split(' '))
  }

  /** Adds a second device with such a queue and without a host behind it. */
  function narrowElsewhere(host: Host): void {
    host.ip('link add d0 type veth peer name d1')
    host.ip('addr add 10.77.0.1/24 dev d0')
    for (const device of ['d0', 'd1']) host.ip(`link set ${device} up`)
    host.ip('neigh add 10.77.0.2 lladdr 02:00:00:00:00:02 dev d0')
    narrow(host, 'd0')
  }

  /** A run beside another program, which fills the queue of the second device from before the run to its end. */
  async function whileOthersDrop(client: Host, run: () => Promise<Run>): Promise<Run> {
    await client.peer('burst', '10.77.0.2', '7', '1000', '100', '0.02', '2000')
    const drops = (): number => client.snmp('Udp', 'SndbufErrors')
    await until(() => drops() > 100)
    const before = drops()
    const ended = await run()
    expect(drops()).toBeGreaterThan(before)
    return ended
  }

  cases([
    {
      fault: 'A19',
      what: 'the queue of this host drops datagrams of the dgram engine without an error',
      before: 'lostForward 513 beside sendBufferErrors: 513',
      right: 'lostUnknown for the number of the drop counter',
      shows: async () => {
        const path = openPath()
        await path.server.serve('--host', '10.2.0.1', '--port', PORT)
        narrow(path.client, 'c0')
        const run = await send(path, '10.2.0.1', ...FAST, '--engine', 'dgram')
        const dropped = queueDrops(path.client, 'c0')
        expect(dropped).toBeGreaterThan(50)
        expect(fates(run)).toEqual({ intact: 400 - dropped, lostUnknown: dropped })
        expect(warningOf(run, 'sendQueueFull')?.evidence).toEqual({ dropped, refused: 0 })
      },
    },
    {
      fault: 'A19',
      what: 'the queue of this host drops datagrams of the dgram engine, and the network loses others',
      before: 'all of them lostForward, "the network is not to blame"',
      right: 'lostForward for losses beyond the drop counter',
      shows: async () => {
        const path = openPath()
        await path.server.serve('--host', '10.2.0.1', '--port', PORT)
        narrow(path.client, 'c0')
        dropEveryNth(path.router, 5)
        const run = await send(path, '10.2.0.1', ...FAST, '--engine', 'dgram')
        const dropped = path.client.snmp('Udp', 'SndbufErrors')
        const lost = lostOf(run)
        expect(fates(run)).toEqual({ intact: 400 - lost, lostForward: lost - dropped, lostUnknown: dropped })
        // The router drops receipts requests, too.
        expect(lost - dropped).toBeLessThanOrEqual(path.router.counted('c'))
        expect(warningOf(run, 'sendQueueFull')?.message).not.toMatch(/blame/u)
      },
    },
    {
      fault: 'C4',
      what: 'the queue of this host refuses datagrams of the kernel engine, and each is sent twice',
      before: 'sendQueueFull with twice the number',
      right: 'sendQueueFull with the number of refused probes',
      shows: async () => {
        const path = openPath()
        await path.server.serve('--host', '10.2.0.1', '--port', PORT)
        narrow(path.client, 'c0')
        const run = await send(path, '10.2.0.1', ...FAST, '--engine', 'kernel')
        const { refused = 0, intact = 0 } = fates(run)
        expect(refused).toBeGreaterThan(50)
        expect(intact + refused).toBe(400)
        expect(warningOf(run, 'sendQueueFull')?.evidence).toEqual({ dropped: 0, refused })
      },
    },
    ...ENGINES.map(engine => ({
      fault: 'C4',
      what: `another program fills a queue of this host, and the run has no losses (${engine})`,
      before: 'sendQueueFull',
      right: 'no warning about a queue',
      shows: async () => {
        const path = openPath()
        const { client } = path
        await path.server.serve('--host', '10.2.0.1', '--port', PORT)
        narrowElsewhere(client)
        const run = await whileOthersDrop(client, () =>
          send(path, '10.2.0.1', '--count', '200', '--interval', '10ms', '--engine', engine),
        )
        expect(queueDrops(client, 'd0')).toBeGreaterThan(100)
        expect(fates(run)).toEqual({ intact: 200 })
        expect(warningOf(run, 'sendQueueFull')).toBeUndefined()
      },
    })),
    {
      fault: 'C4',
      what: 'another program fills a queue of this host while the network loses probes (kernel engine)',
      before: 'sendQueueFull, "the network is not to blame"',
      right: 'lostForward, and no warning about a queue: this engine gets an error for each of its own drops',
      shows: async () => {
        const path = openPath()
        const { client } = path
        await path.server.serve('--host', '10.2.0.1', '--port', PORT)
        dropEveryNth(path.router, 10)
        narrowElsewhere(client)
        const run = await whileOthersDrop(client, () =>
          send(path, '10.2.0.1', '--count', '200', '--interval', '10ms', '--engine', 'kernel'),
        )
        const lost = lostOf(run)
        expect(lost).toBeGreaterThan(10)
        expect(fates(run)).toEqual({ intact: 200 - lost, lostForward: lost })
        expect(warningOf(run, 'sendQueueFull')).toBeUndefined()
      },
    },
  ])
})
