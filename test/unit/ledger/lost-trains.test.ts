import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fate } from '../../../src/ledger/fate.ts'
import { datagramsOf, LostTrains, type TrainCounts } from '../../../src/ledger/lost-trains.ts'

/** A client's trains, each a list of fates. */
function client(...trains: readonly (readonly Fate[])[]): TrainCounts {
  const lost = new LostTrains()
  for (const train of trains) train.forEach((fate, place) => lost.push(fate, place))
  return lost.result()
}

const train = (length: number, fate: Fate = 'lostForward'): Fate[] => Array.from({ length }, () => fate)

describe('completely lost trains', () => {
  test('are counted by length, the last one too', () => {
    expect([...(client(train(3), train(2), train(3), train(1)).get('lostForward') ?? [])]).toEqual([
      [3, 2],
      [2, 1],
      [1, 1],
    ])
  })

  test('are separate by fate', () => {
    const lost = client(train(3), train(4, 'lostReturn'))
    expect([...(lost.get('lostForward') ?? [])]).toEqual([[3, 1]])
    expect([...(lost.get('lostReturn') ?? [])]).toEqual([[4, 1]])
  })

  test('do not include one with a datagram of another fate', () => {
    const lost = client(['lostForward', 'intact', 'lostForward'], ['intact', 'lostForward'], train(2))
    expect([...(lost.get('lostForward') ?? [])]).toEqual([[2, 1]])
  })

  test('may be requested again', () => {
    const lost = new LostTrains()
    lost.push('lostForward', 0)
    lost.push('lostForward', 1)
    for (let time = 0; time < 2; time++) expect([...(lost.result().get('lostForward') ?? [])]).toEqual([[2, 1]])
  })
})

describe('this many drops account for', () => {
  test.each([
    [0, 0],
    [-1, 0],
    [1, 1],
    [2, 3],
    [3, 8],
    [4, 13],
    [9, 13],
  ])('%d: %d datagrams at least, the shortest trains of all clients', (drops, datagrams) => {
    expect(datagramsOf(drops, 'lostForward', [client(train(5), train(1)), client(train(5), train(2))])).toBe(datagrams)
  })

  test('as many if nothing was sent in trains', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Fate>('lostForward', 'intact')), fc.nat(30), (fates, drops) => {
        const singles = client(...fates.map(fate => [fate]))
        const lost = fates.filter(fate => fate === 'lostForward').length
        expect(datagramsOf(drops, 'lostForward', [singles])).toBe(Math.min(drops, lost))
      }),
    )
  })
})
