import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { foreignSilence } from '../../simulation/foreign.ts'
import { networkOf } from './plans.ts'
import { run } from './prober-harness.ts'

const TIMEOUT = 100 * MILLISECOND

describe('a run that has a time to close by', () => {
  test('to a silent server closes then', () => {
    const free = run({ count: 3, timeout: TIMEOUT }, { respond: foreignSilence }).facts
    const { facts } = run({ count: 3, timeout: TIMEOUT, closeBy: 300 * MILLISECOND }, { respond: foreignSilence })
    expect(free.closedAt - free.startedAt).toBeGreaterThan(1000 * MILLISECOND)
    expect(facts.closedAt - facts.startedAt).toBe(300 * MILLISECOND)
    expect(facts.clients[0]).toMatchObject({ scheduled: 3, receipts: { state: 'none' } })
  })

  test('asks nothing more if the last timeout is later, and still waits for that', () => {
    const { facts, truth } = run(
      { count: 3, interval: 10 * MILLISECOND, timeout: TIMEOUT, closeBy: 50 * MILLISECOND },
      { respond: foreignSilence },
    )
    expect(facts.closedAt - facts.startedAt).toBe(20 * MILLISECOND + TIMEOUT)
    expect(facts.clients[0]?.receipts.state).toBe('unasked')
    expect(truth.clients[0]?.up.receipts.seen).toBe(0)
    expect(facts.wrongReplyAddress).toBeUndefined()
  })

  test('is not changed by a time that is enough', () => {
    const plan = { count: 20, timeout: TIMEOUT }
    const network = networkOf({ up: [{ rule: 'dropEvery', every: 4 }], down: [{ rule: 'dropEvery', every: 3 }] })
    const [free, bounded] = [plan, { ...plan, closeBy: 60_000 * MILLISECOND }].map(each => run(each, { network }).facts)
    expect(bounded?.clients).toEqual(free?.clients)
    expect(bounded?.closedAt).toBe(free?.closedAt)
  })

  test('never closes later than that and the last timeout', () => {
    const ms = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max }).map(each => each * MILLISECOND)
    fc.assert(
      fc.property(
        fc.record({ count: fc.integer({ min: 1, max: 20 }), interval: ms(20), timeout: ms(200), closeBy: ms(500) }),
        fc.constantFrom('silent', 'lossy'),
        (plan, kind) => {
          const network = networkOf({ up: [{ rule: 'dropEvery', every: 3 }] })
          const { facts } = run(plan, kind === 'silent' ? { respond: foreignSilence } : { network })
          const [client] = facts.clients
          const latest = Math.max(facts.startedAt + plan.closeBy, (client?.lastSent ?? 0) + plan.timeout)
          expect(client?.scheduled).toBe(plan.count)
          expect(facts.closedAt).toBeLessThanOrEqual(latest)
        },
      ),
      { numRuns: 50 },
    )
  })
})
