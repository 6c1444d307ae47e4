import { openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startEcho, runTerminal } from '../helpers/peers.ts'
import type { EchoTruth } from '../helpers/peers.ts'
import { closedPort, temporaryFolder } from '../helpers/tools.ts'
import { runHosted, startUdptool, udptool } from '../helpers/udptool.ts'

/** With a timeout that no reply misses, however busy the machine is. */
const LONG_TIMEOUT = ['--timeout', '20s'] as const

function texts(truth: EchoTruth): string[] {
  return truth.kept.map(hex => Buffer.from(hex, 'hex').toString())
}

describe('words on the command line', () => {
  test('are one message, and the reply is printed with its source address', async () => {
    await using echo = await startEcho('--keep', '5')
    const { code, stdout } = await udptool(['send', 'hello', 'world', ...LONG_TIMEOUT, '--to', echo.at])
    expect(code).toBe(0)
    expect(stdout).toContain('HELLO WORLD')
    expect(stdout).toContain(`127.0.0.1:${echo.port}`)
    expect(texts(await echo.stop())).toEqual(['hello world'])
  })

  test('give one document with --json', async () => {
    await using echo = await startEcho()
    const { code, json } = await runHosted(['send', 'hello', ...LONG_TIMEOUT, '--to', echo.at, '--json'])
    const { messages } = json()
    expect(code).toBe(0)
    expect(messages).toEqual([
      { seq: 0, sent: 'hello', reply: 'HELLO', from: expect.anything(), rttMs: expect.any(Number), fate: 'intact' },
    ])
    expect(JSON.stringify(messages?.[0]?.from)).toMatch(new RegExp(`127\\.0\\.0\\.1.*${echo.port}`))
  })

  test('are sent as UTF-8', async () => {
    await using echo = await startEcho('--keep', '1', '--mode', 'echo')
    const { code, stdout } = await runHosted(['send', 'grüße, 世界', ...LONG_TIMEOUT, '--to', echo.at])
    expect(code).toBe(0)
    expect(stdout).toContain('grüße, 世界')
    expect(texts(await echo.stop())).toEqual(['grüße, 世界'])
  })

  test('can be bytes: --hex and --base64', async () => {
    await using echo = await startEcho('--keep', '2')
    expect((await runHosted(['send', '--hex', '00ff61', ...LONG_TIMEOUT, '--to', echo.at])).code).toBe(0)
    expect((await runHosted(['send', '--base64', 'AP9h', ...LONG_TIMEOUT, '--to', echo.at])).code).toBe(0)
    expect((await echo.stop()).kept).toEqual(['00ff61', '00ff61'])
  })

  test('are reported as truncated if the server reads less', async () => {
    await using echo = await startEcho('--read', '3')
    const { json } = await runHosted(['send', 'hello', ...LONG_TIMEOUT, '--to', echo.at, '--json'])
    expect(json().messages).toMatchObject([{ sent: 'hello', reply: 'HEL', fate: 'truncated' }])
  })

  test('can have a reply with another text', async () => {
    await using echo = await startEcho('--reply', 'at your service')
    const { code, json } = await runHosted(['send', 'hello', ...LONG_TIMEOUT, '--to', echo.at, '--json'])
    expect(code).toBe(0)
    expect(json().messages).toMatchObject([{ reply: 'at your service', fate: 'answered' }])
  })

  test('without a reply: exit 1', async () => {
    await using echo = await startEcho('--silent')
    const { code, json } = await udptool(['send', 'hello', '--to', echo.at, '--timeout', '300ms', '--json'])
    expect(code).toBe(1)
    expect(json().messages).toMatchObject([{ sent: 'hello', fate: 'lostUnknown' }])
  })

  test('to a closed port: exit 1, unreachable', async () => {
    const port = await closedPort()
    const { code, json } = await runHosted(['send', 'hello', ...LONG_TIMEOUT, '--to', `127.0.0.1:${port}`, '--json'])
    expect(code).toBe(1)
    expect(json().messages).toMatchObject([{ sent: 'hello', fate: 'unreachable' }])
  })
})

describe('lines on stdin', () => {
  test('from a pipe: each line is a datagram, an empty line an empty datagram', async () => {
    await using echo = await startEcho('--keep', '9')
    const child = startUdptool(['send', ...LONG_TIMEOUT, '--to', echo.at], { stdin: 'fifo' })
    child.write('alpha\n\nomega\nno newline at the end')
    child.end()
    const { code, stdout } = await child.finished
    expect(code).toBe(0)
    expect(stdout).toMatch(/ALPHA[^]*OMEGA[^]*NO NEWLINE AT THE END/)
    expect(texts(await echo.stop())).toEqual(['alpha', '', 'omega', 'no newline at the end'])
  })

  test.each([[[]], [['--stdin']], [['-']]])('from a file, with %j', async args => {
    await using echo = await startEcho('--keep', '9')
    const file = join(temporaryFolder(), 'lines')
    writeFileSync(file, 'one\n\nthree\n')
    const { code, json } = await udptool(['send', ...args, ...LONG_TIMEOUT, '--to', echo.at, '--json'], {
      stdin: openSync(file, 'r'),
    })
    expect(code).toBe(0)
    expect(json().messages).toMatchObject([
      { seq: 0, sent: 'one', reply: 'ONE', fate: 'intact' },
      { seq: 1, sent: '', reply: '', fate: 'intact' },
      { seq: 2, sent: 'three', reply: 'THREE', fate: 'intact' },
    ])
    expect(texts(await echo.stop())).toEqual(['one', '', 'three'])
  })

  test('the next line is sent after the reply to the line before', async () => {
    await using echo = await startEcho('--keep', '400')
    const lines = Array.from({ length: 300 }, (_, index) => `line ${index}`)
    const child = startUdptool(['send', ...LONG_TIMEOUT, '--to', echo.at, '--json'], { stdin: 'fifo' })
    child.write(lines.join('\n'))
    child.end()
    const { code } = await child.finished
    expect(code).toBe(0)
    expect(texts(await echo.stop())).toEqual(lines)
  })
})

describe('a bare `udptool send`', () => {
  test('with an open pipe as stdin prints on stderr that it waits for lines, and sends them when they come', async () => {
    await using echo = await startEcho('--keep', '9')
    const child = startUdptool(['send', ...LONG_TIMEOUT, '--to', echo.at], { stdin: 'fifo' })
    await child.waitFor('stderr', /stdin[^]*lines|lines[^]*stdin/i)
    child.write('at last\n')
    await child.waitFor('stdout', /AT LAST/)
    child.end()
    const { code } = await child.finished
    expect(code).toBe(0)
    expect(texts(await echo.stop())).toEqual(['at last'])
  })

  test.each(['null', 'closed', 'socket'] as const)('with stdin %s sends ten probes and ends', async stdin => {
    await using echo = await startEcho('--verify-probes')
    const { code, stdout } = await udptool(['send', ...LONG_TIMEOUT, '--to', echo.at], { stdin })
    expect(code).toBe(0)
    expect(stdout).toMatch(/intact\D+10\b/)
    expect((await echo.stop()).probes).toMatchObject({ whole: 10, bad: [] })
  })

  test('with a probe flag does not read stdin', async () => {
    await using echo = await startEcho()
    const child = startUdptool(['send', '--count', '3', ...LONG_TIMEOUT, '--to', echo.at, '--json'], { stdin: 'fifo' })
    await child.waitFor('stdout', /"verdict"/)
    child.end()
    const { code } = await child.finished
    expect(code).toBe(0)
    expect((await echo.stop()).received).toBe(3)
  })
})

describe('at a terminal', () => {
  test.each([[[]], [['-i']]])(
    'prompts with >>: and prints each reply with its address, until Ctrl-D (%j)',
    async args => {
      await using echo = await startEcho('--keep', '9')
      const terminal = await runTerminal(['hello', 'again'], ['send', ...args, ...LONG_TIMEOUT, '--to', echo.at])
      expect(terminal).toMatchObject({ ended: true, code: 0, untyped: 0 })
      expect(terminal.transcript).toMatch(/>>: [^]*HELLO[^]*>>: [^]*AGAIN[^]*>>: /)
      expect(terminal.transcript).toContain(`127.0.0.1:${echo.port}`)
      expect(texts(await echo.stop())).toEqual(['hello', 'again'])
    },
  )
})
