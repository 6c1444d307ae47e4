import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownDrops, type Dropped } from '../../../src/ledger/drop-bound.ts'

const quiet: Dropped = { drops: 349, unit: 1, lost: 349, received: 5000, copies: 0, strangers: 0, requests: 0 }

describe('drops that were lost probes of the run, lower bound', () => {
  test('are all of them if nothing else arrived', () => {
    expect(ownDrops(quiet)).toBe(349)
    expect(ownDrops({ ...quiet, drops: 100 })).toBe(100)
    expect(ownDrops({ ...quiet, drops: 0 })).toBe(0)
  })

  test('are nearly all with one copy, one stranger, one request', () => {
    expect(ownDrops({ ...quiet, copies: 1 })).toBeGreaterThan(340)
    expect(ownDrops({ ...quiet, copies: 1 })).toBeLessThan(349)
    expect(ownDrops({ ...quiet, strangers: 1 })).toBe(333)
    expect(ownDrops({ ...quiet, requests: 4 })).toBe(345)
  })

  test('are none if more was dropped than all known datagrams: there were others', () => {
    expect(ownDrops({ ...quiet, drops: 350 })).toBe(0)
    expect(ownDrops({ ...quiet, drops: 9700, strangers: 300 })).toBe(0)
    // A copy of each, dropped with it, explains it.
    expect(ownDrops({ ...quiet, drops: 698, received: 4651, copies: 4651 })).toBeGreaterThanOrEqual(0)
  })

  test('are few if most of the copies may have been dropped', () => {
    expect(ownDrops({ ...quiet, drops: 3000, lost: 3000, received: 1, copies: 1 })).toBe(0)
  })
})

/** What happened to the datagrams of a made-up run at a socket, as its author knows it. */
interface Truth {
  readonly dropped: Dropped
  /** Probes of which no copy was received, and one at least was dropped. */
  readonly lostByBuffer: number
  /** Copies of probes that were dropped. */
  readonly copiesDropped: number
}

/** mulberry32 */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Network {
  readonly seed: number
  readonly probes: number
  /** Shares of the datagrams that the network loses, copies and damages, and that the buffer drops. */
  readonly loss: number
  readonly copying: number
  readonly damage: number
  readonly overflow: number
  /** The buffer drops in bursts, so both copies or none. */
  readonly bursts: boolean
  readonly strangers: number
  /** Number of drops for each stranger received. */
  readonly strangersDropped: number
  /** Wrong checksums received for other sockets of the host. */
  readonly elsewhere: number
}

function happen(network: Network): Truth {
  const { probes, loss, copying, damage, overflow, bursts, strangers, strangersDropped, elsewhere } = network
  const chance = random(network.seed)
  const truth = { received: 0, copies: 0, lost: 0, lostByBuffer: 0, copiesDropped: 0 }
  let [full, checksums] = [0, 0]
  let overflowing = false
  for (let probe = 0; probe < probes; probe++) {
    if (chance() < 0.02) overflowing = chance() < overflow
    let [taken, dropped] = [0, 0]
    for (let copy = chance() < copying ? 2 : 1; copy > 0; copy--) {
      if (chance() < loss) continue
      if (chance() < damage) checksums += 1
      else if (bursts ? overflowing : chance() < overflow) dropped += 1
      else taken += 1
    }
    full += dropped
    truth.received += Math.min(1, taken)
    truth.copies += Math.max(0, taken - 1)
    if (taken === 0) truth.lost += 1
    if (taken === 0 && dropped > 0) truth.lostByBuffer += 1
    truth.copiesDropped += Math.max(0, taken + dropped - 1) - Math.max(0, taken - 1)
  }
  // The socket counts both; the host’s count of wrong checksums is subtracted (docs/ledger.md).
  const drops = Math.max(0, full + strangers * strangersDropped + checksums - (checksums + elsewhere))
  return {
    dropped: { ...truth, drops, unit: 1, strangers, requests: 0 },
    lostByBuffer: truth.lostByBuffer,
    copiesDropped: truth.copiesDropped,
  }
}

const part = (max: number): fc.Arbitrary<number> => fc.double({ min: 0, max, noNaN: true })
const sometimes = <T>(value: fc.Arbitrary<T>, else_: T): fc.Arbitrary<T> =>
  fc.oneof(fc.constant(else_), fc.constant(else_), value)

const network: fc.Arbitrary<Network> = fc.record({
  seed: fc.integer(),
  probes: fc.integer({ min: 1, max: 1500 }),
  loss: part(0.5),
  copying: sometimes(part(1), 0),
  damage: sometimes(part(0.3), 0),
  overflow: part(0.9),
  bursts: fc.boolean(),
  strangers: sometimes(fc.integer({ min: 0, max: 40 }), 0),
  strangersDropped: fc.integer({ min: 0, max: 16 }),
  elsewhere: sometimes(fc.integer({ min: 0, max: 20 }), 0),
})

test('no more is attributed to a buffer than it lost, over random runs', () => {
  let attributed = 0
  fc.assert(
    fc.property(network, made => {
      const { dropped, lostByBuffer, copiesDropped } = happen(made)
      const claimed = Math.min(dropped.lost, ownDrops(dropped))
      attributed += claimed
      // Nothing is known of copies none of which was received.
      const unseen = dropped.copies === 0 ? copiesDropped : 0
      expect(claimed).toBeLessThanOrEqual(lostByBuffer + unseen)
      if (copiesDropped + dropped.copies + dropped.strangers + made.elsewhere === 0) expect(claimed).toBe(lostByBuffer)
    }),
    { numRuns: 1500 },
  )
  expect(attributed).toBeGreaterThan(0)
})
