import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import type { PathUpdate } from '../../../../src/facts/path.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { createFateCounts, FATES } from '../../../../src/ledger/fate.ts'
import type { TargetView } from '../../../../src/verdict/monitor/view.ts'
import { responderPlan } from '../../machines/plans.ts'
import { WatchedModel } from './watched-model.ts'

const anyRule = fc.oneof(
  fc.record({ rule: fc.constant('drop' as const), ratio: fc.double({ min: 0, max: 0.5, noNaN: true }) }),
  fc.record({ rule: fc.constant('duplicate' as const), ratio: fc.double({ min: 0, max: 0.5, noNaN: true }) }),
  fc.record({
    rule: fc.constant('delay' as const),
    base: fc.integer({ min: 0, max: 700 * MILLISECOND }),
    jitter: fc.integer({ min: 0, max: 700 * MILLISECOND }),
  }),
)

const anyStep = fc.oneof(
  { weight: 6, arbitrary: fc.constant('look' as const) },
  fc.constantFrom('pause', 'resume', 'suspend', 'vanish', 'close', 'serve', 'stepClock', 'remove'),
)

const anyScenario = fc.record({
  up: fc.array(anyRule, { maxLength: 2 }),
  down: fc.array(anyRule, { maxLength: 2 }),
  seed: fc.integer(),
  flows: fc.integer({ min: 1, max: 3 }),
  intervalMs: fc.constantFrom(100, 700, 1000, 4000, 15_000),
  timeoutMs: fc.constantFrom(200, 1000, 3000),
  receipts: fc.boolean(),
  firstSlots: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
  steps: fc.array(fc.tuple(anyStep, fc.integer({ min: 1, max: 9000 })), { minLength: 1, maxLength: 14 }),
})

test('property: sums hold at every moment, final fates never change, and the ledger is that of the closed epochs', () => {
  fc.assert(
    fc.property(anyScenario, ({ up, down, seed, flows, intervalMs, timeoutMs, receipts, firstSlots, steps }) => {
      const watched = new WatchedModel()
      const closed = createFateCounts()
      let [missed, duplicates] = [0, 0]
      const count = (updates: readonly PathUpdate[]): void => {
        for (const update of updates) {
          if (update.kind !== 'closed') continue
          const { fates, duplicates: copies } = analyzeRun(update.epoch.facts).tally.total
          for (const fate of FATES) closed[fate] += fates[fate]
          missed += update.epoch.missed
          duplicates += copies
        }
      }
      watched.onUpdates = count
      const [interval, timeout] = [intervalMs * MILLISECOND, timeoutMs * MILLISECOND]
      const { host, paths } = watched.watch({
        network: { seed, up, down },
        interval,
        timeout,
        receipts,
        flows,
        ...(firstSlots === undefined ? {} : { firstSlots }),
      })
      let before: TargetView | undefined
      const look = (): void => {
        const view = watched.only()
        expect(view.ledger.fates).toEqual(closed)
        for (const name of ['scheduled', 'missed', 'duplicates', 'reordered'] as const)
          expect(view.ledger[name]).toBeGreaterThanOrEqual(before?.ledger[name] ?? 0)
        expect(view.lastReplyAt === undefined).toBe(view.sinceStart.settled === view.sinceStart.lost)
        before = view
      }
      for (const [step, ms] of steps) {
        if (step === 'pause') watched.pause(true)
        if (step === 'resume') watched.pause(false)
        if (step === 'suspend') watched.monitor.suspend(2 * ms * MILLISECOND)
        if (step === 'vanish') host.vanish()
        if (step === 'close') host.close()
        if (step === 'serve') host.serve(responderPlan())
        if (step === 'stepClock') watched.monitor.stepClock((ms - 4500) * SECOND)
        if (step === 'remove') watched.monitor.remove(paths[ms % paths.length] ?? 0)
        watched.monitor.run(ms * MILLISECOND)
        look()
      }
      watched.monitor.run(20 * SECOND)
      watched.monitor.end()
      look()
      const { ledger } = watched.only()
      expect(ledger).toMatchObject({ inFlight: 0, lost: 0, missed, duplicates })
      expect(ledger.scheduled).toBe(paths.reduce((sum, path) => sum + watched.monitor.truth(path).up.probes.seen, 0))
      const history = watched.model.targets[0]?.history(watched.steadyMs) ?? []
      expect(history.reduce((sum, { settled }) => sum + settled, 0)).toBe(ledger.scheduled)
      expect(history.reduce((sum, point) => sum + point.lost, 0)).toBe(watched.only().sinceStart.lost)
      expect(history.reduce((sum, point) => sum + point.missed, 0)).toBe(missed)
    }),
    { numRuns: 60 },
  )
})
