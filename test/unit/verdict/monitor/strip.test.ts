import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { CraftedPath } from './crafted-path.ts'
import { letters, WatchedModel } from './watched-model.ts'

test('with several flows a cell is the worst of the slots of an interval, with the largest round trip', () => {
  const path = new CraftedPath({ flows: 3 })
  const epochs = [0, 1, 2].map(flow => path.begin((100 + flow * 300) * MILLISECOND, flow))
  for (const [flow, epoch] of epochs.entries())
    for (let slot = 0; slot < 6; slot++) {
      const isLost = (flow === 1 && slot === 2) || slot === 4
      const probe = path.send(epoch, slot)
      const afterMs = flow === 2 && slot === 1 ? 80 : 10
      if (!isLost)
        path.reply(probe, { at: probe.sent + afterMs * MILLISECOND, ...(flow === 0 && slot === 3 ? { cut: 500 } : {}) })
    }
  const view = path.view(7 * SECOND)
  expect(letters(view)).toBe('..xtx.')
  expect(view.strip.map(({ rttMs }) => rttMs)).toEqual([10, 80, 10, 10, undefined, 10])
  expect(view.flows.map(letters)).toEqual(['...tx.', '..x.x.', '....x.'])
})

test('a strip has as many cells as requested, up to 300, from final and live slots', () => {
  const watched = new WatchedModel()
  watched.watch({ flows: 2 })
  watched.monitor.run(400.5 * SECOND)
  for (const [cells, length] of [
    [0, 0],
    [1, 1],
    [60, 60],
    [299, 299],
    [1000, 300],
  ] as const) {
    const [target] = watched.model.view(watched.steadyMs, cells).targets
    expect(target?.strip).toHaveLength(length)
    expect(target?.flows.map(({ strip }) => strip.length)).toEqual([length, length])
  }
})

test('a gap of days has no cell for each of its slots, but each is counted', () => {
  const path = new CraftedPath()
  const first = path.begin(0)
  for (let slot = 0; slot < 10; slot++) path.reply(path.send(first, slot), { at: slot * SECOND + MILLISECOND })
  path.now = 12 * SECOND
  path.close(first)
  const skipped = 100_000
  const start = (10 + skipped) * SECOND
  path.now = start + SECOND
  const second = path.begin(start)
  path.reply(path.send(second, 0), { at: start + MILLISECOND })
  expect(path.view().ledger.missed).toBe(skipped)
  expect(path.view().minute).toMatchObject({ settled: 1, missed: 58 })
  const text = 'this process did not run for at least 27 h 46 min: 100,000 probes were not sent'
  expect(path.view().events.at(-1)?.text).toBe(text)
  path.now = start + 12 * SECOND
  path.close(second, { missed: skipped + 9 })
  expect(path.view().ledger).toMatchObject({ missed: skipped + 9, scheduled: 11 })
  expect(path.view().events.at(-1)?.text).toBe(text)
  const history = path.target.history(path.steadyMs)
  expect(history).toHaveLength(359)
  expect(history.slice(0, -1).every(({ missed }) => missed === 10)).toBe(true)
})

test('while its epoch is open, a gap is in the history too', () => {
  const path = new CraftedPath({ interval: 3 * SECOND })
  const first = path.begin(0)
  for (let slot = 0; slot < 3; slot++) path.send(first, slot)
  path.now = 40 * SECOND
  path.close(first)
  const start = (9 + 900) * SECOND
  path.now = start + SECOND
  path.send(path.begin(start), 0)
  const history = path.target.history(path.steadyMs)
  expect(history.reduce((sum, { missed }) => sum + missed, 0)).toBe(300)
  expect(history.slice(1, -1).every(({ missed }) => missed === 3 || missed === 4)).toBe(true)
  expect(history).toHaveLength(91)
})

test('a target that was removed takes its paths with it', () => {
  const watched = new WatchedModel()
  const { target } = watched.watch()
  watched.watch()
  watched.monitor.run(5.5 * SECOND)
  watched.model.removeTarget(target)
  watched.monitor.run(20 * SECOND)
  watched.monitor.remove(1)
  watched.monitor.run(20 * SECOND)
  expect(watched.view().targets).toHaveLength(1)
  expect(watched.only().ledger.scheduled).toBe(46)
})
