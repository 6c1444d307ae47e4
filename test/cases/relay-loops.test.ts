import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { ROOT } from '../helpers/child.ts'
import { Host, requireNamespaces, connectHosts } from '../helpers/namespace.ts'
import { untilStable, startRelayOn } from '../helpers/relay-host.ts'

const SENT = `table inet t {
  counter sent { }
  chain out {
    type filter hook output priority 0
    udp dport { 9001, 9002, 9003 } counter name sent
  }
}`

/** Sends datagrams from several sockets, one each. */
async function sendFromManySockets(host: Host, to: string, ...args: readonly string[]): Promise<void> {
  await host.start('python3', `${ROOT}test/helpers/peers/many_sockets.py`, '--to', to, ...args).finished
}

interface RelayLoop {
  readonly what: string
  /** The address that all relays listen on, and the address in their --to. */
  readonly listen: string
  readonly to: string
  /** Options of each relay. */
  readonly up: readonly (readonly string[])[]
}

const LOOPS: readonly RelayLoop[] = [
  { what: 'two relays on 127.0.0.1', listen: '127.0.0.1', to: '127.0.0.1', up: [[], []] },
  { what: 'two relays on 0.0.0.0', listen: '0.0.0.0', to: '10.1.0.1', up: [[], []] },
  { what: 'two relays on ::', listen: '[::]', to: '[fd01::1]', up: [[], []] },
  { what: 'three relays', listen: '127.0.0.1', to: '127.0.0.1', up: [[], [], []] },
  {
    what: 'two relays that make copies',
    listen: '127.0.0.1',
    to: '127.0.0.1',
    up: [
      ['--up', 'dup=100%'],
      ['--up', 'dup=100%'],
    ],
  },
  {
    what: 'two relays that damage and delay each datagram',
    listen: '127.0.0.1',
    to: '127.0.0.1',
    up: [
      ['--up', 'corrupt=100%'],
      ['--up', 'delay=5ms'],
    ],
  },
  {
    what: 'two relays with --max-clients 2',
    listen: '127.0.0.1',
    to: '127.0.0.1',
    up: [
      ['--max-clients', '2'],
      ['--max-clients', '2'],
    ],
  },
]

describe.runIf(requireNamespaces())('relays that forward to each other', () => {
  cases(
    LOOPS.map(({ what, listen, to, up }) => ({
      fault: 'D2',
      what: `${what}, each the server of the next, and three equal datagrams`,
      before: 'each datagram was passed on for ever, by one client more at each pass',
      right: 'a relay detects the loop and forwards nothing: these datagrams end, and so do later ones',
      shows: async () => {
        const [host, other] = [new Host(), new Host()]
        connectHosts(host, other, ['w0', '10.1.0.1/24', 'fd01::1/64'], ['w1', '10.1.0.2/24', 'fd01::2/64'])
        host.filter(SENT)
        const relays = await Promise.all(
          up.map((rules, n) => {
            const next = `${to}:${9001 + ((n + 1) % up.length)}`
            return startRelayOn(host, ['--listen', `${listen}:${9001 + n}`, '--to', next, ...rules])
          }),
        )
        await sendFromManySockets(host, `${to}:9001`, '--count', '3', '--text', 'hello')
        const first = await untilStable(() => host.counted('sent'))
        await sendFromManySockets(host, `${to}:9001`, '--count', '20')
        const all = await untilStable(() => host.counted('sent'))
        const ends = await Promise.all(relays.map(async relay => await relay.end()))
        expect(ends.some(({ loops = 0 }) => loops > 0)).toBe(true)
        // Three datagrams, forwarded by each relay at most once for each of 64 clients and for a second while the tracer is in flight.
        expect(first).toBeLessThan(100_000)
        // Later datagrams are forwarded only by relays that have not detected the loop, each at most once.
        expect(all - first).toBeLessThanOrEqual(20 * 2 * up.length)
      },
    })),
  )
})
