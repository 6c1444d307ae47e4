import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import type { MonitorEvent } from '../../../../src/verdict/monitor/view.ts'
import { CraftedPath, REAL } from './crafted-path.ts'
import { letters, STARTED_AT, WatchedModel } from './watched-model.ts'

const OTHER = { address: '192.0.2.9', port: 9000, family: 'udp4' } as const

/** Events but the first address of the name. */
function eventsOf({ events }: { readonly events: readonly MonitorEvent[] }): readonly MonitorEvent[] {
  return events.filter(({ kind }) => kind !== 'resolved')
}

function textsOf(target: { readonly events: readonly MonitorEvent[] }): string[] {
  return eventsOf(target).map(({ kind, text }) => `${kind}: ${text}`)
}

describe('what happens to this process and its clock', () => {
  test.each([
    [5, 4],
    [50, 49],
    [130, 129],
  ])('a suspension of %d s: slots without a probe are neither lost nor answered', (seconds, missed) => {
    const watched = new WatchedModel()
    const { paths } = watched.watch()
    watched.monitor.run(15.5 * SECOND)
    watched.monitor.suspend(seconds * SECOND)
    watched.monitor.run((seconds + 5) * SECOND)
    const event = {
      at: STARTED_AT + 17_000,
      kind: 'suspended',
      text: `this process did not run for at least ${seconds === 130 ? '2 min 10 s' : `${seconds - 0.5}.0 s`.replace('.5.0', '.5')}: ${missed} probes were not sent`,
    }
    const soon = watched.only()
    expect(eventsOf(soon)).toEqual([event])
    expect(letters(soon).match(/m+/gu)?.[0]).toHaveLength(Math.min(missed, 60 - 6))
    expect(soon.ledger.missed).toBe(missed)
    watched.monitor.run(30 * SECOND)
    const later = watched.only()
    expect(eventsOf(later)).toEqual([event])
    expect(later.ledger.missed).toBe(missed)
    expect(later.sinceStart).toMatchObject({ lost: 0, missed })
    expect(later.ledger.scheduled).toBe(watched.monitor.truth(paths[0] ?? 0).up.probes.seen)
    watched.monitor.end()
    expect(watched.only().ledger.fates.intact).toBe(later.ledger.scheduled)
  })

  test.each([
    [-3600, 'set back by 1 h 0 min'],
    [90, 'set forward by 90.0 s, or this computer slept'],
  ])('a step of the system clock by %d s: slots keep their order and distance', (seconds, text) => {
    const watched = new WatchedModel()
    watched.watch({ network: { up: [{ rule: 'dropEvery', every: 5 }] }, receipts: false })
    watched.monitor.run(25.5 * SECOND)
    const before = watched.view()
    watched.monitor.stepClock(seconds * SECOND)
    watched.monitor.run(10 * SECOND)
    const after = watched.view()
    const [target] = after.targets
    if (target === undefined) throw new Error('no target')
    expect(after.now - before.now).toBe(10_000 + seconds * 1000)
    const event = {
      at: STARTED_AT + 31_000 + seconds * 1000,
      kind: 'clockStepped',
      text: `the system clock was ${text}`,
    }
    expect(eventsOf(target)).toEqual([event])
    const times = target.strip.map(({ at }) => at)
    expect(times.slice(1).every((at, n) => at - (times[n] ?? 0) === 1000)).toBe(true)
    expect(letters(target)).toMatch(/^(?:\.{4}[Ux])+\.*w?$/u)
    expect(target.minute.settled).toBe(36)
    expect(target.lastReplyAt).toBe(after.now - 500 + 2)
  })

  test('a clock that is slewed is no step', () => {
    const path = new CraftedPath()
    for (let n = 0; n < 6; n++) {
      path.now = n * 10 * SECOND
      path.close(path.begin(path.now), { missed: 10 })
      // 500 ppm, the most that NTP does.
      path.stepMs += 5
    }
    expect(textsOf(path.view())).toEqual([])
  })

  test('a pause of the user', () => {
    const watched = new WatchedModel()
    watched.watch()
    watched.monitor.run(25.5 * SECOND)
    watched.pause(true)
    watched.pause(true)
    watched.monitor.run(6 * SECOND)
    expect(letters(watched.only())).toBe(`${'.'.repeat(26)}${'p'.repeat(6)}`)
    expect(watched.view().isPaused).toBe(true)
    watched.monitor.run(6 * SECOND)
    watched.pause(false)
    watched.monitor.run(30 * SECOND)
    const { strip, ledger, minute } = watched.only()
    expect(letters({ strip })).toBe(`${'.'.repeat(16)}${'p'.repeat(12)}${'.'.repeat(30)}`.padStart(60, '.').slice(-60))
    expect(ledger.missed).toBe(0)
    expect(minute).toMatchObject({ lost: 0, missed: 0 })
    expect(textsOf(watched.only())).toEqual([
      'paused: probing is paused',
      'resumed: probing goes on after a pause of 12.0 s',
    ])
  })
})

test('until an epoch is closed the times of the pause tell its slots, then the counts of the driver do', () => {
  const path = new CraftedPath()
  const epoch = path.begin(0)
  for (const slot of [0, 1, 2]) path.reply(path.send(epoch, slot), { at: slot * SECOND + MILLISECOND })
  path.now = 2.9 * SECOND
  path.model.pause(true, path.steadyMs)
  path.now = 6.5 * SECOND
  path.model.pause(false, path.steadyMs)
  for (const slot of [7, 8, 9]) path.reply(path.send(epoch, slot), { at: slot * SECOND + MILLISECOND })
  expect(letters(path.view(9.5 * SECOND))).toBe('...pppp...')
  // The driver was late when the pause began.
  path.now = 12 * SECOND
  path.close(epoch, { missed: 1, paused: 3 })
  expect(letters(path.view())).toBe('...pppm...')
  expect(path.view().ledger.missed).toBe(1)
})

describe('what happens to the name', () => {
  test('another address: the flow goes on over another path', () => {
    const watched = new WatchedModel()
    const { target, host } = watched.watch()
    watched.monitor.run(15.5 * SECOND)
    target.resolved(OTHER, watched.steadyMs)
    watched.model.addPath(target, { path: 9, flow: 0, address: OTHER })
    watched.monitor.remove(1)
    watched.monitor.add(
      {
        path: 9,
        sizes: [128],
        interval: SECOND,
        timeout: SECOND,
        payload: { kind: 'text', seed: 1 },
        receipts: true,
        phase: 0,
      },
      host,
    )
    watched.monitor.run(30 * SECOND)
    const { address, flows, ledger, strip } = watched.only()
    expect(address).toEqual(OTHER)
    expect(flows[0]?.port).toBe(32_768 + 9)
    expect(textsOf(watched.only())).toEqual(['addressChanged: edge.example is 192.0.2.9 now, was 192.0.2.7'])
    expect(letters({ strip })).toBe('.'.repeat(46))
    watched.monitor.end()
    const sent = watched.monitor.truth(1).up.probes.seen + watched.monitor.truth(9).up.probes.seen
    expect(watched.only().ledger).toMatchObject({ scheduled: sent, inFlight: 0 })
    expect(ledger.scheduled).toBe(sent)
  })

  test('a name that cannot be resolved says so once, and when it can be again', () => {
    const { target, model } = new CraftedPath()
    const at = (minute: number): number => REAL * 1000 + minute * 60_000
    expect(target.view(at(0), 10).idle).toBe('edge.example is being resolved')
    for (const minute of [1, 2, 3]) target.resolveFailed('SERVFAIL', at(minute))
    expect(target.view(at(3), 10).idle).toBe('edge.example cannot be resolved: SERVFAIL')
    target.resolved(OTHER, at(4))
    target.resolved(OTHER, at(5))
    for (const minute of [6, 7]) target.resolveFailed('SERVFAIL', at(minute))
    target.resolved(OTHER, at(8))
    expect(target.measure().resolveFailures).toBe(5)
    expect(model.view(at(9)).targets[0]?.events).toEqual([
      { at: at(1), kind: 'resolveFailed', text: 'edge.example cannot be resolved: SERVFAIL' },
      { at: at(4), kind: 'resolved', text: 'edge.example is 192.0.2.9' },
      {
        at: at(6),
        kind: 'resolveFailed',
        text: 'edge.example cannot be resolved: SERVFAIL; 192.0.2.9 is still probed',
      },
      { at: at(8), kind: 'resolved', text: 'edge.example is 192.0.2.9 again' },
    ])
  })

  test('a socket that cannot be opened', () => {
    const { target, model } = new CraftedPath()
    target.resolved(OTHER, REAL * 1000)
    model.apply([{ kind: 'failed', path: 0, message: 'EMFILE' }], REAL * 1000 + 5)
    expect(target.view(REAL * 1000 + 10, 10)).toMatchObject({ idle: 'no socket can be opened: EMFILE' })
    expect(textsOf(target.view(REAL * 1000 + 10, 10))).toEqual(['socketFailed: no socket can be opened: EMFILE'])
  })
})

describe('what happens to replies', () => {
  test('another TTL that stays for three replies is another path, one of a single reply is not', () => {
    const path = new CraftedPath()
    const epoch = path.begin(0)
    for (const [slot, ttl] of [57, 57, 55, 57, 57, 55, 55, 55, 55].entries())
      path.reply(path.send(epoch, slot), { at: slot * SECOND + 10 * MILLISECOND, ttl })
    const event = {
      at: REAL * 1000 + 5010,
      kind: 'pathChanged',
      text: 'replies arrive with TTL 55 now, was 57: their path changed',
    }
    expect(eventsOf(path.view(9 * SECOND))).toEqual([event])
    path.now = 12 * SECOND
    path.close(epoch)
    expect(eventsOf(path.view())).toEqual([event])
    expect(path.target.measure().flows[0]?.hopLimit).toBe(55)
  })

  test('replies that are truncated, and no longer are', () => {
    const path = new CraftedPath()
    const epoch = path.begin(0)
    const cuts = [undefined, 576, 576, undefined, 576, undefined, undefined, undefined, undefined]
    for (const [slot, cut] of cuts.entries())
      path.reply(path.send(epoch, slot), { at: slot * SECOND + MILLISECOND, ...(cut === undefined ? {} : { cut }) })
    const expected = [
      { at: REAL * 1000 + 1001, kind: 'cut', text: 'replies are truncated at 576 bytes (reply)' },
      { at: REAL * 1000 + 7001, kind: 'cut', text: 'replies are no longer truncated at 576 bytes' },
    ]
    expect(eventsOf(path.view(9 * SECOND))).toEqual(expected)
    path.now = 12 * SECOND
    path.close(epoch)
    expect(eventsOf(path.view())).toEqual(expected)
    expect(path.target.measure().flows[0]?.cut).toEqual({ length: 576, side: 'reply' })
  })

  test('an outage that late replies disprove leaves no event', () => {
    const path = new CraftedPath()
    const epoch = path.begin(0)
    path.reply(path.send(epoch, 0), { at: MILLISECOND })
    const [one, two] = [path.send(epoch, 1), path.send(epoch, 2)]
    path.reply(path.send(epoch, 3), { at: 3.001 * SECOND })
    expect(eventsOf(path.view(3.005 * SECOND))).toEqual([])
    const view = path.view(3.2 * SECOND)
    expect(textsOf(view)).toEqual(['outageBegan: no reply to 2 probes in a row', 'outageEnded: 2 probes lost in 2.0 s'])
    expect(letters(view)).toBe('.xx.')
    path.reply(two, { at: 3.5 * SECOND })
    const late = path.view(3.6 * SECOND)
    expect(textsOf(late)).toEqual([])
    expect(letters(late)).toBe('.xl.')
    expect(late.minute).toMatchObject({ settled: 4, lost: 1 })
    path.reply(one, { at: 3.7 * SECOND })
    path.now = 12 * SECOND
    path.close(epoch)
    expect(textsOf(path.view())).toEqual([])
    expect(path.view().ledger.fates).toMatchObject({ intact: 2, late: 2 })
    expect(path.target.measure().flows[0]).toMatchObject({ outages: 0, outageSeconds: 0 })
  })

  test('an outage ends only when all probes before the next reply are settled', () => {
    const path = new CraftedPath({ interval: SECOND / 5 })
    const epoch = path.begin(0)
    path.reply(path.send(epoch, 0), { at: MILLISECOND })
    for (const slot of [1, 2, 3, 4]) path.send(epoch, slot)
    path.reply(path.send(epoch, 5), { at: 1.001 * SECOND })
    expect(letters(path.view(1.5 * SECOND))).toBe('.xxww.')
    expect(textsOf(path.view())).toEqual(['outageBegan: no reply to 2 probes in a row'])
    expect(letters(path.view(1.9 * SECOND))).toBe('.xxxx.')
    expect(textsOf(path.view())).toContain('outageEnded: 4 probes lost in 800 ms')
  })

  test('an outage runs on across epochs, and slots without a probe do not end it', () => {
    const path = new CraftedPath()
    const first = path.begin(0)
    for (let slot = 0; slot < 8; slot++) path.reply(path.send(first, slot), { at: slot * SECOND + MILLISECOND })
    path.send(first, 8)
    path.now = 10 * SECOND
    const second = path.begin(10 * SECOND)
    path.send(second, 0)
    for (let slot = 3; slot < 10; slot++)
      path.reply(path.send(second, slot), { at: (10 + slot) * SECOND + MILLISECOND })
    const expected = [
      { at: REAL * 1000 + 8000, kind: 'outageBegan', text: 'no reply to 2 probes in a row' },
      { at: REAL * 1000 + 13_000, kind: 'outageEnded', text: '2 probes lost in 5.0 s' },
    ]
    const outage = (events: readonly MonitorEvent[]): readonly MonitorEvent[] =>
      events.filter(({ kind }) => kind.startsWith('outage'))
    expect(outage(path.view(20 * SECOND).events)).toEqual(expected)
    path.close(first, { missed: 1 })
    expect(outage(path.view().events)).toEqual(expected)
    path.close(second, { missed: 2 })
    expect(outage(path.view().events)).toEqual(expected)
  })
})

describe('several flows', () => {
  /** Epochs of three flows that lose the probes of these slots. */
  function lose(lost: readonly (readonly number[])[], upTo = 10, timeout = SECOND): CraftedPath {
    const path = new CraftedPath({ flows: lost.length, timeout })
    const epochs = lost.map((_, flow) => path.begin(flow * 100 * MILLISECOND, flow))
    for (const [flow, epoch] of epochs.entries())
      for (let slot = 0; slot < upTo; slot++) {
        const probe = path.send(epoch, slot)
        if (lost[flow]?.includes(slot) !== true) path.reply(probe, { at: probe.sent + MILLISECOND })
      }
    path.now = upTo * SECOND
    return path
  }

  test('what happens to all of them is one event', () => {
    const path = lose([
      [3, 4, 5],
      [3, 4, 5],
      [2, 3, 4, 5],
    ])
    expect(textsOf(path.view(12 * SECOND))).toEqual([
      'outageBegan: no reply to 2 probes in a row on all 3 flows',
      'outageEnded: 10 probes lost in 4.0 s on all 3 flows',
    ])
  })

  test('what happens to one of them names its source port', () => {
    const path = lose([[], [3, 4, 5], []])
    expect(textsOf(path.view(12 * SECOND))).toEqual([
      'outageBegan: source port 40001: no reply to 2 probes in a row',
      'outageEnded: source port 40001: 3 probes lost in 3.0 s',
    ])
    expect(letters(path.view())).toBe('...xxx....')
    expect(path.view().flows.map(letters)).toEqual(['..........', '...xxx....', '..........'])
  })

  test('what happens to many of them is one event, too', () => {
    const some = lose([[], ...Array.from({ length: 8 }, () => [3, 4])])
    expect(textsOf(some.view(12 * SECOND)).filter(text => text.startsWith('outageBegan'))).toHaveLength(8)
    const many = lose([[], ...Array.from({ length: 9 }, () => [3, 4])])
    expect(textsOf(many.view(12 * SECOND))).toEqual([
      'outageBegan: no reply to 2 probes in a row on 9 of 10 flows',
      'outageEnded: 18 probes lost in 2.0 s on 9 of 10 flows',
    ])
  })

  test('an event of one flow is held back until the others had time to show theirs', () => {
    const path = lose([
      [3, 4, 5, 6, 7, 8, 9],
      [4, 5, 6, 7, 8, 9],
    ])
    expect(textsOf(path.view(5.2 * SECOND))).toEqual([])
    expect(textsOf(path.view(6.5 * SECOND))).toEqual(['outageBegan: no reply to 2 probes in a row on all 2 flows'])
  })

  test('the end of an outage is not shown before its begin, however quickly the next reply came', () => {
    const path = lose([[], [3, 4], []], 10, 5 * SECOND)
    expect(textsOf(path.view(9.5 * SECOND))).toEqual([])
    expect(textsOf(path.view(12 * SECOND))).toEqual([
      'outageBegan: source port 40001: no reply to 2 probes in a row',
      'outageEnded: source port 40001: 2 probes lost in 2.0 s',
    ])
  })

  test('a target is idle only while none of them has a socket', () => {
    const { target, model, steadyMs } = new CraftedPath({ flows: 2 })
    const fail = (path: number): void => model.apply([{ kind: 'failed', path, message: 'EMFILE' }], steadyMs)
    const open = (path: number): void => model.apply([{ kind: 'opened', path, port: 50_000 + path }], steadyMs)
    const idle = (): string | undefined => target.view(steadyMs, 10).idle
    target.resolved({ address: '192.0.2.7', port: 9000, family: 'udp4' }, steadyMs)
    fail(1)
    expect(idle()).toBeUndefined()
    fail(0)
    expect(idle()).toBe('no socket can be opened: EMFILE')
    open(0)
    expect(idle()).toBeUndefined()
    fail(1)
    // It fails again with each trial.
    const told = 'socketFailed: the socket of a flow cannot be opened: EMFILE'
    expect(textsOf(target.view(steadyMs, 10))).toEqual([told])
    open(1)
    fail(1)
    expect(textsOf(target.view(steadyMs, 10))).toEqual([told, told])
  })
})
