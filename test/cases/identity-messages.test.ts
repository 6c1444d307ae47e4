import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { runHosted, startUdptool, type Run } from '../helpers/udptool.ts'
import { startEcho, runTerminal } from '../helpers/peers.ts'
import { portsOf, startFaultyServer, type FaultyServerTruth } from '../helpers/faulty-server.ts'

interface Told {
  readonly code: number | null
  readonly run: ReturnType<Run['json']>
  readonly truth: FaultyServerTruth
}

/** Sends lines over a pipe to a server of Python. */
async function lines(text: string | Buffer, server: readonly string[], args: readonly string[] = []): Promise<Told> {
  await using peer = await startFaultyServer(...server)
  const child = startUdptool(['send', '--stdin', '--to', peer.at, '--json', ...args], { stdin: 'fifo' })
  child.write(text)
  child.end()
  const { code, stdout } = await child.finished
  return { code, run: JSON.parse(stdout) as Told['run'], truth: await peer.stop() }
}

const replies = ({ run }: Told): unknown[] => (run.messages ?? []).map(({ reply }) => reply)
const fates = ({ run }: Told): string[] => (run.messages ?? []).map(({ fate }) => fate)
const sent = ({ truth }: Told): string[] => truth.record.map(({ hex }) => Buffer.from(hex, 'hex').toString('latin1'))

cases([
  {
    fault: 'A7',
    what: 'lines to a server that answers twice',
    before: 'ONE, ONE, TWO; all answered; duplicates==0 holds',
    right: 'each its own reply, three duplicates',
    shows: async () => {
      const told = await lines(
        'one\ntwo\nthree\n',
        ['--upper', '--copies', '2', '--spread', '15'],
        ['--expect', 'duplicates==0'],
      )
      expect(replies(told)).toEqual(['ONE', 'TWO', 'THREE'])
      expect(told.run.ledger).toMatchObject({ fates: { intact: 3 }, replies: 3, duplicates: 3, received: 6 })
      expect(told.run.expectations).toMatchObject([{ passed: false, actual: 3 }])
      expect(told.code).toBe(1)
    },
  },
  {
    fault: 'A7',
    what: 'equal lines to a server that answers twice, the second of them lost',
    before: 'a copy is the reply to the next: all answered',
    right: 'the second is lost',
    shows: async () => {
      const told = await lines(
        'same\nsame\nsame\n',
        ['--upper', '--copies', '2', '--spread', '15', '--drop-every', '2'],
        ['--timeout', '400ms'],
      )
      expect(fates(told)).toEqual(['intact', 'lostUnknown', 'intact'])
      expect(told.run.ledger).toMatchObject({ duplicates: 2 })
      expect(portsOf(told.truth).size).toBe(3)
    },
  },
  {
    fault: 'A7',
    what: 'an answer that comes after the timeout, equal lines too',
    before: 'it is the reply to the next line',
    right: 'late, and the next has its own',
    shows: async () => {
      for (const text of ['one\ntwo\nthree\n', 'same\nsame\nsame\n', '\n\n\n']) {
        const told = await lines(text, ['--late-every', '2', '--late', '600'], ['--timeout', '400ms', '--linger', '1s'])
        expect(fates(told)).toEqual(['intact', 'late', 'intact'])
        expect(replies(told)).toEqual(text.split('\n').slice(0, 3))
        expect(told.run.messages?.[1]?.rttMs).toBeGreaterThan(400)
      }
    },
  },
  {
    fault: 'A7',
    what: 'a server that answers twice with a text that is no echo',
    before: 'its second answer is the reply to the next line',
    right: 'duplicates, each line from a port of its own',
    shows: async () => {
      const told = await lines('one\ntwo\nthree\n', ['--cut', '1', '--copies', '2', '--spread', '10'])
      expect(replies(told)).toEqual(['o', 't', 't'])
      expect(told.run.ledger).toMatchObject({ fates: { truncated: 3 }, duplicates: 3, unidentified: 0 })
      expect(portsOf(told.truth).size).toBe(3)
    },
  },
  {
    fault: 'A7',
    what: 'five bytes behind each right echo',
    before: 'they are the reply to the next line',
    right: 'echoes are the replies; the bytes are none',
    shows: async () => {
      const told = await lines('one\ntwo\nthree\nfour\n', ['--upper', '--junk', 'extra'])
      expect(replies(told)).toEqual(['ONE', 'TWO', 'THREE', 'FOUR'])
      const { replies: first, duplicates, unidentified, received } = told.run.ledger
      expect([first, duplicates + unidentified, received]).toEqual([4, 4, 8])
    },
  },
  {
    fault: 'A7',
    what: 'lines to a server that answers once',
    before: 'one port',
    right: 'one port',
    shows: async () => {
      const told = await lines('one\ntwo\nthree\n', ['--upper'])
      expect(replies(told)).toEqual(['ONE', 'TWO', 'THREE'])
      expect(portsOf(told.truth).size).toBe(1)
      expect(told.run.ledger).toMatchObject({ duplicates: 0, unidentified: 0, received: 3 })
    },
  },
  {
    fault: 'A7',
    what: 'a port that the user named, equal lines, each answered twice',
    before: 'a copy is the reply to the next',
    right: 'the next line waits',
    shows: async () => {
      const told = await lines(
        'same\nsame\n',
        ['--upper', '--copies', '2', '--spread', '30', '--drop-every', '2'],
        ['--timeout', '300ms', '--bind', '127.0.0.1:28573'],
      )
      expect(fates(told)).toEqual(['intact', 'lostUnknown'])
      expect([...portsOf(told.truth)]).toEqual([28573])
    },
  },
  {
    fault: 'A7',
    what: 'a port that the user named, and an answer that comes when its line is closed',
    before: 'TWO is the reply to three',
    right: 'each its own reply, the second late',
    shows: async () => {
      const told = await lines(
        'one\ntwo\nthree\n',
        ['--upper', '--delay', '500', '--late-every', '2', '--late', '1300'],
        ['--timeout', '800ms', '--linger', '200ms', '--bind', '127.0.0.1:28574'],
      )
      expect([...portsOf(told.truth)]).toEqual([28574])
      expect(replies(told)).toEqual(['ONE', 'TWO', 'THREE'])
      expect(fates(told)).toEqual(['intact', 'late', 'intact'])
    },
  },
  {
    fault: 'A7',
    what: 'the prompt with a server that answers twice',
    before: 'ONE, ONE',
    right: 'ONE, TWO',
    shows: async () => {
      await using peer = await startFaultyServer('--upper', '--copies', '2', '--spread', '5')
      const person = await runTerminal(['one', 'two'], ['send', '--to', peer.at])
      expect(person.transcript.match(/ONE|TWO/g)).toEqual(['ONE', 'TWO'])
      expect(person.transcript).toContain('2 of 2 messages')
    },
  },
  {
    fault: 'A7',
    what: 'a reply that is no text, with --json',
    before: 'EF BF BD in place of its bytes',
    right: 'its bytes in base64 beside the text',
    shows: async () => {
      await using echo = await startEcho('--mode', 'strupper')
      const run = (await runHosted(['send', '--base64', 'gP8=', '--to', echo.at, '--json'])).json()
      expect(run.messages).toMatchObject([{ encoding: 'base64', reply: 'woDFuA==' }])
      const told = await lines(Buffer.from([0x61, 0x80, 0xff, 0x0a]), [])
      expect(told.run.messages).toMatchObject([{ reply: 'a\ufffd\ufffd', replyBase64: 'YYD/', sentBase64: 'YYD/' }])
    },
  },
  {
    fault: 'D10',
    what: 'lines with invalid UTF-8, a lone CR, CR LF, and a character cut in two by the pipe',
    before: 'EF BF BD; a line end; a broken character',
    right: 'every byte is sent as it came',
    shows: async () => {
      const told = await lines(Buffer.from('\xff\xfe\na\rb\r\n\xc3\xbc\n', 'latin1'), [])
      expect(sent(told)).toEqual(['\xff\xfe', 'a\rb', '\xc3\xbc'])
      expect(fates(told)).toEqual(['intact', 'intact', 'intact'])
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
