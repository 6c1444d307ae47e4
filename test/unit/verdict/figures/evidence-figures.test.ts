import { expect, test } from 'vitest'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { evidenceOf } from '../../../../src/verdict/figures/evidence-figures.ts'
import { answered, crafted } from '../../ledger/crafted.ts'

test('unobserved facts are absent', () => {
  const facts = crafted([answered()])
  expect(Object.keys(evidenceOf(facts, analyzeRun(facts))).toSorted()).toEqual([
    'icmp',
    'receipts',
    'timestamps',
    'truncation',
  ])
})

test('each direction has its own facts', () => {
  const facts = crafted([answered()])
  facts.headers = { up: { tos: { 0: 1, 184: 3 }, fragment: 1396 }, down: { tos: {} } }
  facts.host = { mtu: 1500, grown: { badChecksums: 0 } }
  expect(evidenceOf(facts, analyzeRun(facts))).toMatchObject({
    tos: {
      forward: [
        { value: 0, count: 1 },
        { value: 184, count: 3 },
      ],
    },
    fragment: { forward: 1396 },
    mtu: 1500,
    host: { badChecksums: 0 },
  })
})
