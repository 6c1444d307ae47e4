import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OUTCOME } from '../../../src/facts/probe-table.ts'
import { probeSize, type RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun, type Analysis } from '../../../src/ledger/analysis.ts'
import { FATES, lossCount, replyCount, scheduledCount } from '../../../src/ledger/fate.ts'
import type { Group } from '../../../src/ledger/group.ts'
import { CHECKED_SIZE } from '../../../src/wire/probe.ts'
import { rowsOf, type Row } from '../machines/rows.ts'
import { anyRun, simulateSettled, udptoolRun } from './runs.ts'

function overRuns(check: (facts: RunFacts, analysis: Analysis) => void, numRuns: number): void {
  fc.assert(
    fc.property(anyRun, plan => {
      const { facts } = simulateSettled(plan)
      check(facts, analyzeRun(facts))
    }),
    { numRuns },
  )
}

function hasReply({ outcome }: Row): boolean {
  return outcome === OUTCOME.whole || outcome === OUTCOME.cut || outcome === OUTCOME.wrong
}

/** RFC 4737 section 3.3 over first replies with a proved sequence, counted independently. */
function countReordered(rows: readonly Row[], sizeOf: (row: Row) => number): number {
  const proved = rows.filter(row => {
    return hasReply(row) && (row.outcome === OUTCOME.whole ? sizeOf(row) : row.detail) >= CHECKED_SIZE
  })
  let highest = -1
  let late = 0
  for (const { sequence } of proved.toSorted((a, b) => a.arrived - b.arrived || a.order - b.order)) {
    if (sequence < highest) late += 1
    highest = Math.max(highest, sequence)
  }
  return late
}

describe('over random networks and servers', () => {
  test('every scheduled probe has one fate: in the total, of every size, of every client', () => {
    overRuns((facts, { tally }) => {
      const rows = facts.clients.map((_, client) => rowsOf(facts, client))
      expectWhole(tally.total, rows.flat().length)
      for (const [size, group] of tally.sizes) {
        expectWhole(group, rows.flat().filter(row => probeSize(facts.plan, row.sequence) === size).length)
      }
      facts.clients.forEach((client, number) => {
        const group = tally.clients[number]
        if (group === undefined) throw new Error('no group')
        expectWhole(group, client.scheduled)
        expect(replyCount(group.fates)).toBe(client.replies)
      })
    }, 120)
  })

  test('the replies of the groups add up to the total', () => {
    overRuns((_, { tally }) => {
      for (const groups of [[...tally.sizes.values()], tally.clients]) {
        for (const fate of ['intact', 'late', 'truncated', 'corrupt', 'refused', 'unreachable'] as const) {
          expect(groups.reduce((sum, group) => sum + group.fates[fate], 0)).toBe(tally.total.fates[fate])
        }
        expect(groups.reduce((sum, group) => sum + lossCount(group.fates), 0)).toBe(lossCount(tally.total.fates))
        expect(groups.reduce((sum, group) => sum + group.duplicates, 0)).toBe(tally.total.duplicates)
        expect(groups.reduce((sum, group) => sum + group.reordered, 0)).toBe(tally.total.reordered)
      }
    }, 60)
  })

  test('no group claims a proved loss that the total does not have', () => {
    overRuns((_, { tally }) => {
      for (const groups of [[...tally.sizes.values()], tally.clients]) {
        for (const fate of ['lostReturn', 'lostServerPolicy', 'lostServerBuffer', 'lostClientBuffer'] as const) {
          if (fate === 'lostReturn' && tally.total.fates.lostClientBuffer > 0) continue
          expect(groups.reduce((sum, group) => sum + group.fates[fate], 0)).toBeLessThanOrEqual(tally.total.fates[fate])
        }
      }
    }, 100)
  })

  test('loss counts probes without a first reply, so copies never lower it', () => {
    overRuns((facts, { tally }) => {
      const firstReplies = facts.clients.flatMap((_, client) => rowsOf(facts, client).filter(hasReply)).length
      expect(lossCount(tally.total.fates)).toBe(scheduledCount(tally.total.fates) - firstReplies)
      expect(firstReplies).toBe(facts.clients.reduce((sum, client) => sum + client.replies, 0))
    }, 80)
  })

  test('reordering is the count of RFC 4737, and the longest run and the outages are those of the losses in sending order', () => {
    overRuns((facts, { tally }) => {
      const sizeOf = (row: Row): number => probeSize(facts.plan, row.sequence)
      const late = facts.clients.map((_, client) => countReordered(rowsOf(facts, client), sizeOf))
      expect(tally.total.reordered).toBe(late.reduce((sum, count) => sum + count, 0))
      expect(tally.clients.map(group => group.reordered)).toEqual(late)
      const runs = facts.clients.flatMap((_, client) => lossRuns(rowsOf(facts, client)))
      expect(tally.total.longestRun).toBe(Math.max(0, ...runs))
      const outages = runs.filter(length => length >= 2).toSorted((a, b) => a - b)
      expect(tally.total.outages.map(outage => outage.lost).toSorted((a, b) => a - b)).toEqual(outages)
    }, 80)
  })

  test('a network with duplicates gives copies, and otherwise the same ledger', () => {
    fc.assert(
      fc.property(udptoolRun, ({ network, ...plan }) => {
        const { facts } = simulateSettled({ ...plan, network: { ...network, down: [{ rule: 'duplicate', ratio: 1 }] } })
        const { tally } = analyzeRun(facts)
        const lost = scheduledCount(tally.total.fates) - replyCount(tally.total.fates)
        expect(lossCount(tally.total.fates)).toBe(lost)
        expect(tally.total.duplicates).toBe(facts.clients.reduce((sum, client) => sum + client.duplicates, 0))
        const received = replyCount(tally.total.fates) + tally.total.duplicates + tally.total.unidentified
        expect(received).toBeGreaterThanOrEqual(replyCount(tally.total.fates))
      }),
      { numRuns: 50 },
    )
  })
})

function expectWhole(group: Group, scheduled: number): void {
  expect(scheduledCount(group.fates)).toBe(scheduled)
  for (const fate of FATES) expect(group.fates[fate]).toBeGreaterThanOrEqual(0)
}

function lossRuns(rows: readonly Row[]): number[] {
  const runs: number[] = []
  let open = 0
  for (const row of rows) {
    if (hasReply(row)) {
      if (open > 0) runs.push(open)
      open = 0
    } else open += 1
  }
  return open > 0 ? [...runs, open] : runs
}
