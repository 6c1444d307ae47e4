import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { scheduledCount } from '../../../../src/ledger/fate.ts'
import { CraftedPath } from './crafted-path.ts'
import { WatchedModel } from './watched-model.ts'

const HOUR = 3600 * SECOND

/** Bytes on the heap and in array buffers that are still referenced. */
function retained(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') for (let n = 0; n < 3; n++) collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Epochs of ten probes, of which `lost` have no reply, until a time. */
function pass(paths: readonly CraftedPath[], from: number, until: number, lost: (slot: number) => boolean): void {
  for (let start = from; start < until; start += 10 * SECOND)
    for (const path of paths) {
      path.now = start
      const epoch = path.begin(start)
      for (let slot = 0; slot < 10; slot++) {
        const probe = path.send(epoch, slot)
        const number = start / SECOND + slot
        // Round trips in a pattern: 10 to 60 ms.
        if (!lost(number)) path.reply(probe, { at: probe.sent + (10 + ((number * 7919) % 50)) * MILLISECOND, ttl: 57 })
      }
      path.now = start + 12 * SECOND
      path.close(epoch)
    }
}

test('a day of probes needs no more memory than its first hours', () => {
  const path = new CraftedPath()
  // Outages, single losses, and an outage of an hour.
  const lost = (slot: number): boolean => slot % 60 < 5 || slot % 13 === 0 || (slot > 40_000 && slot < 43_600)
  pass([path], 0, 2 * HOUR, lost)
  path.view()
  const { bytes } = path.target
  const before = retained()
  pass([path], 2 * HOUR, 24 * HOUR, lost)
  const view = path.view()
  // Compiled code needs half a megabyte more. An object for each probe would be 2.5 MB or more, and so would one for each epoch.
  expect(retained() - before).toBeLessThan(1_500_000)
  expect(path.target.bytes).toBe(bytes)
  const all = Array.from({ length: 86_400 }, (_, slot) => lost(slot))
  expect(view.sinceStart).toMatchObject({ settled: 86_400, lost: all.filter(Boolean).length })
  expect(view.ledger.scheduled).toBe(86_400)
  expect(view.events.length).toBeLessThanOrEqual(50)
  const history = path.target.history(path.steadyMs)
  expect(history.length).toBeLessThanOrEqual(360)
  expect(history.length).toBeGreaterThanOrEqual(359)
  expect(history.every(({ settled }) => settled === 10)).toBe(true)
  const inHour = all.slice(-10 * history.length).filter(Boolean).length
  expect(history.reduce((sum, point) => sum + point.lost, 0)).toBe(inHour)
})

test('a target needs less than 100 KB', () => {
  const before = retained()
  const paths = Array.from({ length: 50 }, () => new CraftedPath())
  pass(paths, 0, HOUR, slot => slot % 30 < 3)
  for (const path of paths) path.view()
  expect((retained() - before) / paths.length).toBeLessThan(100_000)
  expect(paths.every(path => path.view().ledger.scheduled === 3600)).toBe(true)
})

test('a simulated day: the ledger is what the network did, and nothing stays open', () => {
  const watched = new WatchedModel()
  const { host, paths, target } = watched.watch({
    network: { up: [{ rule: 'drop', ratio: 0.05 }], down: [{ rule: 'delay', base: 0, jitter: 20 * MILLISECOND }] },
    interval: 10 * SECOND,
  })
  for (let hour = 0; hour < 24; hour++) {
    watched.monitor.run(HOUR - 60 * SECOND)
    host.vanish()
    watched.monitor.run(60 * SECOND)
    host.serve({
      mode: 'upper',
      delay: 0,
      sourceCap: { answers: 1000, bytes: 2 ** 21, onLoopback: false },
      maxPeers: 10,
      allow: [],
      deny: [],
    })
    const { ledger } = watched.only()
    expect(ledger.inFlight).toBeLessThanOrEqual(6)
  }
  watched.monitor.end()
  const { ledger, events } = watched.only()
  const { up, down } = watched.monitor.truth(paths[0] ?? 0)
  expect(ledger.scheduled).toBe(24 * 360)
  expect(scheduledCount(ledger.fates)).toBe(up.probes.seen)
  expect(ledger.fates.intact + ledger.fates.late).toBe(down.probes.delivered)
  expect(events.filter(({ kind }) => kind === 'outageBegan').length).toBeGreaterThan(10)
  const [totals] = target.measure().flows
  expect(totals?.outages).toBeGreaterThanOrEqual(24)
})
