import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import { Allowance } from '../../../src/stream/allowance.ts'

const RATE = { bytesPerSecond: 100, over: 10 * SECOND }

test('a peer that sends nothing has the whole time, once', () => {
  const allowance = new Allowance(RATE)
  expect(allowance.limit(0)).toBe(10 * SECOND)
  allowance.spend(4 * SECOND, 0)
  expect(allowance.limit(0)).toBe(6 * SECOND)
  // Bytes to send have the time that they need at the minimum rate.
  expect(allowance.limit(1000)).toBe(16 * SECOND)
})

test('an occasional byte does not make up for the time between', () => {
  const allowance = new Allowance(RATE)
  let bytes = 0
  while (allowance.limit(0) > SECOND) {
    allowance.spend(SECOND, 1)
    bytes += 1
  }
  // Each second costs 1 s less 10 ms, so after ten bytes less than one more second is left.
  expect(bytes).toBe(10)
})

test('a peer at the minimum rate continues forever, and a burst is no credit for later', () => {
  const allowance = new Allowance(RATE)
  for (let second = 0; second < 1000; second++) allowance.spend(SECOND, 100)
  expect(allowance.limit(0)).toBe(10 * SECOND)
  allowance.spend(0, 1_000_000)
  expect(allowance.limit(0)).toBe(10 * SECOND)
})

test('without a minimum rate there is no limit', () => {
  const allowance = new Allowance({ bytesPerSecond: 0, over: SECOND })
  allowance.spend(1000 * SECOND, 0)
  expect(allowance.limit(0)).toBe(Infinity)
})
