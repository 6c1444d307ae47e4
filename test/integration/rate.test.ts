import { expect, test } from 'vitest'
import type * as Source from '../../src/index.ts'
import { ROOT } from '../helpers/child.ts'
import { startEcho } from '../helpers/peers.ts'
import { runHosted } from '../helpers/udptool.ts'

const { rate, startEchoServer } = (await import(`${ROOT}dist/index.js`)) as typeof Source

/** The number of datagrams with a fate. */
function fated({ fates }: { readonly fates: object }): number {
  return Object.values(fates).reduce<number>((sum, count) => sum + Number(count), 0)
}

/** Short trials, and a timeout that no reply misses, however busy the machine is. */
const SHORT = { duration: '200ms', timeout: '20s' } as const

test('against a plain echo server, every datagram of every trial is in the ledger, and none exceeds the bound', async () => {
  await using echo = await startEcho()
  const { ledger, verdict, rate: found, sizes, clients } = await rate({ to: echo.at, toRate: '400pps', ...SHORT })
  expect(verdict).toBe('pass')
  expect((await echo.stop()).received).toBe(ledger.sent)
  const trials = found?.trials ?? []
  expect(trials[0]).toMatchObject({ purpose: 'ramp', pps: 100, size: 1200 })
  for (const { pps, size } of trials) expect(pps * size).toBeLessThanOrEqual(400 * 1200)
  expect(trials.reduce((sum, trial) => sum + fated(trial), 0)).toBe(ledger.scheduled)
  for (const parts of [sizes, clients])
    expect(parts.reduce((sum, part) => sum + fated(part.ledger), 0)).toBe(ledger.scheduled)
  expect(found?.state).toBe('complete')
  expect(found?.pps ?? 0).toBeLessThanOrEqual(400)
})

test('flows share the rate, each from a port of its own', async () => {
  await using echo = await startEcho()
  const { ledger, clients } = await rate({ to: echo.at, flows: 2, fromRate: '200pps', toRate: '200pps', ...SHORT })
  const { received, peers } = await echo.stop()
  expect(received).toBe(ledger.sent)
  expect(clients).toHaveLength(2)
  for (const { port, ledger: own } of clients) {
    expect(own.sent).toBe(ledger.sent / 2)
    expect(peers[String(port)]).toBe(own.sent)
  }
})

test('the cap of a server is the limit of the receiver', async () => {
  await using server = await startEchoServer({ port: 0, maxRatePerSource: '10pps' })
  const bounds = { fromRate: '300pps', toRate: '300pps' }
  const { ledger, rate: found } = await rate({ to: server.target, ...bounds, duration: '200ms' })
  expect(ledger.fates.lostServerPolicy).toBeGreaterThan(0)
  expect(found?.limit).toMatchObject({ kind: 'receiver' })
  expect(found?.pps).toBeUndefined()
})

test('a search that is interrupted before it begins has a Result', async () => {
  await using echo = await startEcho()
  const result = await rate({ to: echo.at, signal: AbortSignal.abort(), ...SHORT })
  expect(result.interrupted).toBe(true)
  expect(result.rate?.state).toBe('interrupted')
  await echo.stop()
})

test('the command: a row for each trial in csv and ndjson', async () => {
  await using echo = await startEcho()
  const bounds = ['--from-rate', '200pps', '--to-rate', '200pps', '--duration', '200ms', '--timeout', '20s']
  const ndjson = await runHosted(['rate', echo.at, ...bounds, '--format', 'ndjson'])
  expect(ndjson.code).toBe(0)
  const events = ndjson.stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(events[0]).toMatchObject({ event: 'trial', trial: 1, purpose: 'ramp', pps: 200 })
  const csv = await runHosted(['rate', echo.at, ...bounds, '--format', 'csv'])
  expect(csv.code).toBe(0)
  expect(csv.stdout).toMatch(/^trial,purpose,size,pps,.*\n1,ramp,1200,200,/)
  await echo.stop()
})

test('the command: no server, and options that it does not have', async () => {
  await using echo = await startEcho()
  await echo.stop()
  const closed = await runHosted(['rate', echo.at, '--json'])
  expect(closed.code).toBe(1)
  expect(closed.json().rate).toMatchObject({ state: 'complete', limit: { kind: 'unknown' } })
  expect(closed.json().rate?.trials).toHaveLength(1)
  const journal = await runHosted(['rate', '--journal', 'x'])
  expect(journal.code).toBe(2)
  expect(journal.stderr).toContain('rate has no --journal')
  expect((await runHosted(['rate', '192.0.2.7'])).stderr).toContain('--to-rate 50Mbit')
})
