import { afterEach, expect, test, vi } from 'vitest'
import { SettledStream } from '../../../../src/runs/send/settled-stream.ts'
import type { SettledProbe } from '../../../../src/verdict/settled-probe.ts'
import { answered, crafted, silent } from '../../ledger/crafted.ts'

afterEach(() => vi.restoreAllMocks())

const HOUR = 3_600_000

/** A probe with a reply and one without, by an engine whose clock began when the stream began; `at` sets both clocks, ms after that. */
function begin() {
  const facts = crafted([answered(), silent()])
  const start = Math.floor(performance.timeOrigin) + 1000
  facts.epoch = { seconds: Math.floor(start / 1000), nanos: (start % 1000) * 1e6 }
  const at = (monotonic: number, system = monotonic): void => {
    vi.spyOn(performance, 'now').mockReturnValue(start - performance.timeOrigin + monotonic)
    vi.spyOn(Date, 'now').mockReturnValue(start + system)
  }
  at(0)
  const taken: SettledProbe[] = []
  const stream = new SettledStream(facts, settled => taken.push(...settled))
  const fates = (): readonly (readonly [number, string])[] => taken.map(({ probe }) => [probe.seq, probe.fate])
  return { facts, start, at, taken, stream, fates }
}

test('a reply is handed over at once and a loss after its timeout, each with its real time', () => {
  const { start, at, taken, stream, fates } = begin()
  at(20)
  stream.advance()
  expect(fates()).toEqual([[0, 'intact']])
  expect(taken[0]?.atMs).toBeCloseTo(start + 1, 2)
  at(2000)
  stream.advance()
  expect(fates()).toEqual([
    [0, 'intact'],
    [1, 'lostUnknown'],
  ])
})

test('the TTL of a reply, if it was observed', () => {
  const { facts, at, taken, stream } = begin()
  const { ttl } = facts.probes.open(0)
  at(20)
  stream.advance()
  expect(taken[0]).not.toHaveProperty('ttl')
  ttl?.set([63], 0)
  at(2000)
  const late: SettledProbe[] = []
  new SettledStream(facts, settled => late.push(...settled)).advance()
  expect(late.map(one => one.ttl)).toEqual([63, undefined])
})

test.each([HOUR, -HOUR])('a system clock that is set by %d ms during the run moves no timeout', step => {
  const { at, stream, fates } = begin()
  at(20)
  stream.advance()
  at(40, 40 + step)
  stream.advance()
  expect(fates()).toEqual([[0, 'intact']])
  at(2000, 2000 + step)
  stream.advance()
  expect(fates()).toEqual([
    [0, 'intact'],
    [1, 'lostUnknown'],
  ])
})

test('nothing is known before the engine has begun', () => {
  const { facts, at, stream, fates } = begin()
  delete facts.epoch
  at(2000)
  stream.advance()
  expect(fates()).toEqual([])
})
