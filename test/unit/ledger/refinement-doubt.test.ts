import { describe, expect, test } from 'vitest'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import type { Fate } from '../../../src/ledger/fate.ts'
import { answered, crafted, echoed, silent, times, withTotals } from './crafted.ts'
import { clientsOf, fatesOf, losing, sizesOf, total } from './refined.ts'

describe('doubt', () => {
  test('a reply that matches no probe may belong to one that the receipts list as answered', () => {
    const facts = crafted(losing(1, 3), { clients: [{ ...withTotals({ distinct: 4 }), unidentified: 2 }] })
    expect(total(facts)).toEqual({ intact: 1, lostForward: 1, lostReturn: 1, lostUnknown: 2 })
  })

  test('a damaged probe that could not be answered may be one that the receipts list as not received', () => {
    const facts = crafted(losing(3, 1), { clients: [withTotals({ distinct: 2, damaged: 2 })] })
    expect(total(facts)).toEqual({ intact: 1, lostForward: 1, lostReturn: 1, lostUnknown: 2 })
  })

  test('damaged probes that were returned do not count', () => {
    const rows = [...losing(3), echoed(), echoed()]
    const facts = crafted(rows, { clients: [withTotals({ distinct: 1, damaged: 3 })] })
    expect(total(facts)).toEqual({ intact: 1, corrupt: 2, lostForward: 2, lostUnknown: 1 })
  })

  test('does not exceed the losses', () => {
    const facts = crafted(losing(1, 1), { clients: [{ ...withTotals({ distinct: 2, damaged: 7 }), unidentified: 7 }] })
    expect(total(facts)).toEqual({ intact: 1, lostUnknown: 2 })
  })

  test('is counted per client', () => {
    const rows = [answered(), answered(), ...times(4, silent('answered'))]
    const clients = [{ ...withTotals({ distinct: 3 }), unidentified: 1 }, withTotals({ distinct: 3 })]
    const analysis = analyzeRun(crafted(rows, { plan: { clients: 2 }, clients }))
    expect(clientsOf(analysis)).toEqual([
      { intact: 1, lostReturn: 1, lostUnknown: 1 },
      { intact: 1, lostReturn: 2 },
    ])
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 2, lostReturn: 3, lostUnknown: 1 })
  })

  test.each<[Fate, number, number, number]>([
    ['lostReturn', 0, 2, 1],
    ['lostForward', 2, 0, 1],
  ])('no size claims a %s that may have been another’s', (fate, forward, back, doubts) => {
    const rows = [answered(), ...losing(forward, back)]
    const client = {
      ...withTotals({ distinct: 2 + back, damaged: forward === 0 ? 0 : doubts }),
      unidentified: back === 0 ? 0 : doubts,
    }
    const analysis = analyzeRun(crafted(rows, { plan: { sizes: [100, 200] }, clients: [client] }))
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 2, [fate]: 1, lostUnknown: 1 })
    expect(sizesOf(analysis)).toEqual({ 100: { intact: 1, lostUnknown: 1 }, 200: { intact: 1, lostUnknown: 1 } })
  })
})
