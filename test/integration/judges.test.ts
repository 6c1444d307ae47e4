import { expect, test } from 'vitest'
import { expectedLedger } from '../helpers/relay.ts'
import { runClient, runHostile, runSelftest, startEcho } from '../helpers/peers.ts'

const RULES = ['drop=0.05', 'dup=0.1', 'truncate=200@0.05', 'corrupt=0.1', 'hold=0.05:200']

test.each([1, 2, 3])('relay.py records every delivery correctly (seed %i)', async seed => {
  const rules = RULES.flatMap(rule => [`--up=${rule}`, `--down=${rule}`])
  expect(await runSelftest('--seed', `${seed}`, '--', ...rules)).toMatchObject({ ok: true, problems: [] })
})

test('relay.py drops exactly the given sequences, and can truncate to 0 bytes', async () => {
  const rules = ['--up=drop=every:10', '--up=drop=seq:380-399', '--down=drop=first:7', '--down=truncate=0@0.2']
  expect(await runSelftest('--', ...rules)).toMatchObject({ ok: true, up: { dropped: 58 }, problems: [] })
})

test('client.py and echo.py count the same datagrams and bytes, 150 clients at once', async () => {
  await using server = await startEcho()
  const client = await runClient(server.at, '--clients', '150', '--sizes', '0,1,1472', '--all-bytes')
  const truth = await server.stop()
  expect(client).toMatchObject({ sent: 600, right: 600, missing: 0, wrong: [] })
  expect(truth).toMatchObject({ received: 600, replied: 600, bytesReceived: client.bytesSent, socketDrops: 0 })
  expect(Object.keys(truth.peers).length).toBe(150)
})

test('client.py detects a wrong reply', async () => {
  await using server = await startEcho('--mode', 'echo')
  const client = await runClient(server.at, '--text', 'wrong if not in capitals', '--text', 'RIGHT EITHER WAY')
  expect(client).toMatchObject({ sent: 2, right: 1 })
  expect(client.wrong.length).toBe(1)
})

test('hostile.py detects answers to kinds that must not be answered', async () => {
  await using server = await startEcho()
  const hostile = await runHostile(server.at, '--judge', '--count', '70')
  expect(hostile).toMatchObject({ sent: 70, unanswered: 0, answers: { kindR: 5, kindT: 5, empty: 5 } })
  expect(hostile.unexpected?.length).toBe(5)
})

test('the expected ledger follows from the record of relay.py', () => {
  const none = { seen: 0, dropped: 0, duplicated: 0, truncated: 0, corrupted: 0, held: 0, forwarded: 0 }
  const direction = { ...none, receipts: { seen: 0, dropped: 0 } }
  const whole = { length: 100, bad: [], afterMs: 1 }
  const probe = { size: 100, up: ['pass'], down: ['pass'], delivered: [whole] }
  const probes = {
    0: { ...probe, delivered: [whole, whole] },
    1: { ...probe, down: ['drop'], delivered: [] },
    2: { ...probe, up: ['drop'], down: [], delivered: [] },
    3: { ...probe, delivered: [{ ...whole, length: 40 }, whole] },
    4: { ...probe, delivered: [{ ...whole, length: 40, bad: [39] }] },
    5: { ...probe, delivered: [{ ...whole, afterMs: 1500 }] },
    6: probe,
  }
  const runs = { A1: { order: [0, 3, 0, 6, 4, 3, 5], probes } }
  const truth = {
    up: direction,
    down: direction,
    runs,
    clients: 1,
    ports: {},
    pending: 0,
    problems: [],
    socketDrops: 0,
  }
  const right = expectedLedger(truth, { timeoutMs: 1000, receipts: true })
  expect(right.counts).toEqual({ intact: 2, late: 1, truncated: 1, corrupt: 1, lostForward: 1, lostReturn: 1 })
  expect(right).toMatchObject({ replies: 5, received: 7, duplicates: 2, reordered: 2, lost: 2, cuts: { 40: 1 } })
  expect(expectedLedger(truth, { timeoutMs: 1000, receipts: false }).counts).toMatchObject({ lostUnknown: 2 })
  expect(() => expectedLedger({ ...truth, socketDrops: 1 }, { timeoutMs: 1000, receipts: true })).toThrow(
    'the relay itself',
  )
  expect([...right.unclear]).toEqual([])
  expect([...expectedLedger(truth, { timeoutMs: 1400, receipts: true }).unclear]).toEqual(['A1:5'])
})
