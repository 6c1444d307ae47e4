import { createConnection } from 'node:net'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { commandsFile, runCommandClient, sha256, startTcpPeer, startTcpServe, tcpSummary } from '../helpers/tcp.ts'
import { residentBytes, temporaryFolder, untilGone } from '../helpers/tools.ts'
import { HOSTED, runHosted, startUdptool, udptool } from '../helpers/udptool.ts'

const LONG = `${'x'.repeat(4999)}\n`

const COMMANDS = {
  hello: ['printf', 'hello'],
  long: ['python3', '-c', "print('x' * 4999)"],
  both: ['sh', '-c', 'echo err >&2; echo out; exit 7'],
  bytes: ['python3', '-c', 'import sys; sys.stdout.buffer.write(bytes(range(256)) * 1000)'],
  // No shell expands these.
  literal: ['printf', '%s|', '$HOME', '`id`', '; touch evil', '*', 'a b'],
  killed: ['sh', '-c', 'kill -TERM $$'],
  nothing: ['true'],
  missing: ['/no/such/program'],
  forbidden: ['/etc/passwd'],
  'with space': ['echo', 'ok'],
  stdin: ['cat'],
}

describe('a listed command', () => {
  test('returns its complete output to the Python client, one after the other over one connection', async () => {
    await using server = await startTcpServe(['--commands', commandsFile(COMMANDS), '--json'], HOSTED)
    const names = ['long', 'hello', 'both', 'bytes', 'nothing', 'literal', 'killed', 'with space', 'stdin', 'long']
    const { answers, rest, ended } = await runCommandClient(server.at, ...names)
    const bytes = Buffer.concat(Array.from({ length: 1000 }, () => Uint8Array.from({ length: 256 }, (_, n) => n)))
    const expected: readonly (readonly [string | Uint8Array, number])[] = [
      [LONG, 0],
      ['hello', 0],
      ['out\nerr\n', 7],
      [bytes, 0],
      ['', 0],
      ['$HOME|`id`|; touch evil|*|a b|', 0],
      ['', 128 + 15],
      ['ok\n', 0],
      ['', 0],
      [LONG, 0],
    ]
    expect(answers.map(({ header, length, sha256: digest }) => ({ header, length, digest }))).toEqual(
      expected.map(([output, exitCode]) => ({
        header: { status: 'ok', exit_code: exitCode, data_size: output.length },
        length: output.length,
        digest: sha256(output),
      })),
    )
    expect([rest, ended]).toEqual([0, 'end'])
    expect(tcpSummary(await server.stop())).toMatchObject({ commands: 10, connections: 1, refused: {} })
  })

  test('is answered to a client that has already ended its side', async () => {
    await using server = await startTcpServe(['--commands', commandsFile(COMMANDS)], HOSTED)
    const { answers, ended } = await runCommandClient(server.at, '--half-close', 'hello', 'long')
    expect(answers.map(({ length }) => length)).toEqual([5, 5000])
    expect(ended).toBe('end')
  })

  test('must be on the list: others are refused and the connection is closed', async () => {
    await using server = await startTcpServe(['--commands', commandsFile(COMMANDS)], HOSTED)
    for (const name of ['evil', 'printf', 'ls; id', '', '__proto__', 'constructor', 'hello ', '../hello']) {
      const { answers, ended } = await runCommandClient(server.at, name)
      expect(answers[0]?.header, name).toMatchObject({ status: 'error', data_size: 0 })
      expect(answers[0]?.header).not.toHaveProperty('exit_code')
      expect(ended).toBe('end')
    }
  })

  test('that cannot be started is refused with the reason', async () => {
    await using server = await startTcpServe(['--commands', commandsFile(COMMANDS)], HOSTED)
    const missing = await runCommandClient(server.at, 'missing')
    expect(missing.answers[0]?.header).toMatchObject({
      status: 'error',
      reason: expect.stringContaining('no such program'),
    })
    const forbidden = await runCommandClient(server.at, 'forbidden')
    expect(forbidden.answers[0]?.header).toMatchObject({ reason: expect.stringContaining('may not be executed') })
  })

  test('runs in parallel with others: a slow one does not delay them', async () => {
    const gate = join(temporaryFolder(), 'gate')
    const commands = commandsFile({
      slow: ['sh', '-c', `until [ -e "$1" ]; do sleep 0.05; done; echo opened`, 'sh', gate],
      open: ['touch', gate],
    })
    await using server = await startTcpServe(['--commands', commands], HOSTED)
    const slow = Promise.all(Array.from({ length: 5 }, () => runCommandClient(server.at, 'slow')))
    expect((await runCommandClient(server.at, 'open')).answers[0]?.header).toMatchObject({ exit_code: 0 })
    for (const { answers } of await slow) expect(answers[0]?.text).toBe('opened\n')
  })
})

describe('limits', () => {
  test('of time: the command and its children are ended, and its output so far is sent', async () => {
    const pids = join(temporaryFolder(), 'pids')
    const script = `sleep 300 & echo $$ $! > "$1"; echo begun; wait`
    const commands = commandsFile({ slow: ['sh', '-c', script, 'sh', pids] })
    await using server = await startTcpServe(['--commands', commands, '--max-time', '500ms'], HOSTED)
    const { answers } = await runCommandClient(server.at, 'slow')
    expect(answers[0]).toMatchObject({
      header: { status: 'error', exit_code: 124, data_size: 6, reason: 'it exceeded the time limit of 500 ms' },
      text: 'begun\n',
    })
    for (const pid of readFileSync(pids, 'utf8').trim().split(' ')) await untilGone(Number(pid))
  })

  test('of output: the command is ended, and no more output is sent', async () => {
    await using server = await startTcpServe(
      ['--commands', commandsFile({ flood: ['yes'] }), '--max-output', '1MB'],
      HOSTED,
    )
    const { answers } = await runCommandClient(server.at, 'flood')
    expect(answers[0]).toMatchObject({
      header: { status: 'error', exit_code: 137, data_size: 1_000_000 },
      length: 1_000_000,
      sha256: sha256('y\n'.repeat(500_000)),
    })
  })

  test('of memory: two outputs of 60 MB whose clients do not read are not kept in memory', async () => {
    const commands = commandsFile({ large: ['head', '-c', '60000000', '/dev/zero'], nothing: ['true'] })
    await using server = await startTcpServe(['--commands', commands])
    await runCommandClient(server.at, 'nothing')
    const before = residentBytes(server.child.pid)
    const request = '{"cmd":"run","name":"large"}'
    const sockets = [0, 1].map(() => {
      const socket = createConnection(server.port, '127.0.0.1')
      socket.write(Uint8Array.of(request.length, 0, 0, 0))
      socket.write(request)
      return socket.pause()
    })
    await server.child.waitFor('stdout', /(?:ran "large" .* 60 MB of output[^]*){2}/)
    expect(residentBytes(server.child.pid) - before).toBeLessThan(80_000_000)
    const header = '{"status":"ok","exit_code":0,"data_size":60000000}'
    for (const socket of sockets) {
      let received = 0
      socket.on('data', piece => (received += piece.length))
      socket.resume()
      socket.end()
      await once(socket, 'close')
      expect(received).toBe(4 + header.length + 60_000_000)
    }
  })

  test('the command of a client that disconnects is ended', async () => {
    const pid = join(temporaryFolder(), 'pid')
    const commands = commandsFile({ slow: ['sh', '-c', `echo $$ > "$1"; exec sleep 300`, 'sh', pid] })
    await using server = await startTcpServe(['--commands', commands], HOSTED)
    const socket = createConnection(server.port, '127.0.0.1')
    const request = '{"cmd":"run","name":"slow"}'
    socket.write(Uint8Array.of(request.length, 0, 0, 0))
    socket.write(request)
    while (!existsSync(pid) || readFileSync(pid, 'utf8') === '') await sleep(20)
    socket.resetAndDestroy()
    await untilGone(Number(readFileSync(pid, 'utf8')))
  })

  test('the commands of a server that ends are ended', async () => {
    const pid = join(temporaryFolder(), 'pid')
    const commands = commandsFile({ slow: ['sh', '-c', `echo $$ > "$1"; exec sleep 300`, 'sh', pid] })
    await using server = await startTcpServe(['--commands', commands])
    const running = startUdptool(['tcp', 'run', 'slow', '--to', server.at])
    while (!existsSync(pid) || readFileSync(pid, 'utf8') === '') await sleep(20)
    expect((await server.stop()).code).toBe(0)
    await untilGone(Number(readFileSync(pid, 'utf8')))
    expect((await running.finished).code).toBe(3)
  })
})

describe('udptool tcp run', () => {
  test('prints the output unchanged and exits like the command', async () => {
    await using server = await startTcpServe(['--commands', commandsFile(COMMANDS)])
    const run = async (name: string, ...more: string[]) =>
      await udptool(['tcp', 'run', name, '--to', server.at, ...more])
    expect(await run('long')).toMatchObject({ code: 0, stdout: LONG, stderr: '' })
    expect(await run('both')).toMatchObject({ code: 7, stdout: 'out\nerr\n', stderr: '' })
    expect(await run('killed')).toMatchObject({ code: 143, stdout: '' })
    expect(JSON.parse((await run('both', '--json')).stdout)).toMatchObject({
      command: 'tcp run',
      name: 'both',
      exitCode: 7,
      size: 8,
      output: 'out\nerr\n',
    })
    const bytes = JSON.parse((await run('bytes', '--json')).stdout) as { output: string; encoding: string }
    expect([bytes.encoding, Buffer.from(bytes.output, 'base64').length]).toEqual(['base64', 256_000])
  })

  test('prints why the command was refused', async () => {
    await using server = await startTcpServe(['--commands', commandsFile(COMMANDS)], HOSTED)
    const { code, stdout, stderr } = await runHosted(['tcp', 'run', 'evil', '--to', server.at])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toBe(`udptool: ${server.at} refuses the command "evil": there is no command "evil" on the list\n`)
  })

  test('prints why a command was ended, and exits with 124', async () => {
    const commands = commandsFile({ slow: ['sh', '-c', 'echo begun; exec sleep 300'] })
    await using server = await startTcpServe(['--commands', commands, '--max-time', '300ms'], HOSTED)
    const { code, stdout, stderr } = await runHosted(['tcp', 'run', 'slow', '--to', server.at])
    expect([code, stdout]).toEqual([124, 'begun\n'])
    expect(stderr).toBe('udptool: the command was ended: it exceeded the time limit of 300 ms\n')
  })

  test('works with a Python server, and escapes control characters of its answers', async () => {
    await using server = await startTcpPeer('command')
    const run = async (name: string) => await udptool(['tcp', 'run', name, '--to', server.at])
    expect(await run('long')).toMatchObject({ code: 0, stdout: LONG })
    expect(await run('both')).toMatchObject({ code: 3, stdout: 'out\nerr\n' })
    expect(await run('nothing')).toMatchObject({ code: 0, stdout: '' })
    const unknown = await run('evil')
    expect(unknown.code).toBe(3)
    expect(unknown.stderr).toContain('unknown \\x1b[31mcommand')
    const requested = ['long', 'both', 'nothing', 'evil'].map(name => ({ cmd: 'run', name }))
    expect((await server.stop()).requests).toEqual(requested)
  })

  test('is aborted by Ctrl-C', async () => {
    const begun = join(temporaryFolder(), 'begun')
    const commands = commandsFile({ slow: ['sh', '-c', 'echo > "$1"; exec sleep 300', 'sh', begun] })
    await using server = await startTcpServe(['--commands', commands], HOSTED)
    const running = startUdptool(['tcp', 'run', 'slow', '--to', server.at])
    while (!existsSync(begun)) await sleep(20)
    running.signal('SIGINT')
    expect((await running.finished).code).toBe(130)
  })

  test('reports a server whose answer is not framed', async () => {
    await using server = await startTcpServe([], HOSTED)
    const { code, stderr } = await runHosted(['tcp', 'run', 'x', '--to', server.at])
    expect(code).toBe(3)
    expect(stderr).toMatch(/cannot read the answer of .* is it a server with --inbox or --commands\?/)
  })
})

describe('an invalid list of commands', () => {
  test.each([
    ['{"a":', /is not JSON/],
    ['[]', /must be an object that maps names/],
    ['{}', /has no command/],
    ['{"a":"ls -l"}', /"a" is a string, but no shell splits it — write \["ls","-l"\]/],
    ['{"a":[]}', /"a" names no program/],
    ['{"a":[""]}', /"a" names no program/],
    ['{"a":["ls",1]}', /"a": argument 1 is not a string/],
    ['{"a":{"b":["ls"]}}', /"a" is not a list of arguments/],
    ['{"":["ls"]}', /"" is not a valid command name/],
    ['{"a":["ls","\\u0000"]}', /NUL/],
  ])('%s is exit 2', async (text, reason) => {
    const { code, stdout, stderr } = await runHosted(['tcp', 'serve', '--port', '0', '--commands', commandsFile(text)])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(reason)
  })

  test('a list file that does not exist is exit 2', async () => {
    const { code, stderr } = await runHosted(['tcp', 'serve', '--port', '0', '--commands', '/no/such/file'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/cannot read \/no\/such\/file: no such file/)
  })
})
