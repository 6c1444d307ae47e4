import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { simulate, type Simulation } from '../../simulation/simulate.ts'
import type { PacketRecord } from '../../simulation/truth.ts'
import type { ImpairmentRule } from '../../../src/facts/impairment-rule.ts'
import { OUTCOME } from '../../../src/facts/probe-table.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { IDENTIFIED_SIZE } from '../../../src/wire/probe.ts'
import { networkOf, probePlan, responderPlan } from './plans.ts'
import { rowsOf } from './rows.ts'

/** Longer than any packet is in flight. */
const LONG = 2 * SECOND

const ratio = fc.double({ min: 0, max: 0.6, noNaN: true })
const time = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max }).map(ms => ms * MILLISECOND)
const rule: fc.Arbitrary<ImpairmentRule> = fc.oneof(
  fc.record({ rule: fc.constant('drop' as const), ratio }),
  fc.record({ rule: fc.constant('dropEvery' as const), every: fc.integer({ min: 2, max: 6 }) }),
  fc.record({ rule: fc.constant('duplicate' as const), ratio: fc.constantFrom(0.3, 1) }),
  fc.record({ rule: fc.constant('reorder' as const), ratio, delay: time(90) }),
  fc.record({ rule: fc.constant('delay' as const), base: time(60), jitter: time(60) }),
  fc.record({ rule: fc.constant('truncate' as const), length: fc.integer({ min: 0, max: 20 }), ratio }),
)

/** Lock-step runs of probes too small to identify. */
const tiny = fc
  .record({
    clients: fc.integer({ min: 1, max: 3 }),
    sizes: fc.array(fc.integer({ min: 0, max: IDENTIFIED_SIZE - 1 }), { minLength: 1, maxLength: 3 }),
    count: fc.integer({ min: 1, max: 25 }),
    interval: time(5),
    timeout: fc.integer({ min: 20, max: 120 }).map(ms => ms * MILLISECOND),
    seed: fc.integer(),
    up: fc.array(rule, { maxLength: 3 }),
    down: fc.array(rule, { maxLength: 3 }),
    latency: time(20),
    fixedPort: fc.boolean(),
  })
  .map(({ clients, sizes, count, interval, timeout, fixedPort, ...network }): Simulation => {
    // A port is not reused before everything has arrived.
    const linger = fixedPort ? { linger: LONG } : {}
    return {
      probe: probePlan({ clients, sizes, count, interval, timeout, window: 1, ...linger }),
      respond: responderPlan(),
      network: networkOf(network),
      fixedPort,
    }
  })

function delivered(legs: readonly PacketRecord[] = []): PacketRecord[] {
  return legs.filter(leg => leg.fate === 'delivered')
}

function expectRightReplies(plan: Simulation): void {
  const { facts, truth } = simulate(plan)
  let intact = 0
  facts.clients.forEach((client, number) => {
    const legs = truth.clients[number]?.down.records
    for (const row of rowsOf(facts, number)) {
      const back = delivered(legs?.get(row.sequence)).map(leg => leg.arrivedAt)
      const replied = row.outcome === OUTCOME.whole || row.outcome === OUTCOME.cut || row.outcome === OUTCOME.wrong
      expect([row.sequence, replied ? 1 + row.copies : 0]).toEqual([row.sequence, back.length])
      expect([row.sequence, row.arrived]).toEqual([row.sequence, Math.min(...back)])
      const size = plan.probe.sizes[row.sequence % plan.probe.sizes.length]
      if (delivered(legs?.get(row.sequence)).some(leg => leg.arrivedSize === size)) intact += 1
    }
    expect(client.unidentified).toBe(0)
  })
  const { tally } = analyzeRun(facts)
  const { fates, rtt } = tally.total
  expect(fates.intact + fates.late).toBeLessThanOrEqual(intact)
  expect(rtt.result()?.min ?? 0).toBeGreaterThanOrEqual(0)
  if (plan.fixedPort === true)
    expect(facts.clients.map(({ sources }) => sources)).toEqual(facts.clients.map(() => undefined))
}

test('each tiny probe has its own reply of the network, and no other', () => {
  fc.assert(fc.property(tiny, expectRightReplies), { numRuns: 150 })
})

test('a late reply has no copies if half of everything to the server is cut to nothing', () => {
  for (let seed = 0; seed < 20; seed++) {
    const up = [{ rule: 'truncate', length: 0, ratio: 0.5 }] as const
    expectRightReplies({
      probe: probePlan({ sizes: [0], count: 1, timeout: 20 * MILLISECOND, window: 1 }),
      respond: responderPlan(),
      network: networkOf({ seed, up, latency: 11 * MILLISECOND }),
    })
  }
})
