import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { runTerminal } from '../helpers/peers.ts'
import { startUdptool, udptool } from '../helpers/udptool.ts'

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
    right: 'when it was, in ISO 8601',
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
    before: 'escape sequences, and the cursor moves back',
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
])
