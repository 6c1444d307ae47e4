import { expect, test } from 'vitest'
import { SlotSchedule } from '../../../src/machines/slot-schedule.ts'

const GRID = { start: 100, interval: 10, count: 4 }

test('each slot is due at its time', () => {
  const schedule = new SlotSchedule(GRID, () => false)
  const due: number[] = []
  for (let now = schedule.wake(); !schedule.exhausted; now = schedule.wake()) {
    expect(schedule.next(now - 1)).toBe(-1)
    expect(schedule.next(now)).toBe(0)
    due.push(schedule.due)
  }
  expect(due).toEqual([100, 110, 120, 130])
  expect([schedule.missed, schedule.paused, schedule.wake()]).toEqual([0, 0, Infinity])
})

test('a slot that is late by one interval is used, and one that is later is missed', () => {
  const schedule = new SlotSchedule(GRID, () => false)
  expect(schedule.next(120)).toBe(0)
  expect([schedule.due, schedule.missed]).toEqual([110, 1])
  expect(schedule.next(120)).toBe(0)
  expect(schedule.due).toBe(120)
  expect(schedule.next(141)).toBe(-1)
  expect([schedule.missed, schedule.exhausted]).toEqual([2, true])
})

test('slots while paused are counted as paused, however late', () => {
  let isPaused = true
  const schedule = new SlotSchedule(GRID, () => isPaused)
  expect(schedule.next(119)).toBe(-1)
  isPaused = false
  expect(schedule.next(120)).toBe(0)
  expect([schedule.due, schedule.paused, schedule.missed]).toEqual([120, 2, 0])
})

test('a stopped schedule has no further slot', () => {
  const schedule = new SlotSchedule(GRID, () => false)
  schedule.stop()
  expect([schedule.next(1000), schedule.missed, schedule.exhausted]).toEqual([-1, 0, true])
})
