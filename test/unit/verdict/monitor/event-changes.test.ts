import { expect, test } from 'vitest'
import { EventChanges } from '../../../../src/verdict/monitor/event-changes.ts'
import type { MonitorEvent, MonitorEventKind, MonitorView } from '../../../../src/verdict/monitor/view.ts'
import { healthyTarget } from '../../../helpers/monitor-view.ts'

function event(at: number, kind: MonitorEventKind = 'outageBegan', text = ''): MonitorEvent {
  return { at, kind, text }
}

function view(...events: readonly (readonly MonitorEvent[])[]): MonitorView {
  const targets = events.map((own, index) => ({ ...healthyTarget, target: `${index}.example:9000`, events: own }))
  return { now: 0, startedAt: 0, engine: 'kernel', isPaused: false, targets }
}

function shown(changes: EventChanges, ...events: readonly (readonly MonitorEvent[])[]): readonly string[] {
  return changes.take(view(...events)).map(({ event: { kind, at }, isWithdrawn }) => {
    return `${isWithdrawn ? '-' : '+'} ${kind} ${at}`
  })
}

test('each event of each target is given once', () => {
  const changes = new EventChanges()
  expect(shown(changes, [event(1)], [])).toEqual(['+ outageBegan 1'])
  expect(shown(changes, [event(1)], [event(1)])).toEqual(['+ outageBegan 1'])
  expect(shown(changes, [event(1, 'outageBegan', 'of 3 flows'), event(2, 'outageEnded')], [event(1)])).toEqual([
    '+ outageEnded 2',
  ])
})

test('an event that a late reply has disproved is withdrawn', () => {
  const changes = new EventChanges()
  shown(changes, [event(1, 'resolved'), event(5)])
  expect(shown(changes, [event(1, 'resolved')])).toEqual(['- outageBegan 5'])
  expect(shown(changes, [])).toEqual(['- resolved 1'])
  expect(shown(changes, [])).toEqual([])
})

test('targets come and go', () => {
  const changes = new EventChanges()
  const of = (...names: readonly string[]): readonly string[] => {
    const targets = names.map((target, index) => ({ ...healthyTarget, target, events: [event(index)] }))
    return changes
      .take({ now: 0, startedAt: 0, engine: 'kernel', isPaused: false, targets })
      .map(({ target: { target }, isWithdrawn }) => `${isWithdrawn ? '-' : '+'} ${target}`)
  }
  expect(of('a', 'b')).toEqual(['+ a', '+ b'])
  // The events of a removed target are not withdrawn, and the others keep theirs.
  const { events: _, ...rest } = healthyTarget
  const b = { ...rest, target: 'b', events: [event(1)] }
  const view = { now: 0, startedAt: 0, engine: 'kernel', isPaused: false } as const
  expect(changes.take({ ...view, targets: [b] })).toEqual([])
  expect(changes.take({ ...view, targets: [{ ...b, size: 64 }, b] })).toMatchObject([{ target: { size: 64 } }])
})

test('one whose begin a late reply has moved is withdrawn', () => {
  const changes = new EventChanges()
  shown(changes, [event(1), event(5)])
  expect(shown(changes, [event(2), event(5)])).toEqual(['- outageBegan 1', '+ outageBegan 2'])
})

test('one that made room for newer ones is not', () => {
  const changes = new EventChanges()
  const events = Array.from({ length: 60 }, (_, n) => event(n))
  shown(changes, events.slice(0, 50))
  expect(shown(changes, events.slice(1, 51))).toEqual(['+ outageBegan 50'])
  expect(shown(changes, events.slice(3, 53).toSpliced(20, 1, event(99)))).toEqual([
    '- outageBegan 23',
    '+ outageBegan 99',
    '+ outageBegan 51',
    '+ outageBegan 52',
  ])
})

test('also if the system clock was set back, and if none of them is left', () => {
  const changes = new EventChanges()
  const later = Array.from({ length: 50 }, (_, n) => event(1000 + n))
  const set = Array.from({ length: 50 }, (_, n) => event(n))
  shown(changes, later)
  expect(shown(changes, [...later.slice(2), ...set.slice(0, 2)])).toEqual(['+ outageBegan 0', '+ outageBegan 1'])
  expect(shown(changes, set).filter(change => change.startsWith('-'))).toEqual([])
})
