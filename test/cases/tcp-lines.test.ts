import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import type { ServeEvent } from '../helpers/document.ts'
import { runTerminal } from '../helpers/peers.ts'
import { events, startServe, startUdptool, udptool } from '../helpers/udptool.ts'

const SERVERS = [
  ['serve', '--port', '0'],
  ['relay', '--listen', '127.0.0.1:0', '--to', '127.0.0.1:9'],
  ['tcp', 'serve', '--port', '0'],
]

cases([
  {
    fault: 'D13',
    what: 'a line of --stats-interval, and its event',
    before: 'no time',
    right: 'its time in ISO 8601',
    shows: async () => {
      const runs = SERVERS.flatMap(args =>
        [[], ['--json']].map(async json => {
          const start = Date.now()
          const child = startUdptool([...args, ...json, '--stats-interval', '50ms', '--duration', '300ms'])
          const { stdout } = await child.finished
          const line = stdout.split('\n')[1] ?? ''
          const time = json.length === 0 ? line.split(' ')[0] : (JSON.parse(line) as { time?: string }).time
          expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
          expect(Date.parse(time ?? '')).toBeGreaterThanOrEqual(start)
          expect(Date.parse(time ?? '')).toBeLessThanOrEqual(Date.now())
        }),
      )
      await Promise.all(runs)
    },
  },
  {
    fault: 'D13',
    what: '-q in a pipe, with a line of more than 80 columns',
    before: 'the line is broken',
    right: 'one line',
    shows: async () => {
      const { stdout } = await udptool(
        ['send', '--self', '--count', '3', '--interval', '1ms', '-q', '--expect', 'rtt.p99<1ns'].concat([
          '--expect',
          'loss>50%',
          '--expect',
          'truncated>3',
        ]),
      )
      const [headline = '', ...rest] = stdout.split('\n')
      expect(headline).toMatch(/^✗ fail · rtt\.p99<1ns.*came back whole$/)
      expect(headline.length).toBeGreaterThan(80)
      expect(rest.slice(1)).toEqual([''])
    },
  },
  {
    fault: 'D13',
    what: 'a run of a second at a terminal, TERM=dumb',
    before: 'escape sequences and carriage returns',
    right: 'neither',
    shows: async () => {
      const args = ['send', '--self', '--count', '10', '--interval', '100ms', '--color', 'auto']
      const { transcript } = await runTerminal([], args, ['--term', 'dumb'])
      expect(transcript).toContain('10 probes')
      expect(transcript.replaceAll('\r\n', '\n')).not.toContain('\r')
      expect(transcript).not.toContain('\u001B')
      expect((await runTerminal([], args)).transcript).toContain('\u001B')
    },
  },
  ...(['kernel', 'dgram'] as const).map(engine => ({
    fault: 'D13',
    what: `serve -v on the ${engine} engine, with a message, probes and a denied datagram`,
    before: 'nothing more than without -v',
    right: 'each peer with its first datagram, and why one is not answered',
    shows: async () => {
      await using server = await startServe(['-v', '--json', '--engine', engine, '--deny', '127.0.0.9'])
      await udptool(['send', 'hello', '--to', server.at, '--timeout', '20s'])
      const two = ['--count', '2', '--interval', '1ms', '--size', '300', '--timeout', '20s']
      await udptool(['send', '--to', server.at, ...two])
      await udptool(['send', 'nobody', '--to', server.at, '--bind', '127.0.0.9', '--timeout', '50ms'])
      const logged = events(await server.stop()).slice(1, -1)
      expect(logged).toMatchObject([
        { event: 'peer', address: '127.0.0.1', kind: 'plain', length: 5 },
        { event: 'peer', address: '127.0.0.1', kind: 'probe', length: 300 },
        { event: 'peer', address: '127.0.0.9', kind: 'plain', length: 6 },
        { event: 'unanswered', address: '127.0.0.9', reason: 'denied', kind: 'plain', length: 6 },
      ])
    },
  })),
  {
    fault: 'D13',
    what: 'serve -v in a flood of 200 clients',
    before: '–',
    right: 'at most ten lines a second, and the rest counted',
    shows: async () => {
      await using server = await startServe(['-v', '--json'])
      const flood = ['--flood', '--clients', '200', '--count', '20', '--size', '64,65']
      const { code } = await udptool(['send', '--to', server.at, ...flood, '-q'])
      expect(code).toBe(0)
      const all = events(await server.stop()) as readonly (ServeEvent & { lines?: number })[]
      const lines = all.filter(({ event }) => event === 'peer').length
      const more = all.reduce((sum, { lines: hidden = 0 }) => sum + hidden, 0)
      expect(more).toBeGreaterThan(0)
      const { peers = [], received } = all.at(-1) ?? {}
      expect(lines + more).toBe(peers.length)
      expect(peers.reduce((sum, peer) => sum + peer.received, 0)).toBe(received)
    },
  },
])
