import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import type { Child } from '../helpers/child.ts'
import { startEcho } from '../helpers/peers.ts'
import { untilUdpSocket } from '../helpers/tools.ts'
import { startTcpPeer } from '../helpers/tcp.ts'
import { startUdptool } from '../helpers/udptool.ts'

/** 128 + n (signal(7)). */
const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
] as const

/** How a command ends on each of the four signals, which are sent when `ready` has resolved. */
async function endings(
  args: readonly string[],
  ready: (child: Child) => Promise<unknown>,
  stdin: 'null' | 'socket' = 'null',
): Promise<(readonly [signal: string, code: number | null, stdout: string])[]> {
  const each = SIGNALS.map(async ([signal]) => {
    const child = startUdptool(args, { stdin })
    await ready(child)
    child.signal(signal)
    const { code, stdout } = await child.finished
    return [signal, code, stdout] as const
  })
  return await Promise.all(each)
}

const listening = async (child: Child): Promise<unknown> => await child.waitFor('stdout', /listening/)
const serving = [
  ['serve', '--port', '0'],
  ['relay', '--listen', '127.0.0.1:0', '--to', '127.0.0.1:9'],
  ['tcp', 'serve', '--port', '0'],
]

cases([
  {
    fault: 'D9',
    what: 'a run of probes gets SIGINT, SIGTERM, SIGHUP, SIGQUIT',
    before: 'SIGHUP and SIGQUIT kill it without a Result',
    right: 'the Result, interrupted, and 128 + n',
    shows: async () => {
      await using echo = await startEcho()
      const args = ['send', '--to', echo.at, '--count', '100000', '--interval', '10ms', '--json']
      const ended = await endings(args, async child => await untilUdpSocket(child.pid))
      expect(ended.map(([signal, code]) => [signal, code])).toEqual(SIGNALS)
      for (const [, , stdout] of ended) expect(JSON.parse(stdout)).toMatchObject({ interrupted: true })
    },
  },
  ...serving.map(args => ({
    fault: 'D9',
    what: `udptool ${args.slice(0, 2).join(' ')} gets the four signals`,
    before: 'no summary on SIGHUP and SIGQUIT',
    right: 'exit 0 with the summary',
    shows: async () => {
      const ended = await endings([...args, '--json'], listening)
      expect(ended.map(([signal, code]) => [signal, code])).toEqual(SIGNALS.map(([signal]) => [signal, 0]))
      for (const [, , stdout] of ended)
        expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ event: 'summary' })
    },
  })),
  {
    fault: 'D9',
    what: 'exec passes them to its command, and writes its output when the command has ended',
    before: '–',
    right: '128 + n of the command; -v prints its counts on standard error',
    shows: async () => {
      const command = ['exec', '-v', '--', 'sh', '-c', 'echo ready; exec sleep 50']
      const children: Child[] = []
      const ended = await endings(command, async child => {
        children.push(child)
        await child.waitFor('stdout', /ready/)
      })
      for (const { stderr } of children) expect(stderr).toMatch(/0 received, 0 replied\n$/)
      expect(ended.map(([signal, code]) => [signal, code])).toEqual(SIGNALS)
    },
  },
  {
    fault: 'E17',
    what: 'send --stdin and tcp send --stdin get a signal before the first line',
    before: 'exit 1',
    right: '128 + n, and the Result of no message',
    shows: async () => {
      await using tcp = await startTcpPeer('upper')
      const sending: readonly (readonly [string[], (child: Child) => Promise<unknown>])[] = [
        [['send', '--stdin', '--to', '127.0.0.1:9'], async child => await untilUdpSocket(child.pid)],
        [['tcp', 'send', '-i', '--to', tcp.at], async child => await child.waitFor('stdout', />>: /)],
      ]
      for (const [args, ready] of sending) {
        const ended = await endings(args, ready, 'socket')
        expect(ended.map(([signal, code]) => [signal, code])).toEqual(SIGNALS)
        for (const [, , stdout] of ended) expect(stdout).toMatch(/interrupted.* no message was sent/)
      }
    },
  },
])
