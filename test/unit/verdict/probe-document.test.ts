import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { resultSchema } from '../../../src/schema/result.ts'
import { anyRun, simulateSettled } from '../ledger/runs.ts'
import {
  answered,
  crafted,
  cut,
  echoed,
  refused,
  silent,
  times,
  withTotals,
  unreachable,
  wrong,
} from '../ledger/crafted.ts'
import { resultOf } from './context.ts'

function sum(counts: object): number {
  return Object.values(counts).reduce((total: number, count) => total + Number(count), 0)
}

test('over random networks and servers: the document matches its schema, and its ledger adds up', () => {
  fc.assert(
    fc.property(anyRun, plan => {
      const result = resultOf(simulateSettled(plan).facts, 'loss<5%', 'rtt.p99<20ms', 'loss.forward==0')
      expect(resultSchema.safeParse(result).error).toBeUndefined()
      // The output is JSON: no undefined, no NaN, no infinity may reach it.
      expect(JSON.parse(JSON.stringify(result))).toEqual(result)
      for (const { ledger, loss } of [result, ...result.sizes, ...result.clients]) {
        const { fates, scheduled, replies, received, duplicates, foreign, unidentified, sent } = ledger
        expect(sum(fates)).toBe(scheduled)
        expect(sent).toBe(scheduled - (fates.refused ?? 0))
        expect(replies).toBe(fates.intact + (fates.late ?? 0) + (fates.truncated ?? 0) + (fates.corrupt ?? 0))
        expect(received).toBe(replies + duplicates + foreign + unidentified)
        expect(loss.count).toBe(scheduled - replies)
        if (scheduled === 0) expect(loss.ratio).toBeUndefined()
        else expect(loss.ratio).toBe(loss.count / scheduled)
        const [low = 0, high = 1] = loss.ci95 ?? []
        expect(low).toBeLessThanOrEqual(loss.ratio ?? low)
        expect(high).toBeGreaterThanOrEqual(loss.ratio ?? high)
      }
      expect(result.truncation.cutAt.reduce((total, { count }) => total + count, 0)).toBe(result.truncation.count)
    }),
    { numRuns: 60 },
  )
})

describe('unobserved values are absent, not zero', () => {
  test('without receipts no loss has a direction', () => {
    const { loss, evidence } = resultOf(crafted([echoed(), silent()]))
    expect(loss).not.toHaveProperty('forward')
    expect(loss).not.toHaveProperty('return')
    expect(loss.unknown).toBe(1)
    expect(evidence.receipts).toBe('none')
  })

  test('with receipts it has, even if it is zero', () => {
    const { loss } = resultOf(crafted([answered(), silent('answered')], { clients: [withTotals({ distinct: 2 })] }))
    expect(loss).toMatchObject({ count: 1, forward: 0, return: 1, unknown: 0 })
  })

  test('unreadable drop counters', () => {
    expect(resultOf(crafted([answered()])).evidence).not.toHaveProperty('clientDrops')
    expect(resultOf(crafted([answered()])).evidence).not.toHaveProperty('serverDrops')
    const clients = [{ ...withTotals({ distinct: 1, drops: 0 }), dropsBefore: 4, dropsAfter: 4 }]
    const read = resultOf(crafted([answered(), silent('notReceived')], { clients }))
    expect(read.evidence).toMatchObject({ clientDrops: 0, serverDrops: 0 })
  })

  test('without a reply there are no delays, no jitter, no share of reordering or copies', () => {
    const result = resultOf(crafted([silent()]))
    for (const name of ['rtt', 'rttNetwork', 'rttScheduled', 'jitter', 'oneWay', 'throughput', 'corruption']) {
      expect(result).not.toHaveProperty(name)
    }
    expect(result.reordering).not.toHaveProperty('ratio')
    expect(result.duplication).toEqual({})
    expect(result.reply.rule).toBe('none')
  })

  test('without a probe there is no ratio of loss', () => {
    const { loss, verdict, ledger } = resultOf(crafted([]))
    expect(loss).not.toHaveProperty('ratio')
    expect(loss).not.toHaveProperty('ci95')
    expect(ledger.fates).toEqual({ intact: 0 })
    expect(verdict).toBe('fail')
  })

  test('fates that did not happen', () => {
    expect(resultOf(crafted([silent()])).ledger.fates).toEqual({ intact: 0, lostUnknown: 1 })
    expect(resultOf(crafted([answered()])).ledger.fates).toEqual({ intact: 1 })
  })

  test('a server that does not report its dwell', () => {
    expect(resultOf(crafted([echoed()]))).not.toHaveProperty('rttNetwork')
    expect(resultOf(crafted([answered({ dwell: 5 })])).rttNetwork?.count).toBe(1)
  })

  test('a local port that was never bound', () => {
    expect(resultOf(crafted([answered()])).clients[0]).not.toHaveProperty('port')
    expect(resultOf(crafted([answered()], { clients: [{ port: 4242 }] })).clients[0]?.port).toBe(4242)
  })
})

describe('lists', () => {
  test('refusals by name, ICMP errors with their observed fields', () => {
    const facts = crafted([refused(90), refused(0), unreachable(0), unreachable(1)])
    facts.icmp.push({ errno: 111 }, { errno: 113, type: 3, code: 1, reporter: '192.0.2.1', mtu: 1400 })
    const result = resultOf(facts)
    expect(result.refused).toEqual([
      { error: 'EMSGSIZE', count: 1 },
      { error: 'still queued', count: 1 },
    ])
    expect(result.unreachable).toEqual([
      { error: 'ECONNREFUSED', count: 1 },
      { error: 'EHOSTUNREACH', count: 1, type: 3, code: 1, reporter: '192.0.2.1', by: 'between', mtu: 1400 },
    ])
  })

  test('corruption by side', () => {
    expect(resultOf(crafted([answered(), wrong(50), wrong(40, { traits: 0 })])).corruption).toEqual({
      count: 2,
      request: 1,
      reply: 0,
      unknown: 1,
      firstWrongByte: 40,
    })
  })

  test('cuts, the most frequent first', () => {
    expect(resultOf(crafted([cut(50), cut(60), cut(60)])).truncation).toEqual({
      count: 3,
      cutAt: [
        { length: 60, count: 2, side: 'unknown' },
        { length: 50, count: 1, side: 'unknown' },
      ],
    })
  })

  test('runs in eight hexadecimal digits', () => {
    const { clients } = resultOf(crafted(times(2, answered()), { plan: { clients: 2, runs: [0xabc, 0xffffffff] } }))
    expect(clients.map(client => client.run)).toEqual(['00000ABC', 'FFFFFFFF'])
  })

  test('at most 1000 clients, and the number of the others', () => {
    const runs = Array.from({ length: 1003 }, (_, run) => run)
    const result = resultOf(crafted(times(1003, answered()), { plan: { clients: 1003, runs } }))
    expect(result.clients).toHaveLength(1000)
    expect(result.clientsOmitted).toBe(3)
    expect(resultOf(crafted([answered()]))).not.toHaveProperty('clientsOmitted')
  })

  test('outages name their client if there are several', () => {
    const lost = times(4, silent())
    expect(resultOf(crafted(lost)).loss.outages).toEqual([
      { at: '2026-01-01T00:00:00.000Z', startMs: 0, lengthMs: 30, lost: 4 },
    ])
    expect(resultOf(crafted(lost, { plan: { clients: 2 } })).loss.outages.map(outage => outage.client)).toEqual([0, 1])
  })
})

test('throughput: n−1 intervals for sending, intact replies for answering', () => {
  const rows = [answered({ sent: 0 }), answered({ sent: 500 * MILLISECOND }), silent()].map((row, i) => ({
    ...row,
    sent: i * 500 * MILLISECOND,
  }))
  const { throughput } = resultOf(crafted(rows))
  expect(throughput?.sentPerSecond).toBe(2)
  expect(throughput?.repliesPerSecond).toBeCloseTo(2 / 0.501)
  expect(throughput?.bitsPerSecond).toBeCloseTo((2 * 128 * 8) / 0.501)
})

describe('the verdict', () => {
  test('without expectations one intact reply passes', () => {
    expect(resultOf(crafted([answered(), ...times(9, silent())])).verdict).toBe('pass')
    expect(resultOf(crafted([cut(60), wrong(50)])).verdict).toBe('fail')
  })

  test('with expectations only these decide', () => {
    const facts = crafted([answered(), silent()])
    expect(resultOf(facts, 'intact==1', 'loss==1').verdict).toBe('pass')
    expect(resultOf(facts, 'intact==1', 'loss==0').verdict).toBe('fail')
    expect(resultOf(crafted([silent()]), 'replies==0').verdict).toBe('pass')
  })

  test('a direction without receipts fails with the reason, whatever its value', () => {
    const [held] = resultOf(crafted([echoed()]), 'loss.forward==0').expectations
    expect(held).toEqual({ expr: 'loss.forward==0', passed: false, reason: expect.stringMatching(/^no receipts/) })
  })

  test('a figure without samples fails with the reason', () => {
    const result = resultOf(crafted([silent()]), 'rtt.p99<20ms', 'mtu>=1500')
    expect(result.verdict).toBe('fail')
    expect(result.expectations).toEqual([
      { expr: 'rtt.p99<20ms', passed: false, reason: 'no samples' },
      { expr: 'mtu>=1500', passed: false, reason: 'a run of probes does not search the path MTU' },
    ])
  })

  test('a ratio is relative to the scheduled probes, exactly', () => {
    const facts = crafted([...times(199, answered()), silent()])
    expect(resultOf(facts, 'loss==0.5%').expectations[0]).toEqual({ expr: 'loss==0.5%', actual: 0.005, passed: true })
    expect(resultOf(facts, 'loss<0.5%').verdict).toBe('fail')
  })
})
