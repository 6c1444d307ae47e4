import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import {
  interLossPeriods,
  lossDistances,
  lossPeriodLengths,
  lossPeriods,
  LossPattern,
  noticeableRate,
} from '../../../src/ledger/loss-pattern.ts'

function bits(text: string): boolean[] {
  return Array.from(text.replaceAll(' ', ''), String).map(bit => bit === '1')
}

/** One probe every 10 ms. */
function push(losses: readonly boolean[]) {
  const pattern = new LossPattern()
  for (const [n, lost] of losses.entries()) pattern.push(lost, n * 10 * MILLISECOND)
  return pattern
}

describe('RFC 3357', () => {
  const example = bits('0 1 0 0 1 0 1 0 1 1')

  test('the example of section 5.4', () => {
    expect(lossDistances(example)).toEqual([0, 3, 2, 2, 1])
    expect(lossPeriods(example)).toEqual([1, 2, 3, 4, 4])
    expect(lossPeriodLengths(example)).toEqual([1, 1, 1, 2])
    expect(interLossPeriods(example)).toEqual([0, 3, 2, 2])
  })

  test('noticeable rate: at most delta apart, and never the first loss', () => {
    expect(noticeableRate(example, 2)).toBe(3 / 5)
    expect(noticeableRate(example, 1)).toBe(1 / 5)
    expect(noticeableRate(example, 3)).toBe(4 / 5)
  })

  test('noticeable rate with delta 99: of losses at 50, 125, 126, 127 the last three', () => {
    const lost = new Set([50, 125, 126, 127])
    const losses = Array.from({ length: 200 }, (_, n) => lost.has(n))
    expect(lossDistances(losses)).toEqual([0, 75, 1, 1])
    expect(noticeableRate(losses, 99)).toBe(3 / 4)
  })

  test('no loss: nothing to tell', () => {
    expect(lossDistances(bits('000'))).toEqual([])
    expect(lossPeriods([])).toEqual([])
    expect(lossPeriodLengths(bits('00'))).toEqual([])
    expect(noticeableRate(bits('000'), 5)).toBeUndefined()
  })

  test('property: periods, lengths and the streaming class agree', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), losses => {
        const lengths = lossPeriodLengths(losses)
        const result = push(losses).result()
        expect(result.total).toBe(losses.length)
        expect(result.lost).toBe(losses.filter(Boolean).length)
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(result.lost)
        expect(result.runs).toBe(lengths.length)
        expect(interLossPeriods(losses)).toHaveLength(lengths.length)
        expect(result.longestRun).toBe(Math.max(0, ...lengths))
        expect(result.outages.map(outage => outage.lost)).toEqual(lengths.filter(length => length >= 2))
      }),
    )
  })
})

describe('LossPattern', () => {
  test('RFC 7680: 0 0 1 0 0 is a loss of 0.2, in one run and without an outage', () => {
    const { lost, total, ...rest } = push(bits('00100')).result()
    expect(lost / total).toBe(0.2)
    expect(rest).toEqual({ longestRun: 1, runs: 1, outages: [], outagesOmitted: 0 })
  })

  test('nothing pushed', () => {
    expect(new LossPattern().result()).toEqual({
      lost: 0,
      total: 0,
      longestRun: 0,
      runs: 0,
      outages: [],
      outagesOmitted: 0,
    })
  })

  test('an outage lasts from its first loss to the next answered probe', () => {
    const { outages, longestRun, runs } = push(bits('0 11 00 1 0 111 0')).result()
    expect(outages).toEqual([
      { startMs: 10, lengthMs: 20, lost: 2 },
      { startMs: 70, lengthMs: 30, lost: 3 },
    ])
    expect({ longestRun, runs }).toEqual({ longestRun: 3, runs: 3 })
  })

  test('an outage at the end lasts to its last loss, and goes on when the run does', () => {
    const open = push(bits('0 111'))
    expect(open.result().outages).toEqual([{ startMs: 10, lengthMs: 20, lost: 3 }])
    expect(open.result().outages).toEqual([{ startMs: 10, lengthMs: 20, lost: 3 }])
    open.push(true, 45 * MILLISECOND)
    open.push(false, 60 * MILLISECOND)
    expect(open.result().outages).toEqual([{ startMs: 10, lengthMs: 50, lost: 4 }])
  })

  test('keeps 1000 outages and counts the others, the open one too', () => {
    const many = push(bits('110'.repeat(1002) + '11'))
    expect(many.result().outages).toHaveLength(1000)
    expect(many.result().outages[0]).toEqual({ startMs: 0, lengthMs: 20, lost: 2 })
    expect(many.result().outagesOmitted).toBe(3)
    many.push(false, 1e12)
    expect(many.result().outagesOmitted).toBe(3)
  })
})
