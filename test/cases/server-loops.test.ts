import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { Host, requireNamespaces, connectHosts } from '../helpers/namespace.ts'
import { untilStable } from '../helpers/relay-host.ts'

/** Of 34 bytes and more, with a magic in the server's letters: a right probe, and damaged ones. */
const KINDS = ['probe', 'filled', 'unchecked', 'other', 'lowerRequest'] as const
const forged = (kinds: readonly string[]): readonly string[] => kinds.flatMap(kind => ['--kind', kind])

/** Counts what goes out between two ports, each way. */
const counters = (one: number, other: number): string => `table inet t {
  counter there { }
  counter back { }
  chain out {
    type filter hook output priority 0
    udp sport ${one} udp dport ${other} counter name there
    udp sport ${other} udp dport ${one} counter name back
  }
}`

const SERVERS = [
  ['kernel', 'upper', '127.0.0.1', '127.0.0.1'],
  ['dgram', 'upper', '::1', '::1'],
  ['kernel', 'echo', '::', 'fd01::1'],
  ['dgram', 'echo', '0.0.0.0', '10.1.0.1'],
] as const

const target = (address: string, port: number): string => `${address.includes(':') ? `[${address}]` : address}:${port}`

/** A host with an address on a wire, and another at its other end. */
function twoHosts(): readonly [Host, Host] {
  const [one, other] = [new Host(), new Host()]
  connectHosts(one, other, ['w0', '10.1.0.1/24', 'fd01::1/64'], ['w1', '10.1.0.2/24', 'fd01::2/64'])
  return [one, other]
}

describe.runIf(requireNamespaces())('a server, itself and an echo of plain data', () => {
  cases([
    ...SERVERS.map(([engine, mode, host, to]) => ({
      fault: 'E1',
      what: `forged datagrams that seem to come from a ${engine} server on ${host} in mode ${mode} itself, to ${to}`,
      before: 'a damaged probe went round for ever',
      right: 'none is answered',
      shows: async () => {
        const [one] = twoHosts()
        one.filter(counters(9001, 9001))
        await one.serve('--host', host, '--port', '9001', '--engine', engine, '--mode', mode)
        const kinds = [...KINDS, 'plain']
        await one.peer('forge', '--source', target(to, 9001), '--to', target(to, 9001), ...forged(kinds))
        expect(await untilStable(() => one.counted('there'))).toBe(kinds.length)
      },
    })),
    ...SERVERS.map(([engine, mode, host, to]) => ({
      fault: 'E1',
      what: `forged datagrams from an echo server of plain data to a ${engine} server on ${host} in mode ${mode}`,
      before: 'a damaged probe went to and fro for ever',
      right: 'each goes there, back and there again, and that is all',
      shows: async () => {
        const [one] = twoHosts()
        one.filter(counters(9001, 9002))
        await one.serve('--host', host, '--port', '9001', '--engine', engine, '--mode', mode)
        await one.peer('echo', '--host', to, '--port', '9002', '--mode', 'echo')
        await one.peer('forge', '--source', target(to, 9002), '--to', target(to, 9001), ...forged(KINDS))
        const there = await untilStable(() => one.counted('there'))
        expect([there, one.counted('back')]).toEqual([KINDS.length, 2 * KINDS.length])
      },
    })),
    {
      fault: 'E1',
      what: 'plain data between two kernel servers',
      before: 'one datagram went to and fro for ever',
      right: 'it ends when its TTL of 64 is used up, each way 32 datagrams',
      shows: async () => {
        for (const address of ['127.0.0.1', '::1']) {
          const host = new Host()
          host.filter(counters(9001, 9002))
          for (const port of ['9001', '9002']) await host.serve('--host', address, '--port', port, '--engine', 'kernel')
          await host.peer('forge', '--source', target(address, 9001), '--to', target(address, 9002), '--kind', 'plain')
          const there = await untilStable(() => host.counted('there'))
          expect([there, host.counted('back')]).toEqual([32, 32])
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
        const answers = one.counted('there')
        const seconds = (performance.now() - begin) / 1000
        // A tenth of a second's worth may leave at once.
        expect(answers).toBeLessThanOrEqual(1000 * seconds + 100)
        expect(answers).toBeGreaterThan(0)
      },
    },
  ])
})
