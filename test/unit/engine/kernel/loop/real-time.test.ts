import { describe, expect, test } from 'vitest'
import { MICROSECOND, MILLISECOND, SECOND } from '../../../../../src/base/nanos.ts'
import type { Libc } from '../../../../../src/engine/kernel/system/libc.ts'
import { RealTime } from '../../../../../src/engine/kernel/loop/real-time.ts'
import type { Clock } from '../../../../../src/engine/clock.ts'

/** Clocks set by the test. Each reading of the driver's clock takes `look`. */
class Bench {
  now = 0
  real = 1_700_000_000n * 1_000_000_000n
  look = 0
  readonly time: RealTime

  constructor() {
    const clock = { now: () => this.pass(this.look) } as unknown as Clock
    const libc = {
      clockGettime: (_: number, timespec: BigInt64Array) => {
        timespec.set([this.real / 1_000_000_000n, this.real % 1_000_000_000n])
        return 0
      },
    } as unknown as Libc
    this.time = new RealTime(libc, clock)
  }

  pass(ns: number): number {
    this.now += ns
    this.real += BigInt(ns)
    return this.now
  }

  set(by: number): void {
    this.real += BigInt(by)
  }
}

test('real time at the beginning of the driver’s clock', () => {
  const bench = new Bench()
  bench.pass(3 * SECOND + 7)
  expect(bench.time.epoch()).toEqual({ seconds: 1_700_000_000, nanos: 0 })
})

test('is read again after a millisecond, and not before', () => {
  const bench = new Bench()
  bench.time.epoch()
  bench.set(400 * MICROSECOND)
  expect(bench.time.epoch(bench.pass(MILLISECOND)).nanos).toBe(0)
  expect(bench.time.epoch(bench.pass(1)).nanos).toBe(400 * MICROSECOND)
})

test('a slow reading does not replace a more exact one', () => {
  const bench = new Bench()
  bench.time.epoch()
  bench.look = 10 * MICROSECOND
  // This reading alone would be 5 µs off.
  expect(bench.time.epoch(bench.pass(2 * MILLISECOND))).toEqual({ seconds: 1_700_000_000, nanos: 0 })
  bench.look = 0
  bench.set(4 * MICROSECOND)
  expect(bench.time.epoch(bench.pass(2 * MILLISECOND)).nanos).toBe(4 * MICROSECOND)
})

describe('a clock that is set', () => {
  test.each([
    ['forward', 20 * MILLISECOND, 20 * MILLISECOND],
    ['back over a second’s edge', -3 * SECOND, 3 * SECOND],
    ['by what slewing may do', 900 * MICROSECOND, undefined],
  ])('%s', (_, by, step) => {
    const bench = new Bench()
    bench.time.epoch()
    bench.set(by)
    bench.time.epoch(bench.pass(2 * MILLISECOND))
    expect(bench.time.step).toBe(step)
  })

  test('reports its largest step', () => {
    const bench = new Bench()
    for (const by of [0, 5, -9, 2]) {
      bench.set(by * MILLISECOND)
      bench.time.epoch(bench.pass(2 * MILLISECOND))
    }
    expect(bench.time.step).toBe(9 * MILLISECOND)
  })

  test('is not confused with a slow reading', () => {
    const bench = new Bench()
    bench.time.epoch()
    bench.look = 5 * MILLISECOND
    bench.time.epoch(bench.pass(2 * MILLISECOND))
    expect(bench.time.step).toBeUndefined()
  })
})
