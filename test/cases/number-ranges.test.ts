import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { HOSTED, runHosted, startServe } from '../helpers/udptool.ts'

describe('numbers beyond the range of a timer or a system call', () => {
  cases([
    {
      fault: 'D5',
      what: 'a message with --timeout 600h',
      before: 'ends at once: no reply',
      right: 'the reply is printed',
      shows: async () => {
        await using server = await startServe(['--port', '0'], HOSTED)
        const run = await runHosted(['send', 'hello', '--to', server.at, '--timeout', '600h'])
        expect([run.code, run.stdout]).toEqual([0, expect.stringMatching(/^HELLO /u)])
      },
    },
    {
      fault: 'D5',
      what: 'serve --stats-interval 600h',
      before: '1000 lines a second',
      right: 'no line within 300 ms',
      shows: async () => {
        const run = await runHosted([
          'serve',
          '--port',
          '0',
          '--stats-interval',
          '600h',
          '--duration',
          '300ms',
          '--json',
        ])
        const events = run.stdout.trimEnd().split('\n')
        expect(events.map(line => (JSON.parse(line) as { event: string }).event)).toEqual(['listening', 'summary'])
      },
    },
    ...[
      ['send', '--recv-buffer', '3GiB'],
      ['serve', '--recv-buffer', '4GiB'],
      ['send', '--rate', '99999999999999999999gpps'],
      ['send', '--rate', '0.00000000001pps'],
      ['send', '--timeout', '99999h'],
      ['serve', '--stats-interval', '0'],
    ].map(args => ({
      fault: 'D5',
      what: args.join(' '),
      before: 'accepted',
      right: 'a usage error',
      shows: async () => {
        const run = await runHosted(args)
        expect(run.code).toBe(2)
        expect(run.stderr).toMatch(new RegExp(`^udptool: ${args[1] ?? ''} cannot be [^\\n]+\\n$`, 'u'))
      },
    })),
  ])
})
