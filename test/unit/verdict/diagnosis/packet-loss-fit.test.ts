import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bestFit } from '../../../../src/verdict/diagnosis/packet-loss-fit.ts'
import type { SizeRecord } from '../../../../src/verdict/diagnosis/sizes.ts'

function record(packets: number, scheduled: number, vanished: number): SizeRecord {
  return { size: packets * 1400, packets, scheduled, vanished, replies: scheduled - vanished, tooBig: 0 }
}

describe('the loss of a packet', () => {
  test('is found if each size lost exactly what it explains', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.02, max: 0.6, noNaN: true }), fc.integer({ min: 3, max: 8 }), (loss, packets) => {
        const n = 1e6
        const records = [1, packets].map(k => record(k, n, Math.round(n * (1 - (1 - loss) ** k))))
        expect(bestFit(records)?.packetLoss).toBeCloseTo(loss, 4)
      }),
    )
  })

  test('is the likeliest one: neighbors explain the losses worse', () => {
    const records = [record(1, 400, 13), record(3, 400, 60), record(6, 400, 95)]
    const p = bestFit(records)?.packetLoss ?? NaN
    const likelihood = (loss: number): number =>
      records.reduce((sum, { packets, scheduled, vanished }) => {
        const lost = 1 - (1 - loss) ** packets
        return sum + vanished * Math.log(lost) + (scheduled - vanished) * Math.log(1 - lost)
      }, 0)
    for (const other of [p * 0.99, p * 1.01]) expect(likelihood(other)).toBeLessThan(likelihood(p))
  })
})

describe('is not reported', () => {
  test.each([
    ['if every size has the same loss', [record(1, 1000, 50), record(3, 1000, 50)]],
    ['if the larger one has less loss', [record(1, 1000, 90), record(3, 1000, 30)]],
    ['for few probes', [record(1, 5, 0), record(3, 5, 1)]],
    ['if all have the same number of packets', [record(3, 1000, 10), record(3, 1000, 90)]],
    ['without losses', [record(1, 1000, 0), record(3, 1000, 0)]],
    ['if everything is lost', [record(1, 10, 10), record(3, 10, 10)]],
    ['of nothing', []],
  ])('%s', (_, records) => {
    expect(bestFit(records)).toBeUndefined()
  })
})
