import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { createIrttFacts } from '../../../src/facts/irtt.ts'
import { joinRuns } from '../../../src/facts/joined-runs.ts'
import { NO_COUNTER } from '../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { createStampFacts, type StampFacts } from '../../../src/facts/stamp.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { FATES } from '../../../src/ledger/fate.ts'
import { simulate } from '../../simulation/simulate.ts'
import { answered, crafted, echoed, silent, withTotals, unreachable } from '../ledger/crafted.ts'
import { irttPlan, networkOf, probePlan, responderPlan, stampPlan } from '../machines/plans.ts'

const tooBig = { errno: 90, type: 3, code: 4, mtu: 1400, reporter: '10.0.0.1' }

/** A run with these ICMP errors. */
function withIcmp(facts: RunFacts, ...errors: RunFacts['icmp']): RunFacts {
  facts.icmp.push(...errors)
  return facts
}

describe('runs joined', () => {
  test('a single run is unchanged', () => {
    const facts = crafted([answered()])
    expect(joinRuns([{ facts, began: 0 }])).toBe(facts)
  })

  test('headers and the counters of this host are added up; sockets are those of the first', () => {
    const [one, other] = [crafted([answered()]), crafted([answered()])]
    one.headers = { up: { tos: { 0: 1 }, fragment: 1396 }, down: { tos: {} } }
    other.headers = { up: { tos: { 0: 2, 8: 3 }, fragment: 100 }, down: { tos: { 0: 4 } } }
    one.sockets = { recvBuffer: 4096, tos: 8 }
    one.host = { mtu: 1500, grown: { incomplete: 1 } }
    other.host = { mtu: 1500, grown: { incomplete: 2, badChecksums: 5 } }
    const joined = joinRuns([
      { facts: one, began: 0 },
      { facts: other, began: SECOND },
    ])
    expect(joined.headers).toEqual({ up: { tos: { 0: 3, 8: 3 }, fragment: 1396 }, down: { tos: { 0: 4 } } })
    expect(joined.host).toEqual({ mtu: 1500, grown: { incomplete: 3, badChecksums: 5 } })
    expect(joined.sockets).toEqual({ recvBuffer: 4096, tos: 8 })
    // The runs themselves are unchanged.
    expect(one.headers.up.tos).toEqual({ 0: 1 })
  })

  test('every size keeps its ledger, and all fates add up, over random networks', () => {
    const round = fc.record({
      sizes: fc.array(fc.integer({ min: 34, max: 2000 }), { minLength: 1, maxLength: 4 }),
      count: fc.integer({ min: 1, max: 12 }),
      drop: fc.double({ min: 0, max: 0.6, noNaN: true }),
      clients: fc.constantFrom(1, 2),
    })
    fc.assert(
      fc.property(fc.array(round, { minLength: 2, maxLength: 4 }), rounds => {
        const runs = rounds.map(({ sizes, count, drop, clients }, number) => {
          const runNumbers = Array.from({ length: clients }, (_, n) => 1000 * number + n + 1)
          const probe = probePlan({ sizes, count, clients, runs: runNumbers })
          const rule = { rule: 'drop', ratio: drop } as const
          const network = networkOf({ seed: number, up: [rule], down: [rule] })
          return { facts: simulate({ probe, respond: responderPlan(), network }).facts, began: number * SECOND }
        })
        const [first, ...others] = runs
        if (first === undefined) throw new Error('no run')
        const joined = analyzeRun(joinRuns([first, ...others])).tally
        const apart = runs.map(({ facts }) => analyzeRun(facts).tally)
        for (const fate of FATES) {
          expect(joined.total.fates[fate]).toBe(apart.reduce((sum, { total }) => sum + total.fates[fate], 0))
          for (const [size, group] of joined.sizes) {
            const expected = apart.reduce((sum, { sizes }) => sum + (sizes.get(size)?.fates[fate] ?? 0), 0)
            expect(group.fates[fate]).toBe(expected)
          }
        }
        expect(joined.clients.map(({ fates }) => fates)).toEqual(
          apart.flatMap(({ clients }) => clients.map(({ fates }) => fates)),
        )
        expect(joined.total.rtt.count).toBe(apart.reduce((sum, { total }) => sum + total.rtt.count, 0))
      }),
      { numRuns: 40 },
    )
  })

  test('an ICMP error of two runs is listed once, and each probe keeps its own', () => {
    const closed = { errno: 111, type: 3, code: 3 }
    const first = withIcmp(crafted([unreachable(0)]), tooBig)
    const second = withIcmp(crafted([unreachable(0), unreachable(1), answered()]), closed, tooBig)
    const joined = joinRuns([
      { facts: first, began: 0 },
      { facts: second, began: SECOND },
    ])
    expect(joined.icmp).toEqual([tooBig, closed])
    expect([...analyzeRun(joined).tally.icmp]).toEqual([
      [0, 2],
      [1, 1],
    ])
  })

  test('times are consecutive, and an interrupt of one run is one of all', () => {
    const first = crafted([answered()])
    const second = crafted([answered()])
    second.interrupted = true
    const joined = joinRuns([
      { facts: first, began: 0 },
      { facts: second, began: SECOND },
    ])
    expect(joined.interrupted).toBe(true)
    expect(joined.clients.map(client => client.firstSent)).toEqual([0, SECOND])
    expect(joined.closedAt).toBe(SECOND + 10 * MILLISECOND)
    const { rtt } = analyzeRun(joined).tally.total
    expect(rtt.result()).toMatchObject({ count: 2, min: MILLISECOND, max: MILLISECOND })
  })

  test('sessions of STAMP follow each other, each with its own numbers, and their sums are added up', () => {
    const plan = { protocol: stampPlan({ tlvs: ['direct'] }) }
    const tlv = { sent: 2, recognized: 1, unrecognized: 0, malformed: 0, integrityFailed: 0, missing: 1 }
    const session = (sequence: number): StampFacts['sessions'][number] => ({
      extras: [
        { sequence, sent: 5, counter: 2, arrived: 6 },
        { sequence: 3, sent: 9 },
      ],
      copies: [{ sequence: 0, counter: 4, arrived: 8 }],
      copiesOmitted: sequence,
    })
    const [one, other] = [
      crafted([echoed({ counter: 7 }), silent()], { plan }),
      crafted([silent(), echoed({ counter: 0 })], { plan }),
    ]
    one.stamp = {
      ...createStampFacts(1),
      sessions: [session(1)],
      requestTtl: { 64: 1 },
      tlvs: { direct: tlv },
      followUp: { count: 1, least: 5, most: 5, sum: 5 },
      forged: 1,
    }
    other.stamp = {
      ...createStampFacts(1),
      sessions: [session(0)],
      requestTtl: { 64: 2, 63: 1 },
      tlvs: { direct: tlv, padding: tlv },
      followUp: { count: 2, least: 3, most: 9, sum: 12 },
      replyBytes: { least: 44, most: 60 },
      forged: 2,
    }
    const joined = joinRuns([
      { facts: one, began: 0 },
      { facts: other, began: SECOND },
    ])
    expect(joined.stamp).toEqual({
      ...createStampFacts(1),
      sessions: [
        session(1),
        {
          extras: [
            { sequence: 0, sent: SECOND + 5, counter: 2, arrived: SECOND + 6 },
            { sequence: 3, sent: SECOND + 9 },
          ],
          copies: [{ sequence: 0, counter: 4, arrived: SECOND + 8 }],
          copiesOmitted: 0,
        },
      ],
      requestTtl: { 63: 1, 64: 3 },
      tlvs: {
        direct: { sent: 4, recognized: 2, unrecognized: 0, malformed: 0, integrityFailed: 0, missing: 2 },
        padding: tlv,
      },
      followUp: { count: 3, least: 3, most: 9, sum: 17 },
      replyBytes: { least: 44, most: 60 },
      forged: 3,
    })
    // Two clients, of which the first has rows 0 and 2, the second rows 5 and 7.
    const page = joined.probes.pages[0]
    expect([0, 2, 5, 7].map(row => page?.counter?.[row])).toEqual([7, NO_COUNTER, NO_COUNTER, 0])
  })

  test('irtt: every run was opened, or it was not', () => {
    const run = (given: object): RunFacts => {
      const facts = crafted([echoed({ counter: 1 })], { plan: { protocol: irttPlan() } })
      facts.irtt = { ...createIrttFacts(), opened: true, ...given }
      return facts
    }
    const joined = joinRuns([
      { facts: run({ forged: 1 }), began: 0 },
      { facts: run({ closedByServer: true, forged: 2 }), began: SECOND },
      { facts: run({ opened: false }), began: 2 * SECOND },
    ])
    expect(joined.irtt).toEqual({ opened: false, closedByServer: true, forged: 3 })
  })

  test('to the server each run is a stranger to the others: its drops belong to no particular run', () => {
    const lossy = crafted([answered(), silent('notReceived')], { clients: [withTotals({ distinct: 1, drops: 1 })] })
    expect(analyzeRun(lossy).tally.total.fates.lostServerBuffer).toBe(1)
    const strange = crafted([answered(), silent('notReceived')], {
      clients: [withTotals({ distinct: 1, drops: 1, strangers: 3 })],
    })
    const joined = joinRuns([
      { facts: strange, began: 0 },
      { facts: crafted([answered()]), began: SECOND },
    ])
    expect(analyzeRun(joined).tally.total.fates).toMatchObject({ lostForward: 1, lostServerBuffer: 0 })
  })
})
