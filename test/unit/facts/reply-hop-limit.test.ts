import { expect, test } from 'vitest'
import { createProbePage, OUTCOME, ProbeTable } from '../../../src/facts/probe-table.ts'
import { lastHopLimit } from '../../../src/facts/reply-hop-limit.ts'

/** A table with these replies, one in a page. */
function table(...replies: readonly { arrived: number; ttl: number; outcome?: number }[]): ProbeTable {
  const made = new ProbeTable(1)
  for (const [number, { arrived, ttl, outcome = OUTCOME.whole }] of replies.entries()) {
    const page = createProbePage()
    page.outcome[3] = outcome
    page.arrived[3] = arrived
    if (page.ttl !== undefined) page.ttl[3] = ttl
    made.adopt(number, page)
  }
  return made
}

test('is that of the reply that arrived last', () => {
  expect(lastHopLimit(table({ arrived: 5, ttl: 63 }, { arrived: 9, ttl: 61 }, { arrived: 7, ttl: 62 }))).toBe(61)
})

test('of a damaged reply counts, what was not observed does not', () => {
  const { cut, waiting } = OUTCOME
  expect(lastHopLimit(table({ arrived: 5, ttl: 63, outcome: cut }, { arrived: 9, ttl: 0 }))).toBe(63)
  expect(lastHopLimit(table({ arrived: Infinity, ttl: 1, outcome: waiting }))).toBeUndefined()
  expect(lastHopLimit(table())).toBeUndefined()
})
