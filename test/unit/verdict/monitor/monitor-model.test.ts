import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { createFateCounts } from '../../../../src/ledger/fate.ts'
import type { SlotState } from '../../../../src/verdict/monitor/view.ts'
import { letters, STARTED_AT, WatchedModel } from './watched-model.ts'

const NOTHING = { inFlight: 0, lost: 0, missed: 0, duplicates: 0, reordered: 0 }

test('a network that drops every fifth probe: strip, windows and ledger equal its record', () => {
  const watched = new WatchedModel()
  const { paths } = watched.watch({ network: { up: [{ rule: 'dropEvery', every: 5 }] }, receipts: false })
  const states = new Map<number, SlotState[]>()
  for (let n = 0; n < 240; n++) {
    watched.monitor.run(SECOND / 2)
    for (const { at, state } of watched.only().strip) states.set(at, [...(states.get(at) ?? []), state])
  }
  watched.monitor.end()
  const { ledger, sinceStart, minute, strip } = watched.only()
  const { up, down } = watched.monitor.truth(paths[0] ?? 0)
  expect(up.probes.seen).toBe(120)
  expect(up.probes.dropped).toBe(24)
  const fates = { ...createFateCounts(), intact: down.probes.delivered, lostUnknown: up.probes.dropped }
  expect(ledger).toEqual({ scheduled: up.probes.seen, fates, ...NOTHING })
  expect(sinceStart).toMatchObject({ settled: 120, lost: 24, missed: 0 })
  expect(letters({ strip })).toBe('....U'.repeat(12))
  expect(minute.lost * 5).toBe(minute.settled + 1)
  // Each slot went forward only: waiting, then its outcome, then its final fate.
  const order: readonly SlotState[] = ['waiting', 'lost', 'intact', 'lostUnknown']
  for (const seen of states.values()) {
    const ranks = seen.map(state => order.indexOf(state))
    expect(ranks).toEqual(ranks.toSorted((one, other) => one - other))
    expect(seen.includes('intact') && seen.includes('lost')).toBe(false)
  }
})

test('receipts give losses their direction when the epoch is closed', () => {
  const watched = new WatchedModel()
  const { target, paths } = watched.watch({
    network: { seed: 3, up: [{ rule: 'drop', ratio: 0.1 }], down: [{ rule: 'drop', ratio: 0.1 }] },
    interval: 100 * MILLISECOND,
    timeout: 300 * MILLISECOND,
  })
  watched.monitor.run(60 * SECOND)
  watched.only()
  watched.monitor.end()
  const { ledger } = watched.only()
  const { up, down } = watched.monitor.truth(paths[0] ?? 0)
  const fates = { intact: down.probes.delivered, lostForward: up.probes.dropped, lostReturn: down.probes.dropped }
  expect(ledger.fates).toEqual({ ...createFateCounts(), ...fates })
  const [totals] = target.measure().flows
  expect(totals?.fates).toEqual(ledger.fates)
  expect(totals?.rtt.counts.reduce((sum, count) => sum + count, 0)).toBe(down.probes.delivered)
  expect(totals?.server).toBe('udptool')
})

describe('a target that goes away and comes back', () => {
  test('its host vanishes: one outage, with its beginning, its length and its losses', () => {
    const watched = new WatchedModel()
    const { host } = watched.watch()
    watched.monitor.run(20.5 * SECOND)
    host.vanish()
    const at = STARTED_AT + 22_000
    watched.monitor.run(1.5 * SECOND)
    // Two probes are without a reply, but the timeout of the second is not over.
    expect(watched.only().events.map(({ kind }) => kind)).toEqual(['resolved'])
    watched.monitor.run(1.5 * SECOND)
    const began = { at, kind: 'outageBegan', text: 'no reply to 2 probes in a row' }
    expect(watched.only().events.slice(1)).toEqual([began])
    expect(letters(watched.only())).toMatch(/^\.+xx?w?$/u)
    watched.monitor.run(9 * SECOND)
    host.serve({
      mode: 'upper',
      delay: 0,
      sourceCap: { answers: 1000, bytes: 2 ** 21, onLoopback: false },
      maxPeers: 10,
      allow: [],
      deny: [],
    })
    watched.monitor.run(3 * SECOND)
    const events = watched.only().events.slice(1)
    expect(events).toEqual([began, { at: at + 12_000, kind: 'outageEnded', text: '12 probes lost in 12.0 s' }])
    watched.monitor.run(60 * SECOND)
    expect(watched.only().events.slice(1)).toEqual(events)
    expect(watched.model.targets[0]?.measure().flows[0]).toMatchObject({
      outages: 1,
      outageSeconds: 12,
    })
  })

  test('its port is closed: the ICMP error is named once', () => {
    const watched = new WatchedModel()
    const { host } = watched.watch()
    watched.monitor.run(20.5 * SECOND)
    host.close()
    watched.monitor.run(20 * SECOND)
    const { events, ledger, lastFate } = watched.only()
    expect(events.map(({ kind, text }) => [kind, text]).slice(1)).toEqual([
      ['icmp', 'ICMP error: port unreachable'],
      ['outageBegan', 'no reply to 2 probes in a row'],
    ])
    expect(lastFate).toBe('unreachable')
    expect(ledger.fates.unreachable).toBeGreaterThan(0)
  })
})
