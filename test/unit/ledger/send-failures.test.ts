import { expect, test } from 'vitest'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { sendFailures } from '../../../src/ledger/send-failures.ts'
import { answered, crafted, silent, times, withTotals } from './crafted.ts'

const rows = [...times(5, answered()), ...times(4, silent('withheld')), silent('notReceived')]

test.each([
  ['none', {}, 0],
  ['some of those without a reply', { sendFailed: 3, withheld: 1 }, 3],
  // A failed reply and a sent one may belong to one probe: the count of probes is the bound.
  ['more than probes are without a reply', { sendFailed: 9 }, 4],
])('%s', (_, totals, failed) => {
  const facts = crafted(rows, { clients: [withTotals({ distinct: 9, ...totals })] })
  expect(sendFailures(facts, analyzeRun(facts).tally)).toBe(failed)
})

test('receipts that are not believed prove nothing', () => {
  const facts = crafted(rows, {
    clients: [{ receipts: { ...withTotals({ distinct: 9, sendFailed: 4 }).receipts, shrank: true } }],
  })
  expect(sendFailures(facts, analyzeRun(facts).tally)).toBe(0)
})
