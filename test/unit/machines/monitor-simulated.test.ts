import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import type { EpochFacts, PathUpdate } from '../../../src/facts/path.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { createFateCounts, FATES, type FateCounts } from '../../../src/ledger/fate.ts'
import type { Network } from '../../simulation/network.ts'
import { SimulatedMonitor } from '../../simulation/simulated-monitor.ts'
import { SimulatedTarget } from '../../simulation/simulated-target.ts'
import { VirtualTime } from '../../simulation/virtual-time.ts'
import { pathPlan } from './monitor-harness.ts'
import { networkOf, responderPlan } from './plans.ts'
import { rowsOf } from './rows.ts'

const ADDRESS = { address: '127.0.0.1', port: 9000, family: 'udp4' } as const

/** Monitors paths to targets in networks of their own, and adds up the fates of closed epochs. */
class Watched {
  readonly time = new VirtualTime()
  readonly kinds: string[] = []
  readonly closed: EpochFacts[] = []
  readonly monitor = new SimulatedMonitor(this.time, updates => updates.forEach(update => this.#note(update)))

  target(network: Partial<Network> = {}): SimulatedTarget {
    return new SimulatedTarget(this.time, networkOf(network), ADDRESS)
  }

  fates(path: number): FateCounts {
    const sum = createFateCounts()
    for (const epoch of this.closed.filter(one => one.path === path)) {
      const { fates } = analyzeRun(epoch.facts).tally.total
      for (const fate of FATES) sum[fate] += fates[fate]
    }
    return sum
  }

  #note(update: PathUpdate): void {
    this.kinds.push(update.kind)
    if (update.kind === 'closed') this.closed.push(update.epoch)
  }
}

test('fates equal what the network did, on each path', () => {
  const watched = new Watched()
  const lossy = watched.target({ seed: 7, up: [{ rule: 'dropEvery', every: 5 }], down: [{ rule: 'drop', ratio: 0.1 }] })
  const sound = watched.target()
  lossy.serve(responderPlan())
  sound.serve(responderPlan())
  for (const path of [1, 2, 3]) {
    const plan = pathPlan({ path, receipts: true, interval: 100 * MILLISECOND, timeout: 200 * MILLISECOND })
    watched.monitor.add({ ...plan, phase: path * MILLISECOND }, path === 3 ? sound : lossy)
  }
  watched.monitor.run(60 * SECOND)
  watched.monitor.end()
  for (const path of [1, 2]) {
    const { up, down } = watched.monitor.truth(path)
    expect(watched.fates(path)).toEqual({
      ...createFateCounts(),
      intact: down.probes.delivered,
      lostForward: up.probes.dropped,
      lostReturn: down.probes.dropped,
    })
    expect(up.probes.dropped).toBeGreaterThan(100)
    expect(down.probes.dropped).toBeGreaterThan(10)
  }
  expect(watched.fates(3)).toEqual({ ...createFateCounts(), intact: watched.monitor.truth(3).up.probes.seen })
})

test('a server that stops and starts again, a host that vanishes, and a route that does', () => {
  const watched = new Watched()
  const target = watched.target()
  target.serve(responderPlan())
  watched.monitor.add(pathPlan(), target)
  watched.monitor.run(10.5 * SECOND)
  target.close()
  watched.monitor.run(10 * SECOND)
  target.serve(responderPlan())
  watched.monitor.run(10 * SECOND)
  target.vanish()
  watched.monitor.run(10 * SECOND)
  watched.monitor.route(1, false)
  watched.monitor.run(10 * SECOND)
  watched.monitor.end()
  expect(watched.fates(1)).toEqual({
    ...createFateCounts(),
    intact: 21,
    unreachable: 10,
    lostUnknown: 10,
    refused: 10,
  })
})

test('what arrived while the process was suspended is on time, and the slots of that time are missed', () => {
  const watched = new Watched()
  const target = watched.target({ latency: 100 * MILLISECOND })
  target.serve(responderPlan())
  watched.monitor.add(pathPlan(), target)
  watched.monitor.run(10.05 * SECOND)
  watched.monitor.suspend(5 * SECOND)
  watched.monitor.run(30 * SECOND)
  watched.monitor.end()
  const missed = watched.closed.reduce((sum, epoch) => sum + epoch.missed, 0)
  const sent = watched.monitor.truth(1).up.probes.seen
  expect(watched.fates(1)).toEqual({ ...createFateCounts(), intact: sent })
  expect(missed).toBe(4)
  expect(sent + missed).toBe(41)
})

test('a step of the system clock is in the real time of the next epoch', () => {
  const watched = new Watched()
  const target = watched.target()
  target.serve(responderPlan())
  watched.monitor.add(pathPlan(), target)
  watched.monitor.run(5 * SECOND)
  watched.monitor.stepClock(-3600 * SECOND)
  watched.monitor.run(10 * SECOND)
  watched.monitor.end()
  const [first, second] = watched.closed.map(({ facts }) => facts.epoch)
  expect(second).toEqual({ seconds: (first?.seconds ?? 0) - 3600, nanos: first?.nanos })
})

test('the updates of a path are in order, and it can be removed', () => {
  const watched = new Watched()
  const target = watched.target()
  target.serve(responderPlan())
  watched.monitor.add(pathPlan(), target)
  watched.monitor.run(15 * SECOND)
  watched.monitor.remove(1)
  watched.monitor.run(5 * SECOND)
  expect(watched.kinds).toEqual(['opened', 'began', 'closed', 'began', 'closed', 'removed'])
  expect(watched.closed.map(({ number }) => number)).toEqual([0, 1])
  expect(watched.monitor.closed).toBe(false)
  watched.monitor.end()
  expect(watched.monitor.closed).toBe(true)
})

test('a first epoch with fewer slots: the grid of slots goes on without a gap', () => {
  const watched = new Watched()
  const target = watched.target()
  target.serve(responderPlan())
  watched.monitor.add(pathPlan({ firstSlots: 3 }), target)
  watched.monitor.run(20.5 * SECOND)
  watched.monitor.end()
  expect(watched.closed.map(({ facts }) => facts.plan.count)).toEqual([3, 10, 10])
  expect(watched.closed.map(({ facts }) => facts.clients[0]?.scheduled)).toEqual([3, 10, 8])
  const due = watched.closed.flatMap(({ facts }) => rowsOf(facts).map(({ scheduled }) => scheduled))
  for (const [n, time] of due.slice(1).entries()) expect(time - (due[n] ?? NaN)).toBe(SECOND)
})
