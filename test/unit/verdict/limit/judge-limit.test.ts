import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { judgeLimit } from '../../../../src/verdict/limit/judge-limit.ts'
import type { TrialEvidence } from '../../../../src/verdict/limit/limit.ts'
import { fitted, growing, overload, queued, trial } from './trials.ts'

const judge = (trials: readonly TrialEvidence[], reachedBound = false) =>
  judgeLimit(trials, { reachedBound, size: 1200 })

/** What a foreign echo server shows: round trips only. */
const FOREIGN = {
  serverStampsKernel: false,
  serverDrops: undefined,
  dwellP50: NaN,
  dwellP99: NaN,
  queueForward: NaN,
  queueReturn: NaN,
} as const

/** The trial of a second size under a limit of bits that adds so many bytes to each packet, or of packets. */
function otherSize(
  unit: 'bits' | 'packets' | 'payload',
  fit: typeof fitted,
  given: Parameters<typeof trial>[0] & { direction?: 'forward' | 'return' | 'roundTrip' } = {},
  overhead = 14,
) {
  const size = 400
  const packetBytes = size + 28
  const pps1 = 1_250_000 / 1228
  const pps =
    unit === 'bits' ? (pps1 * (1228 + overhead)) / (packetBytes + overhead) : unit === 'packets' ? pps1 : pps1 * 3
  const { direction = 'forward', ...rest } = given
  const [, loaded] = overload(fit({ direction, packetBytes, bytesPerSecond: pps * packetBytes }), { ...rest, size })
  return loaded === undefined ? [] : [loaded]
}

describe('a limit of the path', () => {
  test('is a policer if losses lie on its line and no queue grows', () => {
    expect(judge(overload(fitted()))).toMatchObject({
      kind: 'policer',
      direction: 'forward',
      bitsPerSecond: 10_000_000,
      packetsPerSecond: 1_250_000 / 1228,
      burstBytes: 50_000,
      reason: expect.stringContaining('a policer from client to server passes 10 Mbit/s of IP packets') as string,
    })
    expect(judge(overload(fitted())).unit).toBeUndefined()
  })

  test('is a shaper if a queue stands in front of it', () => {
    const limit = judge(overload(queued({ direction: 'return' })))
    expect(limit).toMatchObject({ kind: 'shaper', direction: 'return', bitsPerSecond: 10_000_000, queueMs: 50 })
    expect(limit.reason).toContain(
      'a queue from server to client drains at 10 Mbit/s of IP packets, which delays datagrams by 50 ms',
    )
  })

  test('counts bits or packets, by a second size', () => {
    for (const overhead of [0, 14, 38, 60])
      expect(judge([...overload(queued()), ...otherSize('bits', queued, {}, overhead)])).toMatchObject({
        kind: 'shaper',
        unit: 'bits',
      })
    const packets = judge([...overload(fitted()), ...otherSize('packets', fitted)])
    expect(packets).toMatchObject({ kind: 'policer', unit: 'packets' })
    expect(packets.reason).toContain('It counts datagrams')
  })

  test('has a rate and a burst in datagrams, also if they are sent in fragments', () => {
    const packetBytes = 3068
    const fit = fitted({ packetsPerSecond: (3 * 1_250_000) / packetBytes, depthPackets: 60 })
    const limit = judge(overload(fit, { packetBytes, packetsEach: 3 }))
    expect(limit.packetsPerSecond).toBeCloseTo(1_250_000 / packetBytes, 6)
    expect(limit).toMatchObject({ bitsPerSecond: 10_000_000, burstPackets: 20 })
  })

  test('has no unit if the second size fits neither', () => {
    const [, other] = overload(fitted({ packetBytes: 428, bytesPerSecond: 600_000 }), { size: 400 })
    expect(judge([...overload(fitted()), ...(other === undefined ? [] : [other])]).unit).toBeUndefined()
  })

  test('of two directions is the smaller one, and forward of equal ones', () => {
    const both = (back: number) => {
      const [before, loaded] = overload(queued({ direction: 'forward' }))
      if (before === undefined || loaded === undefined) throw new Error('no trial')
      return judge([
        before,
        { ...loaded, fits: [...loaded.fits, queued({ direction: 'return', bytesPerSecond: back })] },
      ])
    }
    expect(both(600_000)).toMatchObject({ direction: 'return', bitsPerSecond: 4_800_000 })
    expect(both(1_250_000)).toMatchObject({ direction: 'forward', bitsPerSecond: 10_000_000 })
  })

  test('takes the burst of the trial that began with the fullest bucket', () => {
    const [, second] = overload(fitted({ depthBytes: 90_000, error: 0.004 }))
    expect(
      judge([...overload(fitted({ depthBytes: undefined })), ...(second === undefined ? [] : [second])]),
    ).toMatchObject({
      burstBytes: 90_000,
    })
  })

  test('is unknown if trials show different limits', () => {
    const [, faster] = overload(fitted({ bytesPerSecond: 2_500_000 }), { offeredPps: 4000 })
    const limit = judge([...overload(fitted()), ...(faster === undefined ? [] : [faster])])
    expect(limit).toMatchObject({ kind: 'unknown' })
    expect(limit.bitsPerSecond).toBeUndefined()
    expect(limit.reason).toContain('from 10 Mbit/s to 20 Mbit/s')
  })

  test('is unknown if more passed for long without a loss', () => {
    const limit = judge([...overload(fitted()), trial({ offeredPps: 3000, seconds: 4, fates: { intact: 12_000 } })])
    expect(limit).toMatchObject({ kind: 'unknown' })
  })

  test('allows what its bucket let pass', () => {
    expect(
      judge([...overload(fitted({ depthBytes: 3_000_000 })), trial({ offeredPps: 2000, fates: { intact: 4000 } })])
        .kind,
    ).toBe('policer')
  })

  test('is unknown if delays do not show a queue', () => {
    expect(judge(overload(fitted({ isQueue: undefined })))).toMatchObject({
      kind: 'unknown',
      bitsPerSecond: 10_000_000,
    })
  })

  test('may be a queue so large that nothing is lost yet', () => {
    const limit = judge([trial({ queues: [growing()] })])
    expect(limit).toMatchObject({ kind: 'shaper', direction: 'forward', queueMs: 230 })
    expect(limit.bitsPerSecond).toBeCloseTo((1000 * 1228 * 8) / 1.125)
    expect(limit.reason).toContain('nothing needed to be lost yet')
  })

  test('does not say that nothing was lost where something was', () => {
    const limit = judge([trial({ queues: [growing()], fates: { intact: 1998, lostForward: 2 } })])
    expect(limit.kind).toBe('shaper')
    expect(limit.reason).not.toContain('lost yet')
  })

  test('is unknown if a small queue grew, or one that does not fit the rate', () => {
    expect(judge([trial({ queues: [growing({ last: 2 * MILLISECOND })] })]).kind).toBe('unknown')
    expect(judge([trial({ queues: [growing({ drained: 500_000 })] })]).kind).toBe('unknown')
  })
})

describe('without evidence of the server', () => {
  const roundTrip = (unit: 'bits' | 'packets' | 'payload' | undefined, fit = queued) => {
    const given = { ...FOREIGN, direction: 'roundTrip' } as const
    return judge([
      ...overload(fit({ direction: 'roundTrip' }), FOREIGN),
      ...(unit === undefined ? [] : otherSize(unit, fit, given)),
    ])
  }

  test('a queue of bytes is one of the path', () => {
    const limit = roundTrip('bits')
    expect(limit).toMatchObject({ kind: 'shaper', unit: 'bits', queueMs: 50 })
    expect(limit.direction).toBeUndefined()
    expect(roundTrip('bits', fitted)).toMatchObject({ kind: 'policer', unit: 'bits' })
  })

  test('one of packets may be the server, and so may one of payload', () => {
    expect(roundTrip('packets')).toMatchObject({ kind: 'unknown', unit: 'packets' })
    expect(roundTrip(undefined)).toMatchObject({ kind: 'unknown', bitsPerSecond: 10_000_000 })
    for (const fit of [queued, fitted])
      expect(roundTrip('payload', fit)).toMatchObject({ kind: 'unknown', evidence: { counts: 'payload' } })
  })

  test('a limit without a queue is a policer, on the path or in the server', () => {
    for (const unit of ['packets', undefined] as const) {
      const limit = roundTrip(unit, fitted)
      expect(limit).toMatchObject({ kind: 'policer', bitsPerSecond: 10_000_000 })
      expect(limit.direction).toBeUndefined()
      expect(limit.reason).toContain('Nothing proves whether it is on the path or in the server')
    }
  })

  test('a growing queue is unknown', () => {
    expect(judge([trial({ ...FOREIGN, queues: [growing({ direction: 'roundTrip' })] })])).toMatchObject({
      kind: 'unknown',
    })
  })

  test('a server that stamps in its program has its socket buffer in the forward delay', () => {
    const PROGRAM = { serverStampsKernel: false, serverDrops: undefined } as const
    expect(judge(overload(queued(), PROGRAM)).kind).toBe('unknown')
    expect(judge([...overload(queued(), PROGRAM), ...otherSize('packets', queued, PROGRAM)]).kind).toBe('unknown')
    expect(judge([...overload(queued(), PROGRAM), ...otherSize('bits', queued, PROGRAM)])).toMatchObject({
      kind: 'shaper',
      direction: 'forward',
    })
    expect(judge(overload(queued({ direction: 'return' }), PROGRAM))).toMatchObject({
      kind: 'shaper',
      direction: 'return',
    })
    expect(judge([trial({ ...PROGRAM, queues: [growing()] })]).kind).toBe('unknown')
  })

  test('one-way delays prove the direction of losses that nothing else proves', () => {
    const sides = { queueForward: 49 * MILLISECOND, queueReturn: MILLISECOND }
    expect(judge(overload(queued({ direction: 'roundTrip' }), sides))).toMatchObject({
      kind: 'shaper',
      direction: 'forward',
    })
    const [queueForward, queueReturn] = [sides.queueReturn, sides.queueForward]
    expect(judge(overload(queued({ direction: 'roundTrip' }), { queueForward, queueReturn }))).toMatchObject({
      kind: 'shaper',
      direction: 'return',
    })
    expect(
      judge(
        overload(queued({ direction: 'roundTrip' }), { queueForward: 30 * MILLISECOND, queueReturn: 30 * MILLISECOND }),
      ).direction,
    ).toBeUndefined()
  })
})

describe('a limit of this host', () => {
  const refusals = (fits: TrialEvidence['fits']) =>
    judge([trial({ offeredPps: 2000, fates: { intact: 2000, refused: 2000 }, refusedHere: 2000, fits })])

  test('is a shaper if its queue grew before its kernel refused datagrams', () => {
    const limit = refusals([queued()])
    expect(limit).toMatchObject({ kind: 'shaper', direction: 'forward', queueMs: 50, evidence: { ownQueue: true } })
    expect(limit.reason).toContain('It is the queue of an interface of this host (tc -s qdisc)')
  })

  test('is the sender if no queue was visible', () => {
    expect(refusals([])).toMatchObject({ kind: 'sender', evidence: { ownQueue: true } })
    expect(refusals([fitted()])).toMatchObject({ kind: 'sender', evidence: { ownQueue: true } })
  })

  test('is a shaper too if only the counter of its interface shows the drops', () => {
    const given = { ownQueueDrops: 2000, queueForward: 50 * MILLISECOND }
    expect(judge(overload(queued({ direction: 'roundTrip' }), given))).toMatchObject({
      kind: 'shaper',
      direction: 'forward',
      evidence: { ownQueue: true },
    })
  })

  test('is its firewall if that refused datagrams at a constant rate', () => {
    const limit = judge([
      trial({ offeredPps: 2000, fates: { intact: 2000, refused: 2000 }, forbiddenHere: 2000, fits: [fitted()] }),
    ])
    expect(limit).toMatchObject({ kind: 'policer', direction: 'forward', evidence: { ownFirewall: true } })
    expect(limit.reason).toContain('nft list ruleset')
  })

  test('is the sender if it did not reach the rate, or its receive buffer was full', () => {
    expect(judge([trial({ offeredPps: 1000 }), trial({ offeredPps: 100_000, sentPps: 60_000 })])).toMatchObject({
      kind: 'sender',
      packetsPerSecond: 60_000,
    })
    expect(judge([trial({ offeredPps: 1000, sentPps: 900 }), trial({ offeredPps: 1000 })], true).kind).toBe('none')
    expect(judge([trial({ fates: { intact: 1000, lostClientBuffer: 1000 } })])).toMatchObject({
      kind: 'sender',
      evidence: { clientBuffer: true, count: 1000, lost: 1000 },
    })
  })
})

describe('a limit of the server', () => {
  test('is its full buffer, its cap, or its own queue', () => {
    expect(judge([trial({ fates: { intact: 1000, lostServerBuffer: 900, lostForward: 100 } })])).toMatchObject({
      kind: 'receiver',
      evidence: { serverBuffer: true, count: 900, lost: 1000 },
    })
    const cap = judge([trial({ fates: { intact: 1000, lostServerPolicy: 1000 } })])
    expect(cap).toMatchObject({ kind: 'receiver', evidence: { cap: true, deliveredPps: 500 } })
    expect(cap.reason).toContain('udptool serve --max-rate-per-source')
    const shown = fitted({ bytesPerSecond: 400 * 1228 })
    expect(judge([trial({ fates: { intact: 1000, lostServerPolicy: 1000 }, capFit: shown })])).toMatchObject({
      kind: 'receiver',
      packetsPerSecond: 400,
      evidence: { cap: true },
    })
    expect(judge([trial({ fates: { intact: 1000, lostServerPolicy: 1000 }, serverRefused: 990 })])).toMatchObject({
      kind: 'receiver',
      evidence: { serverRefusals: true, count: 990 },
    })
  })

  test('is a shaper of its host if a queue grew before its kernel refused replies', () => {
    const refused = { offeredPps: 2000, fates: { intact: 2000, lostServerPolicy: 2000 }, serverRefused: 2000 }
    const limit = judge([trial({ ...refused, fits: [queued({ direction: 'return' })] })])
    expect(limit).toMatchObject({ kind: 'shaper', direction: 'return', evidence: { serverRefusals: true } })
    expect(limit.reason).toContain("The kernel of the server's host refused the replies")
    expect(judge([trial({ ...refused, fits: [fitted({ direction: 'return', isQueue: undefined })] })]).kind).toBe(
      'receiver',
    )
  })

  test('is its full buffer too if its drop counter explains nearly all losses, or a few more', () => {
    const dropping = (serverDrops: number) =>
      judge([trial({ serverDrops, fates: { intact: 1000, lostForward: 1000 } })])
    expect(dropping(1001)).toMatchObject({ kind: 'receiver', evidence: { serverBuffer: true, count: 1000 } })
    expect(dropping(950)).toMatchObject({ kind: 'receiver' })
    expect(dropping(500)).toMatchObject({ kind: 'unknown' })
  })

  test('is its program if datagrams wait there, and none is lost on the path', () => {
    const slow = trial({ dwellP50: 20 * MILLISECOND, fates: { intact: 900, lostUnknown: 100 } })
    expect(judge([trial({ offeredPps: 100 }), slow])).toMatchObject({ kind: 'receiver', evidence: { dwellMs: 20 } })
    expect(judge([trial({ offeredPps: 100 }), trial({ ...slow, fates: { intact: 900, lostForward: 100 } })]).kind).toBe(
      'unknown',
    )
    expect(judge([trial({ ...slow, serverStampsKernel: false })]).kind).toBe('unknown')
  })
})

describe('no limit', () => {
  test('if the highest allowed rate held', () => {
    const limit = judge([trial({ offeredPps: 100 }), trial({ offeredPps: 4000 })], true)
    expect(limit).toMatchObject({ kind: 'none' })
    expect(limit.reason).toContain('4 kpps')
  })

  test('is known if the search stopped early, or nothing was answered', () => {
    expect(judge([trial()])).toMatchObject({ kind: 'unknown' })
    expect(judge([])).toMatchObject({ kind: 'unknown' })
    expect(judge([trial({ fates: { lostUnknown: 200 } })])).toMatchObject({ kind: 'unknown', evidence: { replies: 0 } })
  })

  test('explains losses that do not grow with the rate', () => {
    const losing = (offeredPps: number) =>
      trial({ offeredPps, fates: { intact: 98 * offeredPps, lostForward: 2 * offeredPps } })
    const limit = judge([losing(100), losing(800), losing(400)])
    expect(limit).toMatchObject({ kind: 'unknown', evidence: { lowestPps: 100, highestPps: 800 } })
    expect(limit.reason).toContain('losses do not grow with the rate, 2% at 100 pps and 2% at 800 pps')
  })

  test('is not seen in losses of datagrams that left late', () => {
    const limit = judge([trial({ fates: { intact: 1900, lostForward: 100 }, lateLosses: 80 })])
    expect(limit).toMatchObject({ kind: 'unknown', evidence: { lateLosses: 80, lost: 100 } })
    expect(limit.reason).toContain('80 of 100 lost datagrams had left late')
  })

  test('is seen in a fit of few losses, or of losses beside the line', () => {
    expect(judge(overload(fitted({ explained: 4 }))).kind).toBe('unknown')
    expect(judge(overload(fitted({ explained: 500, unexplained: 400 }))).kind).toBe('unknown')
    expect(judge(overload(fitted({ error: 0.3 }))).kind).toBe('unknown')
  })
})

test('the order of the trials does not matter', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), fc.boolean(), (order, isQueue) => {
      const fit = isQueue ? queued : fitted
      const trials = [
        ...overload(fit()),
        ...overload(fit({ bytesPerSecond: 1_260_000, error: 0.004 }), { offeredPps: 1500 }),
        ...otherSize('bits', fit),
        trial({ offeredPps: 900 }),
      ]
      expect(judge(order.flatMap(at => trials[at] ?? []))).toStrictEqual(judge(trials))
    }),
  )
})

test('random loss is no limit, even if every trial shows a line by chance', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.002, max: 0.6, noNaN: true }),
      fc.integer({ min: 2, max: 8 }),
      fc.boolean(),
      (ratio, count, isFitted) => {
        const trials = Array.from({ length: count }, (_, n) => {
          const offeredPps = 1000 * 2 ** n
          const lost = Math.round(2 * offeredPps * ratio)
          // What passes is the same share of any rate.
          const fit = fitted({ bytesPerSecond: offeredPps * 1228 * (1 - ratio), offered: offeredPps * 1228 })
          const fates = { intact: 2 * offeredPps - lost, lostForward: lost }
          return trial({ offeredPps, fates, fits: isFitted ? [fit] : [] })
        })
        expect(judge(trials)).toMatchObject({ kind: 'unknown' })
      },
    ),
  )
})
