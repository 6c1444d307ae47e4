import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { PAGE_ROWS, TRAIT } from '../../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../../src/facts/run.ts'
import { probeRows, roundTrips } from '../../../../src/runs/send/probe-rows.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import type { ProbeRow } from '../../../../src/verdict/probe-row.ts'
import { answered, crafted, cut, refused, silent, times, withTotals, unreachable, wrong } from '../../ledger/crafted.ts'

function rowsOf(facts: RunFacts): ProbeRow[] {
  return [...probeRows(facts, analyzeRun(facts))]
}

const SENDING: ReadonlySet<string> = new Set(['seq', 'client', 'size', 'sentMs', 'scheduledMs'])

function besideSending(row: ProbeRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !SENDING.has(name)))
}

describe('probeRows', () => {
  test('a row for each fate, with its evidence', () => {
    const facts = crafted(
      [
        answered({ copies: 2 }),
        cut(60, { traits: TRAIT.same | TRAIT.answered | TRAIT.sideReply }),
        wrong(70),
        refused(90),
        unreachable(),
        silent('answered'),
      ],
      { clients: [withTotals({ distinct: 4 })] },
    )
    facts.icmp.push({ errno: 113 })
    expect(rowsOf(facts).map(besideSending)).toEqual([
      { fate: 'intact', copies: 2, arrivedMs: 1, rttMs: 1 },
      { fate: 'truncated', copies: 0, arrivedMs: 11, rttMs: 1, cutAt: 60, side: 'reply' },
      { fate: 'corrupt', copies: 0, arrivedMs: 21, rttMs: 1, side: 'unknown', detail: 'first wrong byte 70' },
      { fate: 'refused', copies: 0, detail: 'EMSGSIZE' },
      { fate: 'unreachable', copies: 0, detail: 'EHOSTUNREACH' },
      { fate: 'lostReturn', copies: 0 },
    ])
    expect(rowsOf(facts).map(row => row.sentMs)).toEqual([0, 10, 20, undefined, 40, 50])
  })

  test('clients in turn, sizes by sequence, times since the start', () => {
    const facts = crafted(times(4, answered()), { plan: { clients: 2, sizes: [100, 200] } })
    facts.startedAt = -5 * MILLISECOND
    expect(rowsOf(facts).map(({ seq, client, size, sentMs }) => [seq, client, size, sentMs])).toEqual([
      [0, 0, 100, 5],
      [0, 1, 100, 5],
      [1, 0, 200, 15],
      [1, 1, 200, 15],
    ])
  })

  test('folded pages have no rows', () => {
    const facts = crafted(times(PAGE_ROWS + 2, answered()))
    facts.probes.retire()
    expect(rowsOf(facts).map(row => row.seq)).toEqual([PAGE_ROWS, PAGE_ROWS + 1])
  })

  test('no rows if nothing was scheduled', () => {
    expect(rowsOf(crafted([]))).toEqual([])
  })
})

describe('roundTrips', () => {
  test('in sending order, NaN without a reply', () => {
    expect(roundTrips(crafted([answered(), silent(), answered()]), 10)).toEqual([1, NaN, 1])
  })

  test('evenly sampled if there are too many', () => {
    const rows = Array.from({ length: 100 }, (_, i) => answered({ sent: 0, arrived: i * MILLISECOND }))
    expect(roundTrips(crafted(rows), 4)).toEqual([0, 25, 50, 75])
  })
})
