import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type * as Source from '../../src/index.ts'
import { ROOT, start } from '../helpers/child.ts'
import { startEcho } from '../helpers/peers.ts'
import { sha256 } from '../helpers/tcp.ts'
import { temporaryFolder } from '../helpers/tools.ts'

/** The compiled package, which dependent programs import, not the sources. */
const { analyze, put, runCommand, send, startEchoServer, startTcpServer } = (await import(
  `${ROOT}dist/index.js`
)) as typeof Source

test('a server and a sender in a few lines, closed by `await using`', async () => {
  let port = 0
  {
    await using server = await startEchoServer({ port: 0 })
    port = server.port
    const result = await send({ to: `127.0.0.1:${port}`, count: 5, interval: '5ms', size: 200, timeout: '20s' })
    expect(result.ledger.fates.intact).toBe(5)
    expect(result.ledger.scheduled).toBe(5)
    expect(result.verdict).toBe('pass')
  }
  const after = await send({ to: `127.0.0.1:${port}`, count: 2, interval: '5ms', timeout: '20s' })
  expect(after.ledger.fates, 'the port is closed again').toEqual({ intact: 0, unreachable: 2 })
})

test('an AbortSignal ends a run early, and its Result is interrupted', async () => {
  await using echo = await startEcho('--announce', '3')
  const stop = new AbortController()
  const running = send({ to: echo.at, count: 5000, interval: '20ms', timeout: '20s', signal: stop.signal })
  await echo.child.waitFor('stdout', /"event": "received"/)
  stop.abort()
  const result = await running
  expect(result.interrupted).toBe(true)
  expect(result.ledger.scheduled).toBeLessThan(5000)
  expect((await echo.stop()).received).toBe(result.ledger.sent)
})

test('AbortSignal.timeout ends a run, also if the garbage collector runs meanwhile', async () => {
  const program = `import { send } from '${ROOT}dist/index.js'
const collecting = setInterval(gc, 20)
const result = await send({ self: true, count: 600, interval: '50ms', signal: AbortSignal.timeout(300) })
clearInterval(collecting)
console.log(result.interrupted, result.ledger.scheduled < 600)`
  const flags = ['--expose-gc', '--input-type=module', '--eval', program]
  expect(await start(process.execPath, flags).finished).toMatchObject({ code: 0, stdout: 'true true\n', stderr: '' })
})

test('analyze is exported, for saved runs', () => {
  expect(analyze).toBeTypeOf('function')
})

describe('a TCP server', () => {
  test('stores a file, runs a command, and reports its events', async () => {
    const inbox = temporaryFolder()
    const events: string[] = []
    const commands = { fail: ['sh', '-c', 'echo out; echo err >&2; exit 7'] }
    await using server = await startTcpServer({ port: 0, inbox, commands, onEvent: ({ event }) => events.push(event) })
    const file = `${ROOT}package.json`
    const stored = await put({ to: server.target, file, name: '../p.json' })
    expect(stored).toMatchObject({ fileName: 'p.json', confirmed: true, sha256: sha256(readFileSync(file)) })
    expect(readFileSync(`${inbox}/p.json`)).toEqual(readFileSync(file))
    const { exitCode, output } = await runCommand({ to: server.target, name: 'fail' })
    expect([exitCode, Buffer.from(output).toString()]).toEqual([7, 'out\nerr\n'])
    await expect(runCommand({ to: server.target, name: 'rm' })).rejects.toMatchObject({ code: 'refused' })
    await expect(put({ to: server.target, file, name: '..' })).rejects.toMatchObject({ code: 'refused' })
    const moves = ['opened', 'closed']
    expect(events.filter(event => !moves.includes(event))).toEqual(['stored', 'ran', 'refused', 'refused'])
    expect(events.filter(event => event === 'opened')).toHaveLength(4)
    expect(server.facts).toMatchObject({ uploads: 1, commands: 1 })
  })

  test('is closed by `await using`, and later requests are errors', async () => {
    let target = ''
    {
      await using server = await startTcpServer({ port: 0, commands: { a: ['true'] } })
      expect(server).toMatchObject({ family: 'tcp4', address: '127.0.0.1', port: expect.any(Number) as number })
      target = server.target
    }
    await expect(runCommand({ to: target, name: 'a' })).rejects.toMatchObject({ code: 'socket' })
  })

  test('a run and an upload are aborted by their AbortSignal', async () => {
    await using server = await startTcpServer({ port: 0, commands: { slow: ['sleep', '60'] } })
    const running = runCommand({ to: server.target, name: 'slow', signal: AbortSignal.timeout(300) })
    await expect(running).rejects.toMatchObject({ code: 'socket' })
    const putting = put({ to: server.target, file: process.execPath, signal: AbortSignal.abort(new Error('no')) })
    await expect(putting).rejects.toThrow('no')
  })

  test('more output than maxOutput is an error', async () => {
    await using server = await startTcpServer({ port: 0, commands: { long: ['seq', '1', '1000'] } })
    const running = runCommand({ to: server.target, name: 'long', maxOutput: 100 })
    await expect(running).rejects.toMatchObject({ code: 'protocol' })
  })
})
