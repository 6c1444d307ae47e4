import { expect, test } from 'vitest'
import { METRICS, sampleCaveat } from '../../../../src/verdict/expect/metrics.ts'

test('every metric has one kind', () => {
  const byKind = new Map<string, number>()
  for (const kind of METRICS.values()) byKind.set(kind, (byKind.get(kind) ?? 0) + 1)
  expect(Object.fromEntries(byKind)).toEqual({ share: 22, count: 1, bytes: 2, duration: 29, rate: 1 })
})

test('the twelve fates can be used in expectations', () => {
  const fates = ['intact', 'late', 'truncated', 'corrupt', 'refused', 'unreachable', 'lostForward', 'lostServerBuffer']
  const others = ['lostServerPolicy', 'lostReturn', 'lostClientBuffer', 'lostUnknown']
  expect([...fates, ...others].filter(fate => METRICS.get(fate) !== 'share')).toEqual([])
})

test('only percentiles need many samples', () => {
  expect(sampleCaveat('rtt.p99', 200)).toBe('p99 of 200 samples')
  expect(sampleCaveat('rtt.mean', 1)).toBeUndefined()
  expect(sampleCaveat('jitter', 0)).toBeUndefined()
})
