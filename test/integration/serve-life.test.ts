import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, start } from '../helpers/child.ts'
import { runClient } from '../helpers/peers.ts'
import { requireIpv6, takenPort, temporaryFolder, untilGone } from '../helpers/tools.ts'
import { HOSTED, runHosted, startServe, summaryOf, udptool } from '../helpers/udptool.ts'

describe('a server starts', () => {
  test('and prints one ready line when it can answer', async () => {
    await using server = await startServe()
    expect(server.ready).toMatch(/^listening udp4 127\.0\.0\.1:[1-9]\d* mode=upper engine=(dgram|kernel)$/)
    expect(server.child.stdout).toBe(`${server.ready}\n`)
  })

  test('and names the requested engine', async () => {
    await using server = await startServe(['--engine', 'dgram', '--mode', 'echo'], HOSTED)
    expect(server.ready).toBe(`listening udp4 127.0.0.1:${server.port} mode=echo engine=dgram`)
  })

  test('and writes its port to --port-file', async () => {
    const file = join(temporaryFolder(), 'port')
    await using server = await startServe(['--port-file', file])
    expect(Number(readFileSync(file, 'utf8'))).toBe(server.port)
  })

  test.skipIf(!requireIpv6())('and serves both families with --host ::', async () => {
    await using server = await startServe(['--host', '::', '--public'], HOSTED)
    for (const host of ['127.0.0.1', '[::1]']) {
      const client = await runClient(`${host}:${server.port}`, '--sizes', '0,1,1000')
      expect(client, host).toMatchObject({ right: 3, wrong: [] })
    }
  })
})

describe('a server that cannot start prints the reason in one line', () => {
  const oneLine = (text: string): string[] => text.trimEnd().split('\n')

  test('exit 3: the port is taken', async () => {
    const port = await takenPort()
    const { code, stdout, stderr } = await udptool(['serve', '--port', `${port}`])
    expect(code).toBe(3)
    expect(stdout).toBe('')
    expect(oneLine(stderr)).toEqual([expect.stringContaining(`127.0.0.1:${port}`)])
  })

  test('exit 3: the address is not of this machine', async () => {
    const { code, stderr } = await runHosted(['serve', '--host', '192.0.2.1', '--public', '--port', '0'])
    expect(code).toBe(3)
    expect(oneLine(stderr)).toEqual([expect.stringContaining('192.0.2.1')])
  })

  test('exit 3: the name cannot be resolved', async () => {
    const { code, stderr } = await runHosted(['serve', '--host', 'no-such-host.invalid', '--public', '--port', '0'])
    expect(code).toBe(3)
    expect(oneLine(stderr)).toEqual([expect.stringContaining('no-such-host.invalid')])
  })

  test.each(['0.0.0.0', '::', '192.0.2.1'])('exit 2: %s is not loopback and needs --public', async host => {
    const { code, stdout, stderr } = await udptool(['serve', '--host', host, '--port', '0'])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(oneLine(stderr)).toEqual([expect.stringContaining('--public')])
  })

  test.each([
    [['--mode', 'uper'], 'upper'],
    [['--port', '65536'], '65535'],
    [['--delay', '20'], 'ms'],
    [['--recv-sise', '1024'], '--recv-size'],
    [['--engine', 'turbo'], 'dgram'],
  ])('exit 2: %j, with the suggestion %s', async (args, meant) => {
    const { code, stderr } = await runHosted(['serve', ...args])
    expect(code).toBe(2)
    expect(stderr).toContain(meant)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

describe('a server ends', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('with exit 0 and its summary on %s', async signal => {
    await using server = await startServe(['--json'])
    const client = await runClient(server.at, '--sizes', '5,50')
    const finished = await server.stop(signal)
    expect(finished).toMatchObject({ code: 0, signal: null })
    expect(summaryOf(finished)).toMatchObject({ received: client.sent, replied: client.replies })
  })

  test('with a summary as text', async () => {
    await using server = await startServe([], HOSTED)
    await runClient(server.at, '--sizes', '5,50,500,1,2,3,4')
    const { code, stdout, stderr } = await server.stop()
    expect(code).toBe(0)
    expect(stdout.slice(server.ready.length) + stderr).toMatch(/\b7\b/)
  })

  test('after --max-datagrams, with an answer to the last of them', async () => {
    await using server = await startServe(['--max-datagrams', '3', '--json'])
    const client = await runClient(server.at, '--sizes', '1,2,3')
    expect(client).toMatchObject({ right: 3, missing: 0 })
    const finished = await server.child.finished
    expect(finished.code).toBe(0)
    expect(summaryOf(finished)).toMatchObject({ received: 3, replied: 3 })
  })

  test('after --duration', async () => {
    await using server = await startServe(['--duration', '300ms', '--json'])
    const finished = await server.child.finished
    expect(finished.code).toBe(0)
    expect(summaryOf(finished).received).toBe(0)
  })

  test('after --max-idle', async () => {
    await using server = await startServe(['--max-idle', '500ms', '--json'])
    const finished = await server.child.finished
    expect(finished.code).toBe(0)
    expect(summaryOf(finished).received).toBe(0)
  })

  test('with its parent, with --exit-with-parent', async () => {
    const script = '"$@" & echo "pid $!" >&2; wait'
    const server = [process.execPath, `${ROOT}bin/udptool.js`, 'serve', '--port', '0', '--exit-with-parent']
    const parent = start('sh', ['-c', script, 'sh', ...server])
    const [, pid = ''] = await parent.waitFor('stderr', /pid (\d+)\n/)
    await parent.waitFor('stdout', /^listening .*\n/)
    parent.signal('SIGKILL')
    await untilGone(Number(pid))
    expect(Number(pid)).toBeGreaterThan(1)
  })
})
