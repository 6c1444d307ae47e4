import { expect, test } from 'vitest'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { diagnose } from '../../../../src/verdict/diagnosis/diagnose.ts'
import { answered, crafted, silent, withTotals } from '../../ledger/crafted.ts'
import { CONTEXT } from '../context.ts'

/** Two probes of each client, of which the second is lost; the server has evicted all of them. */
function forgotten(clients: number) {
  const rows = Array.from({ length: 2 * clients }, (_, row) => (row < clients ? answered() : silent('notReceived')))
  const plan = { clients, runs: Array.from({ length: clients }, (_, n) => n + 1) }
  const each = Array.from({ length: clients }, () => withTotals({ distinct: 0, completeMs: 0 }))
  const facts = crafted(rows, { plan, clients: each })
  return diagnose({ ...facts, implausible: { received: 7 } }, analyzeRun(facts), CONTEXT.target)
}

test('more source ports than a server remembers for one address are reported', () => {
  const [receipts, ...others] = forgotten(1025).filter(({ code }) => code !== 'tooFewSamples')
  expect(receipts).toMatchObject({ code: 'receiptsVoid', evidence: { most: 1024 } })
  expect(receipts?.message).toMatch(/A server remembers 1024 runs of one address.* this run has 1025 ports/u)
  expect(receipts?.hint).toContain('at most 1024 source ports')
  expect(others).toEqual([])
})

test('as many as it remembers are not', () => {
  const [receipts, implausible] = forgotten(1024)
  expect(receipts).toMatchObject({ code: 'receiptsVoid', message: expect.not.stringContaining('1024') })
  expect(implausible?.code).toBe('implausibleEvidence')
})
