import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { runHosted, startUdptool, type Run } from '../helpers/udptool.ts'
import { startEcho, runTerminal } from '../helpers/peers.ts'
import { portsOf, startFaultyServer, type FaultyServerTruth } from '../helpers/faulty-server.ts'

interface SentLines {
  readonly code: number | null
  readonly run: ReturnType<Run['json']>
  readonly truth: FaultyServerTruth
}

/** No busy machine answers, or copies, later than this. */
const LONG_TIMEOUT = ['--timeout', '2s', '--linger', '1s'] as const

/** Sends lines from a pipe to a Python server. */
async function lines(
  text: string | Buffer,
  server: readonly string[],
  args: readonly string[] = LONG_TIMEOUT,
): Promise<SentLines> {
  await using peer = await startFaultyServer(...server)
  const child = startUdptool(['send', '--stdin', '--to', peer.at, '--json', ...args], { stdin: 'fifo' })
  child.write(text)
  child.end()
  const { code, stdout } = await child.finished
  return { code, run: JSON.parse(stdout) as SentLines['run'], truth: await peer.stop() }
}

const replies = ({ run }: SentLines): unknown[] => (run.messages ?? []).map(({ reply }) => reply)
const fates = ({ run }: SentLines): string[] => (run.messages ?? []).map(({ fate }) => fate)
const sent = ({ truth }: SentLines): string[] =>
  truth.record.map(({ hex }) => Buffer.from(hex, 'hex').toString('latin1'))

cases([
  {
    fault: 'A7',
    what: 'lines to a server that answers twice',
    before: 'ONE, ONE, TWO; all answered; duplicates==0 holds',
    right: 'each line has its own reply, and three duplicates',
    shows: async () => {
      const outcome = await lines(
        'one\ntwo\nthree\n',
        ['--upper', '--copies', '2', '--spread', '15'],
        [...LONG_TIMEOUT, '--expect', 'duplicates==0'],
      )
      expect(replies(outcome)).toEqual(['ONE', 'TWO', 'THREE'])
      expect(outcome.run.ledger).toMatchObject({ fates: { intact: 3 }, replies: 3, duplicates: 3, received: 6 })
      expect(outcome.run.expectations).toMatchObject([{ passed: false, actual: 3 }])
      expect(outcome.code).toBe(1)
    },
  },
  {
    fault: 'A7',
    what: 'equal lines to a server that answers twice, the second line lost',
    before: 'a copy is the reply to the next: all answered',
    right: 'the second is lost',
    shows: async () => {
      const outcome = await lines(
        'same\nsame\nsame\n',
        ['--upper', '--copies', '2', '--spread', '15', '--drop-every', '2'],
        LONG_TIMEOUT,
      )
      expect(fates(outcome)).toEqual(['intact', 'lostUnknown', 'intact'])
      expect(outcome.run.ledger).toMatchObject({ duplicates: 2 })
      expect(portsOf(outcome.truth).size).toBe(3)
    },
  },
  {
    fault: 'A7',
    what: 'an answer that comes after the timeout, also to equal lines',
    before: 'it is the reply to the next line',
    right: 'late, and the next line has its own reply',
    shows: async () => {
      for (const text of ['one\ntwo\nthree\n', 'same\nsame\nsame\n', '\n\n\n']) {
        const outcome = await lines(
          text,
          ['--late-every', '2', '--late', '2500'],
          ['--timeout', '1500ms', '--linger', '3s'],
        )
        expect(fates(outcome)).toEqual(['intact', 'late', 'intact'])
        expect(replies(outcome)).toEqual(text.split('\n').slice(0, 3))
        expect(outcome.run.messages?.[1]?.rttMs).toBeGreaterThan(1500)
      }
    },
  },
  {
    fault: 'A7',
    what: 'a server that answers twice, not with an echo',
    before: 'its second answer is the reply to the next line',
    right: 'duplicates, and each line has its own source port',
    shows: async () => {
      const outcome = await lines('one\ntwo\nthree\n', ['--cut', '1', '--copies', '2', '--spread', '10'])
      expect(replies(outcome)).toEqual(['o', 't', 't'])
      expect(outcome.run.ledger).toMatchObject({ fates: { truncated: 3 }, duplicates: 3, unidentified: 0 })
      expect(portsOf(outcome.truth).size).toBe(3)
    },
  },
  {
    fault: 'A7',
    what: 'a datagram of five bytes after each echo',
    before: 'they are the reply to the next line',
    right: 'only the echoes are replies',
    shows: async () => {
      const outcome = await lines('one\ntwo\nthree\nfour\n', ['--upper', '--junk', 'extra'])
      expect(replies(outcome)).toEqual(['ONE', 'TWO', 'THREE', 'FOUR'])
      const { replies: first, duplicates, unidentified, received } = outcome.run.ledger
      expect([first, duplicates + unidentified, received]).toEqual([4, 4, 8])
    },
  },
  {
    fault: 'A7',
    what: 'lines to a server that answers once',
    before: 'one port',
    right: 'one port',
    shows: async () => {
      const outcome = await lines('one\ntwo\nthree\n', ['--upper'])
      expect(replies(outcome)).toEqual(['ONE', 'TWO', 'THREE'])
      expect(portsOf(outcome.truth).size).toBe(1)
      expect(outcome.run.ledger).toMatchObject({ duplicates: 0, unidentified: 0, received: 3 })
    },
  },
  {
    fault: 'A7',
    what: '--bind with a port, equal lines, each answered twice',
    before: 'a copy is the reply to the next',
    right: 'the next line waits',
    shows: async () => {
      const outcome = await lines(
        'same\nsame\n',
        ['--upper', '--copies', '2', '--spread', '30', '--drop-every', '2'],
        [...LONG_TIMEOUT, '--bind', '127.0.0.1:28573'],
      )
      expect(fates(outcome)).toEqual(['intact', 'lostUnknown'])
      expect([...portsOf(outcome.truth)]).toEqual([28573])
    },
  },
  {
    fault: 'A7',
    what: '--bind with a port, and an answer that comes after its line is closed',
    before: 'TWO is the reply to three',
    right: 'each line has its own reply, the second one late',
    shows: async () => {
      const outcome = await lines(
        'one\ntwo\nthree\n',
        ['--upper', '--delay', '1500', '--late-every', '2', '--late', '3900'],
        ['--timeout', '2400ms', '--linger', '600ms', '--bind', '127.0.0.1:28574'],
      )
      expect([...portsOf(outcome.truth)]).toEqual([28574])
      expect(replies(outcome)).toEqual(['ONE', 'TWO', 'THREE'])
      expect(fates(outcome)).toEqual(['intact', 'late', 'intact'])
    },
  },
  {
    fault: 'A7',
    what: 'the prompt with a server that answers twice',
    before: 'ONE, ONE',
    right: 'ONE, TWO',
    shows: async () => {
      await using peer = await startFaultyServer('--upper', '--copies', '2', '--spread', '5')
      const terminal = await runTerminal(['one', 'two'], ['send', '--to', peer.at])
      expect(terminal.transcript.match(/ONE|TWO/g)).toEqual(['ONE', 'TWO'])
      expect(terminal.transcript).toContain('2 of 2 messages')
    },
  },
  {
    fault: 'A7',
    what: 'a reply that is not UTF-8, with --json',
    before: 'EF BF BD in place of its bytes',
    right: 'its bytes in base64 besides the text',
    shows: async () => {
      await using echo = await startEcho('--mode', 'strupper')
      const run = (await runHosted(['send', '--base64', 'gP8=', '--to', echo.at, '--json'])).json()
      expect(run.messages).toMatchObject([{ encoding: 'base64', reply: 'woDFuA==' }])
      const outcome = await lines(Buffer.from([0x61, 0x80, 0xff, 0x0a]), [])
      expect(outcome.run.messages).toMatchObject([{ reply: 'a\ufffd\ufffd', replyBase64: 'YYD/', sentBase64: 'YYD/' }])
    },
  },
  {
    fault: 'D10',
    what: 'lines with invalid UTF-8, a lone CR, CR LF, and a character split between two writes to the pipe',
    before: 'EF BF BD; a line end; a broken character',
    right: 'every byte is sent unchanged',
    shows: async () => {
      const outcome = await lines(Buffer.from('\xff\xfe\na\rb\r\n\xc3\xbc\n', 'latin1'), [])
      expect(sent(outcome)).toEqual(['\xff\xfe', 'a\rb', '\xc3\xbc'])
      expect(fates(outcome)).toEqual(['intact', 'intact', 'intact'])
      await using peer = await startFaultyServer()
      const child = startUdptool(['send', '--stdin', '--to', peer.at], { stdin: 'socket' })
      child.write(Buffer.from([0x31, 0x0a, 0xc3]))
      await child.waitFor('stdout', /1 /)
      child.write(Buffer.from([0xbc, 0x0a]))
      child.end()
      await child.finished
      expect((await peer.stop()).record.map(({ hex }) => hex)).toEqual(['31', 'c3bc'])
    },
  },
])
