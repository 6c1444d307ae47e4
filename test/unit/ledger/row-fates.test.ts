import { expect, test } from 'vitest'
import type { RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { createFateCounts } from '../../../src/ledger/fate.ts'
import { answered, crafted, silent, times, withTotals } from './crafted.ts'

function fatesOf(facts: RunFacts): (string | undefined)[] {
  const { fateOf } = analyzeRun(facts)
  const scheduled = facts.clients.reduce((sum, client) => sum + client.scheduled, 0)
  return Array.from({ length: scheduled }, (_, row) => fateOf(row))
}

test('a direction that became doubtful is not in the rows', () => {
  const rows = [answered(), ...times(3, silent('answered')), answered()]
  const facts = crafted(rows, { clients: [{ ...withTotals({ distinct: 5 }), unidentified: 2 }] })
  expect(fatesOf(facts)).toEqual(['intact', 'lostReturn', 'lostUnknown', 'lostUnknown', 'intact'])
})

test('losses that a counter explains are in the rows, as often as in the ledger', () => {
  const rows = [...times(4, silent('notReceived')), answered()]
  const facts = crafted(rows, { clients: [withTotals({ distinct: 1, drops: 3 })] })
  expect(fatesOf(facts)).toEqual(['lostForward', 'lostServerBuffer', 'lostServerBuffer', 'lostServerBuffer', 'intact'])
})

test('each client has as many rows of a fate as its ledger says', () => {
  const rows = [...times(6, silent('answered')), ...times(4, answered())]
  const clients = [{ ...withTotals({ distinct: 5 }), unidentified: 1 }, withTotals({ distinct: 5 })]
  const facts = crafted(rows, { plan: { clients: 2 }, clients })
  const { tally } = analyzeRun(facts)
  const fates = fatesOf(facts)
  tally.clients.forEach((group, client) => {
    const counts: Record<string, number> = createFateCounts()
    fates.forEach((fate, row) => {
      if (row % 2 === client && fate !== undefined) counts[fate] = (counts[fate] ?? 0) + 1
    })
    expect(counts).toEqual(group.fates)
  })
})
