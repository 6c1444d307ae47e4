import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FATES } from '../../../../src/ledger/fate.ts'
import { liveDetail } from '../../../../src/report/live/live-detail.ts'
import { liveRow } from '../../../../src/report/live/live-row.ts'
import { STATE_LETTERS } from '../../../../src/report/live/state-letters.ts'
import { STATE_SHAPES } from '../../../../src/report/live/state-shapes.ts'
import { targetRow } from '../../../../src/report/live/target-row.ts'
import type { SlotState } from '../../../../src/verdict/monitor/view.ts'
import {
  healthyTarget,
  hourOfHistory,
  mixedView,
  targetInOutage,
  targetWithFlows,
  unresolvedTarget,
} from '../../../helpers/monitor-view.ts'

test('a row of /targets', () => {
  expect(targetRow(targetInOutage)).toEqual({
    target: '[2001:db8::7]:9000',
    module: 'default',
    labels: { site: 'paris' },
    address: '[2001:db8::7]:9000',
    lastFate: 'lostUnknown',
    inFlight: 13,
    ledger: {
      scheduled: 600,
      fates: { ...Object.fromEntries(FATES.map(fate => [fate, 0])), intact: 560, lostForward: 27 },
    },
  })
  expect(Object.keys(targetRow(unresolvedTarget))).toEqual(['target', 'module', 'labels', 'inFlight', 'ledger'])
})

test.each(mixedView.targets)('the sum of $target', target => {
  const { inFlight, ledger } = targetRow(target)
  expect(Object.values(ledger.fates).reduce((sum, count) => sum + count, inFlight)).toBe(ledger.scheduled)
})

test('the last fate is a fate, or absent', () => {
  const states = Object.keys(STATE_LETTERS) as SlotState[]
  fc.assert(
    fc.property(fc.constantFrom(...states), lastFate => {
      const row = targetRow({ ...healthyTarget, lastFate })
      if (row.lastFate === undefined) expect(['waiting', 'missed', 'paused']).toContain(lastFate)
      else if (lastFate === 'lost') expect(row.lastFate).toBe('lostUnknown')
      else expect(row.lastFate).toBe(lastFate)
    }),
  )
})

test('each state has a letter of its own, and shapes differ', () => {
  const letters = Object.values(STATE_LETTERS)
  expect(letters.every(letter => letter.length === 1)).toBe(true)
  expect(new Set(letters).size).toBe(letters.length)
  const shapes = Object.values(STATE_SHAPES).map(shape => shape(0))
  expect(new Set(shapes).size).toBe(shapes.length)
})

test('a row of the page', () => {
  expect(liveRow(targetInOutage)).toEqual({
    target: '[2001:db8::7]:9000',
    module: 'default',
    labels: { site: 'paris' },
    address: '[2001:db8::7]:9000',
    strip: `${'i'.repeat(20)}${'f'.repeat(27)}${'o'.repeat(12)}w`,
    minute: targetInOutage.minute,
    sinceStart: targetInOutage.sinceStart,
    lastEvent: targetInOutage.events[2],
  })
  const row = liveRow(unresolvedTarget)
  expect(row.idle).toBe('gone.example has no address (ENOTFOUND)')
  expect(row.strip).toBe('')
  expect('address' in row || 'queue' in row).toBe(false)
})

test('the detail of a target', () => {
  const { flows, cells, ledger, row, ...rest } = liveDetail(targetWithFlows, hourOfHistory, mixedView)
  expect(flows.map(({ port, strip, scheduled }) => [port, strip.length, scheduled])).toEqual([
    [40003, 30, 600],
    [40004, 30, 600],
    [40005, 30, 600],
    [40006, 30, 600],
  ])
  expect(flows[2]?.strip).toBe(`${'f'.repeat(20)}${'o'.repeat(9)}w`)
  expect(cells).toEqual(targetWithFlows.strip)
  expect(ledger).toEqual(targetWithFlows.ledger)
  expect(row).toEqual(liveRow(targetWithFlows))
  expect(rest).toEqual({
    now: mixedView.now,
    startedAt: mixedView.startedAt,
    sizes: [1400],
    intervalMs: 1000,
    timeoutMs: 1000,
    lastReplyAt: targetWithFlows.lastReplyAt,
    events: targetWithFlows.events,
    warnings: [],
    history: hourOfHistory,
  })
})
