import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { Host, requireNamespaces, connectHosts } from '../helpers/namespace.ts'
import { untilStable } from '../helpers/relay-host.ts'

/** Kinds with at least 34 bytes and an upper-case magic: a right probe, and damaged ones. */
const KINDS = ['probe', 'filled', 'unchecked', 'other', 'lowerRequest'] as const
const forged = (kinds: readonly string[]): readonly string[] => kinds.flatMap(kind => ['--kind', kind])

/** Counts the datagrams between two ports, in each direction. */
const counters = (one: number, other: number): string => `table inet t {
  counter up { }
  counter down { }
  chain out {
    type filter hook output priority 0
    udp sport ${one} udp dport ${other} counter name up
    udp sport ${other} udp dport ${one} counter name down
  }
}`

const SERVERS = [
  ['kernel', 'upper', '127.0.0.1', '127.0.0.1'],
  ['dgram', 'upper', '::1', '::1'],
  ['kernel', 'echo', '::', 'fd01::1'],
  ['dgram', 'echo', '0.0.0.0', '10.1.0.1'],
] as const

const target = (address: string, port: number): string => `${address.includes(':') ? `[${address}]` : address}:${port}`

/** Two connected hosts. */
function twoHosts(): readonly [Host, Host] {
  const [one, other] = [new Host(), new Host()]
  connectHosts(one, other, ['w0', '10.1.0.1/24', 'fd01::1/64'], ['w1', '10.1.0.2/24', 'fd01::2/64'])
  return [one, other]
}

describe.runIf(requireNamespaces())('loops of a server with itself and with other servers', () => {
  cases([
    ...SERVERS.map(([engine, mode, host, to]) => ({
      fault: 'E1',
      what: `datagrams to a ${engine} server on ${host} in mode ${mode}, with its own address ${to} as forged source`,
      before: 'a damaged probe was returned for ever',
      right: 'none is answered',
      shows: async () => {
        const [one] = twoHosts()
        one.filter(counters(9001, 9001))
        await one.serve('--host', host, '--port', '9001', '--engine', engine, '--mode', mode)
        const kinds = [...KINDS, 'plain']
        await one.peer('forge', '--source', target(to, 9001), '--to', target(to, 9001), ...forged(kinds))
        expect(await untilStable(() => one.counted('up'))).toBe(kinds.length)
      },
    })),
    ...SERVERS.map(([engine, mode, host, to]) => ({
      fault: 'E1',
      what: `datagrams to a ${engine} server on ${host} in mode ${mode}, with a plain echo server as forged source`,
      before: 'a damaged probe went to and fro for ever',
      right: 'each is returned once, echoed once, and then not answered',
      shows: async () => {
        const [one] = twoHosts()
        one.filter(counters(9001, 9002))
        await one.serve('--host', host, '--port', '9001', '--engine', engine, '--mode', mode)
        await one.peer('echo', '--host', to, '--port', '9002', '--mode', 'echo')
        await one.peer('forge', '--source', target(to, 9002), '--to', target(to, 9001), ...forged(KINDS))
        const up = await untilStable(() => one.counted('up'))
        expect([up, one.counted('down')]).toEqual([KINDS.length, 2 * KINDS.length])
      },
    })),
    {
      fault: 'E1',
      what: 'plain data between two kernel servers',
      before: 'one datagram went to and fro for ever',
      right: 'it ends when its TTL of 64 is used up: 32 datagrams in each direction',
      shows: async () => {
        for (const address of ['127.0.0.1', '::1']) {
          const host = new Host()
          host.filter(counters(9001, 9002))
          for (const port of ['9001', '9002']) await host.serve('--host', address, '--port', port, '--engine', 'kernel')
          await host.peer('forge', '--source', target(address, 9001), '--to', target(address, 9002), '--kind', 'plain')
          const up = await untilStable(() => host.counted('up'))
          expect([up, host.counted('down')]).toEqual([32, 32])
        }
      },
    },
    {
      fault: 'E1',
      what: 'fifty forged datagrams of plain data between two dgram servers of different hosts',
      before: 'as many as the hosts can send',
      right: 'no more than the cap of 1000 answers a second for a source network',
      shows: async () => {
        const [one, other] = twoHosts()
        one.filter(counters(9001, 9002))
        await one.serveCapped('--host', '10.1.0.1', '--port', '9001', '--engine', 'dgram')
        await other.serveCapped('--host', '10.1.0.2', '--port', '9002', '--engine', 'dgram')
        const begin = performance.now()
        const many = Array.from({ length: 50 }, () => 'plain')
        await other.peer('forge', '--source', '10.1.0.2:9002', '--to', '10.1.0.1:9001', ...forged(many))
        await new Promise(resolve => void setTimeout(resolve, 1000))
        const answers = one.counted('up')
        const seconds = (performance.now() - begin) / 1000
        // The token bucket has a tenth of a second.
        expect(answers).toBeLessThanOrEqual(1000 * seconds + 100)
        expect(answers).toBeGreaterThan(0)
      },
    },
  ])
})
