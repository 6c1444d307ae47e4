import { expect, test } from 'vitest'
import { ChangedReceipts } from '../../../../../src/engine/kernel/prober/changed-receipts.ts'
import { createRunFacts } from '../../../../../src/facts/run.ts'
import { probePlan } from '../../../machines/plans.ts'

test('only the clients whose receipts changed, each once, and all at the end', () => {
  const engine = { name: 'kernel', icmp: 'none', truncation: 'program', timestamps: 'program' } as const
  const { clients } = createRunFacts(probePlan({ clients: 3 }), engine)
  const changed = new ChangedReceipts()
  const take = (all?: boolean): number[] => changed.take(clients, all).map(({ number }) => number)
  expect(take()).toEqual([])
  Object.assign(clients[1]?.receipts ?? {}, { toldAt: 5 })
  expect([take(), take()]).toEqual([[1], []])
  Object.assign(clients[1]?.receipts ?? {}, { state: 'whole' })
  Object.assign(clients[2]?.receipts ?? {}, { state: 'none' })
  expect([take(), take()]).toEqual([[1, 2], []])
  Object.assign(clients[1]?.receipts ?? {}, { toldAt: 6 })
  expect([take(), take(true)]).toEqual([[1], [0, 1, 2]])
})
