import { afterEach, expect, test, vi } from 'vitest'
import type { ProbePlan } from '../../../../src/facts/plan.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { RowStream, type RowSink } from '../../../../src/runs/send/row-stream.ts'
import { RunClock } from '../../../../src/runs/send/run-clock.ts'
import { answered, crafted, silent, times } from '../../ledger/crafted.ts'
import { CONTEXT } from '../../verdict/context.ts'

afterEach(() => vi.restoreAllMocks())

/** A run that began when the stream did, with probes every 10 ms; `at` sets the clock, ms after that. */
function begin(count = 400, plan: Partial<ProbePlan> = {}) {
  const facts = crafted([answered(), silent(), ...times(198, answered())], { plan: { count, ...plan } })
  const start = Math.floor(performance.timeOrigin) + 1000
  facts.epoch = { seconds: Math.floor(start / 1000), nanos: (start % 1000) * 1e6 }
  const at = (ms: number): void => {
    vi.spyOn(performance, 'now').mockReturnValue(start - performance.timeOrigin + ms)
    vi.spyOn(Date, 'now').mockReturnValue(start + ms)
  }
  at(0)
  const taken: (readonly number[])[] = []
  const fates = new Map<number, string | undefined>()
  const waiting: (() => void)[] = []
  let isHeld = false
  const beginning = vi.fn<() => Promise<void>>(async () => {})
  const sink: RowSink = {
    begin: beginning,
    async take({ rows, fateOf }) {
      taken.push(rows)
      for (const row of rows) fates.set(row, fateOf(row))
      if (isHeld) await new Promise<void>(resolve => void waiting.push(resolve))
    },
  }
  const stream = new RowStream(facts, new RunClock(facts), sink, () => CONTEXT)
  const hold = (): void => {
    isHeld = true
  }
  const release = (): void => {
    isHeld = false
    for (const resolve of waiting.splice(0)) resolve()
  }
  return { facts, at, taken, fates, beginning, stream, hold, release }
}

test('rows come as they are settled, and the rest at the end with the fates of the ledger', async () => {
  const { facts, at, taken, fates, beginning, stream } = begin()
  at(100)
  stream.advance()
  expect(beginning).not.toHaveBeenCalled()
  at(600)
  stream.advance()
  await Promise.resolve()
  expect(beginning).toHaveBeenCalledOnce()
  await stream.finish(analyzeRun(facts))
  const rows = taken.flat()
  expect(taken[0]).toContain(0)
  expect(taken[0]).not.toContain(1)
  expect(new Set(rows).size).toBe(200)
  expect(rows).toHaveLength(200)
  expect(fates.get(1)).toBe('lostUnknown')
})

test('a run that ends before any row is settled hands over nothing', async () => {
  const { facts, at, beginning, stream } = begin()
  at(100)
  stream.advance()
  await stream.finish(analyzeRun(facts))
  expect(beginning).not.toHaveBeenCalled()
})

test('while rows are being taken no others are handed over', async () => {
  const { facts, at, taken, stream, hold, release } = begin()
  hold()
  at(600)
  stream.advance()
  at(5000)
  stream.advance()
  await Promise.resolve()
  expect(taken).toHaveLength(1)
  const finished = stream.finish(analyzeRun(facts))
  release()
  await finished
  expect(new Set(taken.flat()).size).toBe(200)
})

test('once every probe is sent, a loss waits for the end', async () => {
  const { at, taken, stream } = begin(200)
  at(60_000)
  stream.advance()
  await Promise.resolve()
  expect(taken.flat()).toHaveLength(199)
  expect(taken.flat()).not.toContain(1)
})

test('in a flood, writing rows takes a small part of the time', async () => {
  const { at, taken, stream, hold, release } = begin(400, { interval: 0, window: 8 })
  hold()
  at(600)
  stream.advance()
  await Promise.resolve()
  at(610)
  release()
  // The promises behind the released one are settled before a macrotask.
  await new Promise(resolve => void setImmediate(resolve))
  at(899)
  stream.advance()
  expect(taken).toHaveLength(1)
  at(901)
  stream.advance()
  expect(taken).toHaveLength(2)
})

test('nothing is known before the engine has begun', async () => {
  const { facts, at, beginning, stream } = begin()
  delete facts.epoch
  at(60_000)
  stream.advance()
  await stream.finish(analyzeRun(facts))
  expect(beginning).not.toHaveBeenCalled()
})

test('an error of the sink ends the run', async () => {
  const { facts, at, beginning, stream } = begin()
  beginning.mockRejectedValue(new Error('no room'))
  at(600)
  stream.advance()
  await expect(stream.finish(analyzeRun(facts))).rejects.toThrow('no room')
})
