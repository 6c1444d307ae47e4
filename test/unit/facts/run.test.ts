import { expect, test } from 'vitest'
import { createRunFacts, probeSize } from '../../../src/facts/run.ts'
import { probePlan, RUNS } from '../machines/plans.ts'

const ENGINE = { name: 'kernel', icmp: 'queue', truncation: 'kernel', timestamps: 'kernel' } as const

test('a run that is about to begin: one account a client, nothing counted, nothing observed', () => {
  const plan = probePlan({ clients: 3 })
  const facts = createRunFacts(plan, ENGINE)
  expect(facts.clients.map(client => client.run)).toEqual(RUNS.slice(0, 3))
  for (const { run, receipts, firstSent, lastSent, longestTrain, ...counts } of facts.clients) {
    expect(run).toBeGreaterThan(0)
    expect(receipts).toEqual({ state: 'unasked' })
    expect([firstSent, lastSent]).toEqual([Infinity, -Infinity])
    expect(longestTrain).toBe(1)
    expect(Object.values(counts).every(count => count === 0)).toBe(true)
  }
  expect(facts.probes.clients).toBe(3)
  expect(facts.probes.pages).toEqual([])
  expect(facts.closedAt).toBe(Infinity)
  expect(facts.plan).toBe(plan)
})

test('each client has its own receipts', () => {
  const [one, two] = createRunFacts(probePlan({ clients: 2 }), ENGINE).clients
  expect(one?.receipts).not.toBe(two?.receipts)
})

test('sizes are used in turn', () => {
  const plan = probePlan({ sizes: [0, 64, 1472] })
  expect([0, 1, 2, 3, 4, 3000].map(sequence => probeSize(plan, sequence))).toEqual([0, 64, 1472, 0, 64, 0])
})
