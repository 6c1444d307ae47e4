import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { Host, requireNamespaces, connectHosts } from '../helpers/namespace.ts'
import { PORT } from '../helpers/path-run.ts'
import type { Child } from '../helpers/child.ts'

/** The counts of test/helpers/peers/rate_cap_client.py. */
interface ClientCounts {
  /** From its first datagram to the last answer. */
  readonly seconds: number
  readonly answers: Readonly<Record<string, number>>
  readonly bytes: number
  /** Answers to its last receipts request. */
  readonly receipts: number
}

interface Summary {
  readonly received: number
  readonly replied: number
  readonly dropped: Readonly<Record<string, number>>
  readonly withheld?: Readonly<Record<string, number>>
}

const kernel = await builtKernelEngine()
const COUNT = 6000
const MIB = 2 ** 20

/** A client with addresses in two source networks of each family, and a server whose kernel counts its answers to the first network. */
function openNetworks(): { readonly client: Host; readonly server: Host } {
  const [client, server] = [new Host(), new Host()]
  const ip4 = ['10.1.0.1/16', '10.1.0.77/16', '10.1.1.1/16']
  const ip6 = ['fd01::1/48', 'fd01:0:0:7::1/48', 'fd01:0:0:100::1/48']
  connectHosts(client, server, ['c0', ...ip4, ...ip6], ['s0', '10.1.0.2/16', 'fd01::2/48'])
  // The byte after the magic is the kind of a datagram. 0x54 is a receipts answer.
  server.filter(`table inet t {
    counter near { }
    counter receipts { }
    chain c {
      type filter hook output priority 0
      udp sport ${PORT} @th,96,8 0x54 counter name receipts accept
      ip daddr 10.1.0.0/24 udp sport ${PORT} counter name near
      ip6 daddr fd01::/56 udp sport ${PORT} counter name near
    }
  }`)
  return { client, server }
}

const NEAR4 = ['10.1.0.1', '10.1.0.77', '10.1.0.1', '10.1.0.77']
const NEAR6 = ['fd01::1', 'fd01:0:0:7::1', 'fd01::1', 'fd01:0:0:7::1']

async function sendAndCount(
  host: Host,
  to: string,
  kind: string,
  size: number,
  count: number,
  from: readonly string[],
): Promise<ClientCounts> {
  const { stdout } = await (
    await host.peer('rate_cap_client', to, PORT, kind, String(size), String(count), ...from)
  ).finished
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ClientCounts
}

async function summaryOf(server: Child): Promise<Summary> {
  server.signal('SIGTERM')
  const { stdout } = await server.finished
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Summary
}

/** Every received datagram is answered or counted under a reason. */
function expectAccount({ received, replied, dropped }: Summary): void {
  expect(received).toBe(replied + Object.values(dropped).reduce((all, one) => all + one, 0))
}

/** The token bucket has a tenth of a second, so at most this number of answers is sent. */
const mostAnswers = ({ seconds }: ClientCounts): number => 100 + 1000 * seconds
const answersTo = ({ answers }: ClientCounts): number => Object.values(answers).reduce((all, one) => all + one, 0)
const mostBytes = ({ seconds }: ClientCounts, perSecond: number): number => perSecond / 10 + perSecond * seconds

describe.runIf(kernel !== undefined && requireNamespaces())('a server with rate caps', () => {
  cases([
    ...(
      [
        ['probe', 'probes'],
        ['filled', 'probes'],
        ['damaged', 'plain'],
        ['plain', 'plain'],
      ] as const
    ).map(([kind, counted]) => ({
      fault: 'E9',
      what: `${COUNT} datagrams of kind ${kind} as fast as they can be sent, from two addresses of a /24`,
      before: '60 000 of 60 000 right probes answered',
      right: '1000 a second for the network, and a later receipts request is answered',
      shows: async () => {
        const { client, server } = openNetworks()
        const child = await server.serveCapped('--host', '10.1.0.2', '--port', PORT, '--json')
        const counts = await sendAndCount(client, '10.1.0.2', kind, 128, COUNT, NEAR4)
        const answered = server.counted('near')
        expect(answersTo(counts)).toBeLessThanOrEqual(mostAnswers(counts))
        expect(answered).toBeGreaterThanOrEqual(90)
        expect(answered).toBeLessThan(COUNT)
        expect(counts.receipts).toBe(1)
        const summary = await summaryOf(child)
        expectAccount(summary)
        expect(summary.dropped['sourceRate']).toBeGreaterThan(0)
        expect(summary.withheld).toEqual({
          plain: 0,
          probes: 0,
          questions: 0,
          [counted]: summary.dropped['sourceRate'],
        })
      },
    })),
    {
      fault: 'E9',
      what: 'receipts requests as fast as they can be sent',
      before: 'each is answered',
      right: 'the same cap',
      shows: async () => {
        const { client, server } = openNetworks()
        await server.serveCapped('--host', '10.1.0.2', '--port', PORT, '--engine', 'dgram')
        const counts = await sendAndCount(client, '10.1.0.2', 'request', 160, COUNT, NEAR4)
        expect(answersTo(counts)).toBeLessThanOrEqual(mostAnswers(counts))
        expect(server.counted('receipts')).toBeLessThan(COUNT)
      },
    },
    {
      fault: 'E9',
      what: 'two workers, two /64 of one /56',
      before: 'IPv6 is counted by address, and each worker has a bucket of its own',
      right: 'one bucket for the /56 and all workers, and another one for another /56',
      shows: async () => {
        const { client, server } = openNetworks()
        await server.serveCapped('--host', 'fd01::2', '--port', PORT, '--workers', '2')
        const counts = await sendAndCount(client, 'fd01::2', 'probe', 128, COUNT, NEAR6)
        expect(answersTo(counts)).toBeLessThanOrEqual(mostAnswers(counts))
        expect(server.counted('near')).toBeLessThan(COUNT)
        const elsewhere = await sendAndCount(client, 'fd01::2', 'probe', 128, 80, ['fd01:0:0:100::1'])
        expect(elsewhere.answers).toEqual({ R: 80 })
      },
    },
    {
      fault: 'E9',
      what: 'IPv4 on a socket of ::, where addresses are IPv4-mapped',
      before: 'counted by address',
      right: 'counted by the /24',
      shows: async () => {
        const { client, server } = openNetworks()
        await server.serveCapped('--host', '::', '--port', PORT, '--engine', 'dgram')
        const counts = await sendAndCount(client, '10.1.0.2', 'probe', 128, COUNT, NEAR4)
        expect(answersTo(counts)).toBeLessThanOrEqual(mostAnswers(counts))
        expect(server.counted('near')).toBeLessThan(COUNT)
        const elsewhere = await sendAndCount(client, '10.1.0.2', 'probe', 128, 80, ['10.1.1.1'])
        expect(elsewhere.answers).toEqual({ R: 80 })
      },
    },
    {
      fault: 'E9',
      what: 'large probes',
      before: 'only their number counts',
      right: '2 MiB of answers a second',
      shows: async () => {
        const { client, server } = openNetworks()
        await server.serveCapped('--host', '10.1.0.2', '--port', PORT)
        const counts = await sendAndCount(client, '10.1.0.2', 'probe', 1400, COUNT, NEAR4)
        const large = await sendAndCount(client, '10.1.0.2', 'probe', 9000, 1000, NEAR4)
        expect(counts.bytes).toBeLessThanOrEqual(1400 * mostAnswers(counts))
        expect(large.bytes).toBeLessThanOrEqual(mostBytes(large, 2 * MIB))
        expect(large.bytes).toBeLessThan(9000 * 1000)
      },
    },
    {
      fault: 'E9',
      what: '--max-rate-per-source 8Mbit, on loopback',
      before: 'only pps is read',
      right: '1 000 000 bytes of answers a second, and no cap on their number',
      shows: async () => {
        const host = new Host()
        await host.serveCapped('--port', PORT, '--max-rate-per-source', '8Mbit', '--engine', 'dgram')
        const large = await sendAndCount(host, '127.0.0.1', 'probe', 1400, COUNT, ['127.0.0.1'])
        expect(large.bytes).toBeLessThanOrEqual(mostBytes(large, 1_000_000))
        const small = await sendAndCount(host, '127.0.0.1', 'probe', 128, 500, ['127.0.0.1'])
        expect(small.answers).toEqual({ R: 500 })
      },
    },
    {
      fault: 'E1',
      what: 'a right probe and a receipts request from a port that is never answered',
      before: 'answered, whatever the port',
      right: 'withheld, and counted in the summary',
      shows: async () => {
        const { client, server } = openNetworks()
        const child = await server.serveCapped('--host', '10.1.0.2', '--port', PORT, '--json')
        const [service, own] = await Promise.all(
          ['10.1.0.1@1900', `10.1.0.1@${PORT}`].map(from => sendAndCount(client, '10.1.0.2', 'probe', 128, 3, [from])),
        )
        expect([service?.answers, service?.receipts, own?.answers, own?.receipts]).toEqual([{}, 0, {}, 0])
        const summary = await summaryOf(child)
        expectAccount(summary)
        expect(summary.dropped).toEqual({ sourcePort: 14 })
        expect(summary.withheld).toEqual({ plain: 0, probes: 6, questions: 8 })
      },
    },
  ])
})
