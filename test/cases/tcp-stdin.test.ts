import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { expect, onTestFinished } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { ROOT } from '../helpers/child.ts'
import { runTerminal } from '../helpers/peers.ts'
import { startTcpPeer } from '../helpers/tcp.ts'
import { startUdptool } from '../helpers/udptool.ts'
import { startFaultyServer } from '../helpers/faulty-server.ts'

/** Invalid UTF-8, a lone CR, NUL, a byte order mark, a truncated character, and no final newline. */
const LINES = ['61fe62', '610d62', '00', 'efbbbf61', '61e282', 'e4b896'] as const
const TYPED = Buffer.from(LINES.join('0a'), 'hex')

/** Writes the lines in two pieces, split within the last character, with a pause between them. */
async function sendOn(stdin: 'socket' | 'fifo', args: readonly string[]): Promise<string> {
  const child = startUdptool(args, { stdin })
  child.write(TYPED.subarray(0, -2))
  await new Promise(resolve => setTimeout(resolve, 100))
  child.write(TYPED.subarray(-2))
  child.end()
  const { stdout } = await child.finished
  return stdout
}

/** The kind of stdin, and the arguments that make udptool read lines. */
const STDIN = [['socket', '--stdin'], ['socket', '-i'], ['socket'], ['fifo', '-']] as const

cases([
  ...STDIN.map(([stdin, ...args]) => ({
    fault: 'D10',
    what: `send ${args.join(' ')} with lines on a ${stdin}`,
    before: 'the lines of a socket are ignored, bytes become EF BF BD',
    right: 'each line one datagram, byte for byte',
    shows: async () => {
      await using server = await startFaultyServer()
      await sendOn(stdin, ['send', ...args, '--to', server.at])
      const { record } = await server.stop()
      expect(record.map(({ hex }) => hex)).toEqual(LINES)
    },
  })),
  ...STDIN.map(([stdin, ...args]) => ({
    fault: 'D10',
    what: `tcp send ${args.join(' ')} with lines on a ${stdin}`,
    before: 'the lines of a socket are refused, bytes become EF BF BD',
    right: 'every byte of every line, in order',
    shows: async () => {
      await using server = await startTcpPeer('upper')
      await sendOn(stdin, ['tcp', 'send', ...args, '--to', server.at])
      expect((await server.stop()).hex).toBe(LINES.join(''))
    },
  })),
  ...(['send', 'tcp send'] as const).map(command => ({
    fault: 'D10',
    what: `${command} - with a stdin that cannot be read, as nohup(1) leaves it`,
    before: '"EBADF: bad file descriptor, read", without a name',
    right: 'an error that names standard input, exit 3',
    shows: async () => {
      await using server = await startTcpPeer('upper')
      const stdin = openSync('/dev/null', 'w')
      onTestFinished(() => closeSync(stdin))
      const args = [`${ROOT}bin/udptool.js`, ...command.split(' '), '-', '--to', server.at]
      const { status, stderr } = spawnSync(process.execPath, args, { stdio: [stdin, 'pipe', 'pipe'], encoding: 'utf8' })
      expect(stderr).toMatch(/^udptool: cannot read standard input: bad file descriptor — .+\n$/)
      expect(status).toBe(3)
    },
  })),
  {
    fault: 'D10',
    what: 'send -q with lines on a fifo',
    before: 'a note on standard error',
    right: 'nothing on standard error',
    shows: async () => {
      await using server = await startFaultyServer()
      const child = startUdptool(['send', '-q', '--timeout', '100ms', '--to', server.at], { stdin: 'fifo' })
      child.write('a\n')
      child.end()
      expect((await child.finished).stderr).toBe('')
      expect((await server.stop()).record).toHaveLength(1)
    },
  },
  {
    fault: 'D10',
    what: 'tcp send --json with bytes that are not UTF-8',
    before: 'intact, and only the changed text is kept',
    right: 'sent and received bytes in base64, too',
    shows: async () => {
      await using server = await startTcpPeer('upper')
      const child = startUdptool(['tcp', 'send', '-', '--json', '--to', server.at], { stdin: 'socket' })
      child.write(Buffer.of(0x61, 0xfe, 0x0a))
      child.end()
      expect(JSON.parse((await child.finished).stdout)).toMatchObject({
        messages: [{ sentBase64: 'Yf4=', replyBase64: 'Qf4=', fate: 'intact' }],
      })
    },
  },
  {
    fault: 'D10',
    what: 'tcp send to a server that sends each byte of a character in a segment of its own',
    before: 'the reply ends within a character',
    right: 'no reply ends within a character',
    shows: async () => {
      await using server = await startTcpPeer('split')
      const child = startUdptool(['tcp', 'send', 'a', '--json', '--to', server.at])
      const { messages, rest } = JSON.parse((await child.finished).stdout) as {
        messages: { reply: string }[]
        rest?: string
      }
      expect(`${messages[0]?.reply ?? ''}${rest ?? ''}`).toBe('ü€🙂')
    },
  },
  ...['xterm', 'dumb'].map(term => ({
    fault: 'D10',
    what: `bytes that are not UTF-8, typed at the prompt of a terminal, TERM=${term}`,
    before: 'EF BF BD is sent instead',
    right: 'the bytes that were typed',
    shows: async () => {
      await using server = await startFaultyServer()
      const { ended, transcript } = await runTerminal(
        ['61fe62', 'e2a8', 'e280a8', 'e4b896'],
        ['send', '--to', server.at],
        ['--hex', '--term', term],
      )
      const { record } = await server.stop()
      expect([ended, record.map(({ hex }) => hex)]).toEqual([true, ['61fe62', 'e2a8', 'e280a8', 'e4b896']])
      if (term === 'dumb') expect(transcript).not.toContain('\u001B')
    },
  })),
])
