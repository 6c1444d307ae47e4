import { existsSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ROOT, start } from '../helpers/child.ts'
import { runPeer, startPython } from '../helpers/peers.ts'
import { commandsFile, runCommandClient, startTcpServe, tcpSummary } from '../helpers/tcp.ts'
import { requireIpv6, residentBytes, temporaryFolder, untilGone } from '../helpers/tools.ts'
import { HOSTED, runHosted, udptool } from '../helpers/udptool.ts'
import { AT } from '../helpers/local-time.ts'

interface ClientCounts {
  readonly right: number
  readonly wrong: number
  readonly closed: number
  readonly unreadSent?: number
  readonly returned?: number
}

async function runTcpClients(to: string, ...args: readonly string[]): Promise<ClientCounts> {
  return await runPeer('tcp_clients', ['--to', to, ...args])
}

describe('a stream server starts', () => {
  test('and prints one ready line when it accepts connections', async () => {
    await using server = await startTcpServe()
    expect(server.ready).toBe(`listening tcp4 127.0.0.1:${server.port} mode=upper`)
    expect(await runTcpClients(server.at)).toMatchObject({ right: 10, wrong: 0 })
  })

  test('and prints an event with its inbox and commands', async () => {
    const inbox = temporaryFolder()
    await using server = await startTcpServe(
      ['--json', '--inbox', inbox, '--commands', commandsFile({ a: ['true'] })],
      HOSTED,
    )
    expect(JSON.parse(server.ready)).toEqual({
      event: 'listening',
      at: AT,
      family: 'tcp4',
      host: '127.0.0.1',
      port: server.port,
      commands: ['a'],
      inbox,
    })
  })

  test('and writes its port to --port-file', async () => {
    const file = join(temporaryFolder(), 'port')
    await using server = await startTcpServe(['--port-file', file], HOSTED)
    expect(Number(readFileSync(file, 'utf8'))).toBe(server.port)
  })

  test.skipIf(!requireIpv6())('and serves ::1, and both families with --host ::', async () => {
    await using six = await startTcpServe(['--host', '::1'], HOSTED)
    expect(six.ready).toBe(`listening tcp6 [::1]:${six.port} mode=upper`)
    expect(await runTcpClients(six.at)).toMatchObject({ right: 10 })
    await using both = await startTcpServe(['--host', '::', '--public'], HOSTED)
    for (const host of ['127.0.0.1', '[::1]'])
      expect(await runTcpClients(`${host}:${both.port}`)).toMatchObject({ right: 10 })
  })
})

describe('a stream server that cannot start prints the reason in one line', () => {
  test('exit 3: the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const { code, stdout, stderr } = await udptool(['tcp', 'serve', '--port', `${port}`])
    server.close()
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toMatch(
      new RegExp(`^udptool: cannot bind 127\\.0\\.0\\.1:${port}: another socket has this port.*\\n$`),
    )
  })

  test.each([
    [['--host', '0.0.0.0'], '--public'],
    [['--host', '::', '--commands', '/dev/null'], '--public'],
    [['--mode', 'uper'], 'did you mean upper?'],
    [['--mode', 'echo', '--inbox', '.'], 'leave --mode out'],
    [['--inbox', '/no/such/folder'], 'no such file'],
    [['--inbox', 'package.json'], 'it is not a folder'],
    [['--max-size', '1Q'], 'needs --inbox'],
    [['--inbox', '.', '--max-size', '1Q'], 'unit of size'],
    [['--no-replace'], 'needs --inbox'],
    [['--max-time', '3s'], 'needs --commands'],
    [['--inbox', '.', '--max-output', '1k'], 'needs --commands'],
    [['--idle', '5'], '5ms or 5s'],
    [['--max-connections', '0'], 'the least is 1'],
    [['--allow', 'here'], 'block of addresses'],
    [['--inboks', '.'], '--inbox'],
  ])('exit 2: %j', async (args, expected) => {
    const { code, stdout, stderr } = await runHosted(['tcp', 'serve', '--port', '0', ...args])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(expected)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('a stream server', () => {
  test('answers a hundred Python clients at once with bytes.upper() of their text', async () => {
    await using server = await startTcpServe(['--json'], HOSTED)
    const counts = await runTcpClients(server.at, '--clients', '100', '--size', '3000', '--rounds', '5')
    expect(counts).toMatchObject({ right: 500, wrong: 0, closed: 0 })
    expect(tcpSummary(await server.stop())).toMatchObject({
      connections: 100,
      bytesReceived: 1_500_000,
      bytesSent: 1_500_000,
      refused: {},
    })
  })

  test('echoes with --mode echo, and does not answer with --mode discard', async () => {
    await using echo = await startTcpServe(['--mode', 'echo'], HOSTED)
    expect((await runHosted(['tcp', 'send', 'Hello', '--to', echo.at, '--json'])).stdout).toContain('"reply": "Hello"')
    await using discard = await startTcpServe(['--mode', 'discard', '--json'], HOSTED)
    const { code } = await runHosted(['tcp', 'send', 'Hello', '--to', discard.at, '--timeout', '1s'])
    expect(code).toBe(1)
    expect(tcpSummary(await discard.stop())).toMatchObject({ bytesReceived: 5, bytesSent: 0 })
  })

  test('stops reading from a client that does not read: memory is bounded, others are served, no byte is lost', async () => {
    await using server = await startTcpServe()
    await runTcpClients(server.at, '--clients', '10')
    const before = residentBytes(server.child.pid)
    const clients = startPython('tcp_clients', ['--to', server.at, '--clients', '5', '--unread', '500000000'], 120)
    const [, sent = ''] = await clients.waitFor('stdout', /"stuck", "sent": (\d+)/)
    // The buffers of the kernel on loopback have tens of MB at most, far less than the client offers.
    expect(Number(sent)).toBeLessThan(400_000_000)
    expect(residentBytes(server.child.pid) - before).toBeLessThan(40_000_000)
    clients.write('\n')
    const { stdout } = await clients.finished
    const counts = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as ClientCounts
    expect(counts).toMatchObject({ right: 50, wrong: 0, returned: counts.unreadSent })
  })

  test('serves --max-connections at once, and closes and counts the others', async () => {
    await using server = await startTcpServe(['--max-connections', '2', '--json'], HOSTED)
    const held = [connect(server.port, '127.0.0.1'), connect(server.port, '127.0.0.1')]
    for (const socket of held) {
      socket.write('a')
      expect(String((await once(socket, 'data'))[0])).toBe('A')
    }
    const third = connect(server.port, '127.0.0.1')
    third.on('error', () => undefined)
    await new Promise<void>(resolve => {
      third.once('close', () => resolve())
    })
    held[0]?.end()
    await once(held[0] ?? third, 'close')
    expect(await runTcpClients(server.at)).toMatchObject({ right: 10 })
    held[1]?.destroy()
    expect(tcpSummary(await server.stop())).toMatchObject({ connections: 3, refused: { crowded: 1 } })
  })

  test('closes a connection that is idle for --idle', async () => {
    await using server = await startTcpServe(['--idle', '300ms', '--json'], HOSTED)
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined).resume()
    await once(socket, 'close')
    expect(tcpSummary(await server.stop())).toMatchObject({ connections: 1, broken: 1 })
  })

  test('serves allowed addresses only', async () => {
    await using server = await startTcpServe(['--deny', '127.0.0.0/8', '--json'], HOSTED)
    expect((await runHosted(['tcp', 'send', 'x', '--to', server.at])).code).not.toBe(0)
    expect(tcpSummary(await server.stop())).toMatchObject({ connections: 0, refused: { denied: 1 } })
    await using other = await startTcpServe(['--allow', '10.0.0.0/8', '--allow', '127.0.0.1'], HOSTED)
    expect((await runHosted(['tcp', 'send', 'x', '--to', other.at])).code).toBe(0)
  })
})

describe('a stream server ends', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'with exit 0 and its summary on %s, idle connections closed',
    async signal => {
      await using server = await startTcpServe()
      const idle = connect(server.port, '127.0.0.1')
      idle.resume()
      await once(idle, 'connect')
      await runTcpClients(server.at)
      const finished = await server.stop(signal)
      expect(finished).toMatchObject({ code: 0, stderr: '' })
      expect(finished.stdout).toMatch(/^connections 2\nreceived {4}10000 B\nsent {8}10000 B\n$/m)
    },
  )

  test('after --duration', async () => {
    await using server = await startTcpServe(['--duration', '200ms', '--json'])
    const finished = await server.child.finished
    expect(finished.code).toBe(0)
    expect(tcpSummary(finished)).toMatchObject({ connections: 0 })
  })

  test('after it has answered the request in progress', async () => {
    const begun = join(temporaryFolder(), 'begun')
    const commands = commandsFile({ short: ['sh', '-c', 'echo > "$1"; sleep 0.3; echo done', 'sh', begun] })
    await using server = await startTcpServe(['--commands', commands], HOSTED)
    const running = runCommandClient(server.at, 'short')
    while (!existsSync(begun)) await sleep(10)
    expect((await server.stop()).code).toBe(0)
    expect((await running).answers[0]).toMatchObject({ header: { exit_code: 0 }, text: 'done\n' })
  })

  test('with its parent, with --exit-with-parent', async () => {
    const script = '"$@" & echo "pid $!" >&2; wait'
    const server = [process.execPath, `${ROOT}bin/udptool.js`, 'tcp', 'serve', '--port', '0', '--exit-with-parent']
    const parent = start('sh', ['-c', script, 'sh', ...server])
    const [, pid = ''] = await parent.waitFor('stderr', /pid (\d+)\n/)
    await parent.waitFor('stdout', /^listening .*\n/)
    parent.signal('SIGKILL')
    await untilGone(Number(pid))
  })

  test('and prints its counts meanwhile, with --stats-interval', async () => {
    await using server = await startTcpServe(['--stats-interval', '100ms'], HOSTED)
    await server.child.waitFor('stdout', /connections 0, open 0, uploads 0, commands 0, refused 0\n/)
  })
})
