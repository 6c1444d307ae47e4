import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PathUpdate } from '../../../../src/facts/path.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { createFateCounts, FATES } from '../../../../src/ledger/fate.ts'
import type { TargetView } from '../../../../src/verdict/monitor/view.ts'
import { anyScenario, play } from './scenario.ts'
import { WatchedModel } from './watched-model.ts'

test('property: sums hold at every moment, final fates never change, and the ledger is that of the closed epochs', () => {
  fc.assert(
    fc.property(anyScenario, scenario => {
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
      let before: TargetView | undefined
      const sent = play(watched, scenario, () => {
        const view = watched.only()
        expect(view.ledger.fates).toEqual(closed)
        for (const name of ['scheduled', 'missed', 'duplicates', 'reordered'] as const)
          expect(view.ledger[name]).toBeGreaterThanOrEqual(before?.ledger[name] ?? 0)
        expect(view.lastReplyAt === undefined).toBe(view.sinceStart.settled === view.sinceStart.lost)
        before = view
      })
      const { ledger } = watched.only()
      expect(ledger).toMatchObject({ inFlight: 0, lost: 0, missed, duplicates })
      expect(ledger.scheduled).toBe(sent)
      const history = watched.model.targets[0]?.history(watched.steadyMs) ?? []
      expect(history.reduce((sum, { settled }) => sum + settled, 0)).toBe(ledger.scheduled)
      expect(history.reduce((sum, point) => sum + point.lost, 0)).toBe(watched.only().sinceStart.lost)
      expect(history.reduce((sum, point) => sum + point.missed, 0)).toBe(missed)
    }),
    { numRuns: 60 },
  )
})
