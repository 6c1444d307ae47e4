import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { LossPattern } from '../../../src/ledger/loss-pattern.ts'

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
  test('the example of section 5.4 has four loss periods', () => {
    expect(push(bits('0 1 0 0 1 0 1 0 1 1')).result()).toMatchObject({ runs: 4, longestRun: 2 })
  })

  test('property: periods are the runs of losses', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), losses => {
        const lengths = losses
          .map(lost => (lost ? '1' : '0'))
          .join('')
          .split(/0+/u)
          .flatMap(({ length }) => (length > 0 ? [length] : []))
        const result = push(losses).result()
        expect(result.runs).toBe(lengths.length)
        expect(result.longestRun).toBe(Math.max(0, ...lengths))
        expect(result.outages.map(outage => outage.lost)).toEqual(lengths.filter(length => length >= 2))
      }),
    )
  })
})

describe('LossPattern', () => {
  test('a single loss is one run and no outage', () => {
    expect(push(bits('00100')).result()).toEqual({ longestRun: 1, runs: 1, outages: [], outagesOmitted: 0 })
  })

  test('nothing pushed', () => {
    expect(new LossPattern().result()).toEqual({ longestRun: 0, runs: 0, outages: [], outagesOmitted: 0 })
  })

  test('an outage lasts from its first loss to the next answered probe', () => {
    const { outages, longestRun, runs } = push(bits('0 11 00 1 0 111 0')).result()
    expect(outages).toEqual([
      { startMs: 10, lengthMs: 20, lost: 2 },
      { startMs: 70, lengthMs: 30, lost: 3 },
    ])
    expect({ longestRun, runs }).toEqual({ longestRun: 3, runs: 3 })
  })

  test('an outage at the end lasts to its last loss, and continues with the run', () => {
    const open = push(bits('0 111'))
    expect(open.result().outages).toEqual([{ startMs: 10, lengthMs: 20, lost: 3 }])
    expect(open.result().outages).toEqual([{ startMs: 10, lengthMs: 20, lost: 3 }])
    open.push(true, 45 * MILLISECOND)
    open.push(false, 60 * MILLISECOND)
    expect(open.result().outages).toEqual([{ startMs: 10, lengthMs: 50, lost: 4 }])
  })

  test('keeps 1000 outages and counts the others, including the open one', () => {
    const many = push(bits('110'.repeat(1002) + '11'))
    expect(many.result().outages).toHaveLength(1000)
    expect(many.result().outages[0]).toEqual({ startMs: 0, lengthMs: 20, lost: 2 })
    expect(many.result().outagesOmitted).toBe(3)
    many.push(false, 1e12)
    expect(many.result().outagesOmitted).toBe(3)
  })
})
