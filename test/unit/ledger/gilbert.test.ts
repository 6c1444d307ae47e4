import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Gilbert } from '../../../src/ledger/gilbert.ts'

function fit(losses: readonly boolean[]) {
  const gilbert = new Gilbert()
  for (const lost of losses) gilbert.push(lost)
  return gilbert.result()
}

function bits(text: string): boolean[] {
  return Array.from(text, String).map(bit => bit === '1')
}

describe('Gilbert', () => {
  test('0 1 0 0 1 0 1 0 1 1: pairs 1, 4, 3, 1', () => {
    expect(fit(bits('0100101011'))).toEqual({ p: 0.8, r: 0.75, meanBurst: 4 / 3 })
  })

  test('20 packets, lost are 3, 4, 5, 10, 16, 17: pairs 10, 3, 3, 3', () => {
    const lost = new Set([3, 4, 5, 10, 16, 17])
    const result = fit(Array.from({ length: 20 }, (_, n) => lost.has(n)))
    expect(result).toMatchObject({ p: 3 / 13, r: 0.5, meanBurst: 2 })
  })

  test.each(['', '0', '1', '00', '11', '01', '10', '0001', '1110'])(
    'undefined if a state has no transition (the last packet has no successor): %j',
    losses => {
      expect(fit(bits(losses))).toBeUndefined()
    },
  )

  test('losses that never end have no mean burst', () => {
    expect(fit(bits('0011'))).toEqual({ p: 0.5, r: 0, meanBurst: undefined })
  })

  test('losses without an end', () => {
    expect(fit(bits('100'))).toEqual({ p: 0, r: 1, meanBurst: 1 })
  })

  test('property: defined exactly when both values occur before the last, and always probabilities', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), losses => {
        const left = losses.slice(0, -1)
        const result = fit(losses)
        expect(result !== undefined).toBe(left.includes(true) && left.includes(false))
        if (result === undefined) return
        for (const x of [result.p, result.r]) {
          expect(x).toBeGreaterThanOrEqual(0)
          expect(x).toBeLessThanOrEqual(1)
        }
        if (result.meanBurst !== undefined) expect(result.meanBurst).toBeGreaterThanOrEqual(1)
      }),
    )
  })
})
