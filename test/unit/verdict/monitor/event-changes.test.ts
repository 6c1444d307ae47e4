import { expect, test } from 'vitest'
import { EventChanges } from '../../../../src/verdict/monitor/event-changes.ts'
import type { MonitorEvent, MonitorEventKind, MonitorView } from '../../../../src/verdict/monitor/view.ts'
import { healthyTarget } from '../../../helpers/monitor-view.ts'

function event(at: number, kind: MonitorEventKind = 'outageBegan', text = ''): MonitorEvent {
  return { at, kind, text }
}

function view(...events: readonly (readonly MonitorEvent[])[]): MonitorView {
  const targets = events.map(own => ({ ...healthyTarget, events: own }))
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

test('one that made room for newer ones is not', () => {
  const changes = new EventChanges()
  shown(changes, [event(1), event(2, 'outageEnded'), event(3)])
  expect(shown(changes, [event(2, 'outageEnded'), event(3), event(4, 'outageEnded')])).toEqual(['+ outageEnded 4'])
})
