import { describe, expect, test } from 'vitest'
import { runTerminal } from '../helpers/peers.ts'
import { startTcpPeer, startTcpServe } from '../helpers/tcp.ts'
import { HOSTED, runHosted, startUdptool, udptool } from '../helpers/udptool.ts'

interface Report {
  readonly messages: readonly { readonly sent: string; readonly reply?: string; readonly fate: string }[]
  readonly rest?: string
  readonly verdict: string
}

function report(stdout: string): Report {
  return JSON.parse(stdout) as Report
}

describe('words', () => {
  test('are one message to a Python server, and the reply is printed with its address', async () => {
    await using server = await startTcpPeer('upper')
    const { code, stdout, stderr } = await udptool(['tcp', 'send', 'hello', 'wörld', '--to', server.at])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(new RegExp(`^HELLO WöRLD {2}${server.at} {2}[\\d.]+ .?s\\n$`))
    expect(await server.stop()).toMatchObject({ connections: 1, bytesReceived: 12 })
  })

  test('can go to a server that answers once and ends the connection', async () => {
    await using server = await startTcpPeer('upper-once')
    const { code, stdout } = await runHosted(['tcp', 'send', 'hello', '--to', server.at])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^HELLO /)
  })

  test('with a longer answer: all of it is printed', async () => {
    await using server = await startTcpPeer('fixed')
    const { code, stdout } = await runHosted(['tcp', 'send', 'hi', '--to', server.at, '--json'])
    const { messages, rest = '' } = report(stdout)
    expect(code).toBe(0)
    expect(`${messages[0]?.reply ?? ''}${rest}`).toBe('at your service, 世界')
    expect(messages[0]?.fate).toBe('answered')
  })

  test('with a shorter answer: it is accepted after the timeout', async () => {
    await using server = await startTcpPeer('fixed')
    const text = 'a question that is longer than the answer'
    const { stdout } = await runHosted(['tcp', 'send', text, '--to', server.at, '--json', '--timeout', '3s'])
    expect(report(stdout).messages).toMatchObject([{ reply: 'at your service, 世界', fate: 'answered' }])
  })

  test('without an answer are exit 1', async () => {
    await using server = await startTcpServe(['--mode', 'discard'])
    const { code, stdout } = await udptool(['tcp', 'send', 'hello', '--to', server.at, '--timeout', '1s'])
    expect(code).toBe(1)
    expect(stdout).toBe(`no reply to hello  lostUnknown\n✗ fail · 0 of 1 message to ${server.at} answered\n`)
  })
})

describe('lines', () => {
  test('are sent over one connection, each with its reply; an empty one sends nothing', async () => {
    await using server = await startTcpPeer('upper')
    const child = startUdptool(['tcp', 'send', '-', '--to', server.at], { stdin: 'fifo' })
    child.write('one\n\ntwo\r\nthree')
    child.end()
    const { code, stdout } = await child.finished
    expect(code).toBe(0)
    expect(stdout.split('\n').map(line => line.split(' ')[0])).toEqual(['ONE', 'TWO', 'THREE', ''])
    expect(await server.stop()).toMatchObject({ connections: 1, bytesReceived: 11 })
  })

  test('of 10 MB come back whole: the client sends and reads at the same time', async () => {
    await using server = await startTcpServe([], HOSTED)
    const child = startUdptool(['tcp', 'send', '--stdin', '--to', server.at, '--json'], { stdin: 'fifo' })
    const line = 'abcdefghij'.repeat(1_000_000)
    child.write(`${line}\n`)
    child.end()
    const { code, stdout } = await child.finished
    expect(code).toBe(0)
    expect(report(stdout).messages[0]).toMatchObject({ fate: 'intact' })
    expect(report(stdout).messages[0]?.reply === line.toUpperCase()).toBe(true)
  })

  test('end when the server ends the connection', async () => {
    await using server = await startTcpPeer('upper-once')
    const child = startUdptool(['tcp', 'send', '-', '--to', server.at, '--json'], { stdin: 'fifo' })
    child.write('one\ntwo\nthree\n')
    child.end()
    const { messages } = report((await child.finished).stdout)
    expect(messages[0]).toMatchObject({ sent: 'one', reply: 'ONE', fate: 'intact' })
    expect(messages.length).toBeLessThanOrEqual(2)
    expect(messages[1]?.reply).toBeUndefined()
  })
})

test('prompts with >>: at a terminal, until Ctrl-D', async () => {
  await using server = await startTcpPeer('upper')
  const { transcript, code, untyped } = await runTerminal(['hello', 'again'], ['tcp', 'send', '--to', server.at])
  expect([code, untyped]).toEqual([0, 0])
  expect(transcript).toContain('>>: ')
  for (const reply of ['HELLO', 'AGAIN']) expect(transcript).toContain(reply)
  expect(await server.stop()).toMatchObject({ connections: 1, bytesReceived: 10 })
})

test('control characters of a reply are escaped', async () => {
  await using server = await startTcpServe(['--mode', 'echo'], HOSTED)
  const { stdout } = await runHosted(['tcp', 'send', '\u001b[31mred', '--to', server.at])
  expect(stdout).toMatch(/^\\x1b\[31mred /)
})

test.each([
  [[], 2, /nothing to send/],
  [['x', '--to', 'a:b'], 2, /port/],
  [['x', '--timeout', '1'], 2, /1ms or 1s/],
  [['x', '--to', '127.0.0.1:1'], 3, /nothing listens there \(ECONNREFUSED\)/],
  [['x', '--to', 'no-such-host.invalid'], 3, /no-such-host/],
])('%j ends with %i and prints the reason', async (args, status, reason) => {
  const { code, stdout, stderr } = await runHosted(['tcp', 'send', ...args])
  expect([code, stdout]).toEqual([status, ''])
  expect(stderr).toMatch(reason)
})

test('a broken connection is reported in one line', async () => {
  await using server = await startTcpServe()
  const child = startUdptool(['tcp', 'send', '-', '--to', server.at], { stdin: 'fifo' })
  child.write('one\n')
  await child.waitFor('stdout', /ONE/)
  server.child.signal('SIGKILL')
  await server.child.finished
  child.write('two\n')
  child.end()
  const { code, stderr, stdout } = await child.finished
  expect([0, 3]).toContain(code)
  expect(`${stderr}${stdout}`).toMatch(/no reply to two|broke the connection off|connection is closed/)
})
