import { expect, test } from 'vitest'
import { type DirectedAction, ActionLog } from '../../../src/facts/action-log.ts'

type Entries = ReadonlyMap<string | number, ReadonlyMap<string | number, readonly DirectedAction[]>>

function listed(groups: Entries): unknown {
  return [...groups].map(([group, entries]) => [group, Object.fromEntries(entries)])
}

test('actions are in order, under their probe or arrival', () => {
  const log = new ActionLog()
  const client = '127.0.0.1:40000'
  log.add({ run: 1, sequence: 5 }, 'up', 'duplicated')
  log.add({ client, arrival: 0 }, 'up', 'dropped')
  log.add({ run: 1, sequence: 5 }, 'down', 'dropped')
  log.add({ run: 2, sequence: 5 }, 'up', 'corrupted')
  log.add({ client, arrival: 0 }, 'down', 'delayed')
  log.add({ client, arrival: 0 }, 'down', 'abandoned')
  expect(listed(log.runs)).toEqual([
    [1, { 5: ['up:duplicated', 'down:dropped'] }],
    [2, { 5: ['up:corrupted'] }],
  ])
  expect(listed(log.others)).toEqual([
    [client, { 'up 0': ['up:dropped'], 'down 0': ['down:delayed', 'down:abandoned'] }],
  ])
  expect(log.omitted).toBe(0)
})

test('a run with arrivals is in it, once, with actions or without', () => {
  const log = new ActionLog()
  log.addRun(7)
  log.add({ run: 7, sequence: 0 }, 'up', 'dropped')
  log.addRun(7)
  log.addRun(8)
  expect(listed(log.runs)).toEqual([
    [7, { 0: ['up:dropped'] }],
    [8, {}],
  ])
})

test('a full log keeps its entries and counts the missing ones', () => {
  const log = new ActionLog(3)
  log.addRun(1)
  for (let sequence = 0; sequence < 5; sequence++) log.add({ run: 1, sequence }, 'up', 'dropped')
  log.add({ client: 'a', arrival: 0 }, 'down', 'dropped')
  expect(listed(log.runs)).toEqual([[1, { 0: ['up:dropped'], 1: ['up:dropped'] }]])
  expect(listed(log.others)).toEqual([])
  expect(log.omitted).toBe(4)
})

test('runs without actions cannot fill the memory either', () => {
  const log = new ActionLog(2)
  for (let run = 0; run < 10; run++) log.addRun(run)
  expect([...log.runs.keys()]).toEqual([0, 1])
})
