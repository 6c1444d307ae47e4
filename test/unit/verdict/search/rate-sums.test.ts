import { expect, test } from 'vitest'
import type { Result } from '../../../../src/verdict/result.ts'
import { groupCounts, sumLedgers, sumLosses, sumTruncations } from '../../../../src/verdict/search/rate-sums.ts'

type Fates = Result['ledger']['fates']

/** A run with these fates. */
function part(fates: Fates, loss: Partial<Result['loss']> = {}): Pick<Result, 'ledger' | 'loss'> {
  const { intact, lostForward = 0, lostReturn = 0, lostUnknown = 0, late = 0, refused = 0 } = fates
  const replies = intact + late
  const count = lostForward + lostReturn + lostUnknown + refused
  const scheduled = replies + count
  const none = { duplicates: 0, reordered: 0, foreign: 0, unidentified: 0 }
  return {
    ledger: { scheduled, sent: scheduled - refused, replies, fates, received: replies, ...none },
    loss: { count, unknown: lostUnknown, longestRun: count, outages: [], ...loss },
  }
}

test('ledgers add up, and only the fates that occurred are named', () => {
  const sum = sumLedgers([part({ intact: 3, lostForward: 2 }), part({ intact: 1, late: 1, refused: 4 })])
  expect(sum).toMatchObject({ scheduled: 11, sent: 7, replies: 5, received: 5 })
  expect(sum.fates).toEqual({ intact: 4, late: 1, refused: 4, lostForward: 2 })
  expect(sumLedgers([]).fates).toEqual({ intact: 0 })
})

test('losses add up; outages are counted, because an overload has thousands', () => {
  const outage = { startMs: 1, lengthMs: 2, lost: 2 }
  const one = part({ intact: 8, lostForward: 2 }, { forward: 2, return: 0, longestRun: 2, outages: [outage] })
  const two = part({ intact: 5, lostReturn: 5 }, { forward: 0, return: 5, longestRun: 3, outagesOmitted: 4 })
  expect(sumLosses([one, two])).toMatchObject({
    count: 7,
    ratio: 0.35,
    forward: 2,
    return: 5,
    unknown: 0,
    longestRun: 3,
    outages: [],
    outagesOmitted: 5,
  })
})

test('a loss without a direction leaves the directions without a proved loss open', () => {
  const proved = part({ intact: 1, lostForward: 2 }, { forward: 2, return: 0 })
  const open = part({ intact: 1, lostUnknown: 3 })
  const sum = sumLosses([proved, open])
  expect(sum).toMatchObject({ count: 5, forward: 2, unknown: 3 })
  expect(sum).not.toHaveProperty('return')
})

test('what differs in its count only is one item', () => {
  const cut = { length: 1024, side: 'request' } as const
  expect(
    groupCounts([
      { ...cut, count: 1 },
      { ...cut, count: 2 },
      { ...cut, length: 512, count: 1 },
    ]),
  ).toEqual([
    { ...cut, count: 3 },
    { ...cut, length: 512, count: 1 },
  ])
  expect(
    sumTruncations([
      { count: 1, cutAt: [{ ...cut, count: 1 }] },
      { count: 2, cutAt: [{ ...cut, count: 2 }] },
    ]),
  ).toEqual({
    count: 3,
    cutAt: [{ ...cut, count: 3 }],
  })
})
