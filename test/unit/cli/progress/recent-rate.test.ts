import { expect, test } from 'vitest'
import { RecentRate } from '../../../../src/cli/progress/recent-rate.ts'

/** The last rate shown, read ten times per second, for events at the given moments in ms. */
function shown(events: readonly number[], until: number): number | undefined {
  const rate = new RecentRate()
  let last: number | undefined
  for (let at = 0; at <= until; at += 100) last = rate.note(at, events.filter(event => event <= at).length)
  return last
}

const every = (ms: number, until: number): number[] => Array.from({ length: until / ms + 1 }, (_, n) => n * ms)

test('two per second is 2, one in four seconds is 0.25', () => {
  expect(shown(every(500, 20_000), 20_000)).toBeCloseTo(2, 1)
  expect(shown(every(4000, 80_000), 80_000)).toBeCloseTo(0.25, 1)
  expect(shown(every(1, 8000), 8000)).toBeCloseTo(1000, -1)
})

test.each([1500, 5000, 20_000])('of one event each %d ms the rate stands between two events', ms => {
  const rate = new RecentRate()
  const rates = new Set<number | undefined>()
  for (let at = 0; at < 6 * ms; at += 100) rates.add(rate.note(at, Math.floor(at / ms)))
  expect([...rates]).toEqual([undefined, 1000 / ms])
})

test('bursts of ten each 2 s are 5 per second between two bursts too', () => {
  const bursts = every(2000, 20_000).flatMap(at => Array.from({ length: 10 }, () => at))
  for (const until of [4000, 5900, 12_000, 13_900]) expect(shown(bursts, until)).toBe(5)
})

test('unknown before the second event', () => {
  expect(shown([0], 300)).toBeUndefined()
})

test('follows a change of the rate, and falls to zero after a halt', () => {
  const slower = [...every(10, 5000), ...every(1000, 15_000).map(at => at + 6000)]
  expect(shown(slower, 21_000)).toBeLessThan(1.2)
  expect(shown(every(100, 2000), 60_000)).toBeLessThan(1)
})
