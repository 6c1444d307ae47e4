import { expect, test } from 'vitest'
import { parseExpectation } from '../../../src/verdict/expectation.ts'
import { METRICS } from '../../../src/verdict/metrics.ts'
import { asksForSilence, isOfReplies } from '../../../src/verdict/silence.ts'

test.each(['replies==0', 'loss==100%', 'unreachable>0', 'lostForward==10', 'intact==0', 'longestRun>3'])(
  '%s can be content with no reply',
  expr => {
    expect(asksForSilence([parseExpectation('missed==0'), parseExpectation(expr)])).toBe(true)
  },
)

test.each(['missed==0', 'foreign==0', 'truncated==0', 'rtt.p99<1s'])('%s cannot', expr => {
  expect(asksForSilence([parseExpectation(expr)])).toBe(false)
})

test('no metric is both of replies and of missing ones', () => {
  const of = [...METRICS.keys()].filter(isOfReplies)
  expect(of).toEqual(expect.arrayContaining(['late', 'truncated', 'corrupt', 'duplicates', 'reordered']))
  for (const metric of of) expect(asksForSilence([parseExpectation(`${metric}==0`)])).toBe(false)
})
