import { expect, test } from 'vitest'
import type * as Source from '../../src/index.ts'
import { ROOT } from '../helpers/child.ts'
import { startEcho } from '../helpers/peers.ts'

/** What a program that depends on udptool gets: the compiled package, not the sources. */
const { analyze, send, startEchoServer } = (await import(`${ROOT}dist/index.js`)) as typeof Source

test('a server and a sender in a few lines, closed by `await using`', async () => {
  let port = 0
  {
    await using server = await startEchoServer({ port: 0 })
    port = server.port
    const result = await send({ to: `127.0.0.1:${port}`, count: 5, interval: '5ms', size: 200 })
    expect(result.ledger.fates.intact).toBe(5)
    expect(result.ledger.scheduled).toBe(5)
    expect(result.verdict).toBe('pass')
  }
  const after = await send({ to: `127.0.0.1:${port}`, count: 2, interval: '5ms', timeout: '300ms' })
  expect(after.ledger.fates, 'the port is closed again').toEqual({ intact: 0, unreachable: 2 })
})

test('an AbortSignal ends a run early, and its Result says so', async () => {
  await using echo = await startEcho('--announce', '3')
  const stop = new AbortController()
  const running = send({ to: echo.at, count: 5000, interval: '20ms', signal: stop.signal })
  await echo.child.sees('stdout', /"event": "received"/)
  stop.abort()
  const result = await running
  expect(result.interrupted).toBe(true)
  expect(result.ledger.scheduled).toBeLessThan(5000)
  expect((await echo.stop()).received).toBe(result.ledger.sent)
})

test('analyze is there for saved runs', () => {
  expect(analyze).toBeTypeOf('function')
})
