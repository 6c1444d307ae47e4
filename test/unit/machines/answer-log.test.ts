import { expect, test } from 'vitest'
import { AnswerLog } from '../../../src/machines/answer-log.ts'
import { RunMemory, type Run } from '../../../src/machines/run-memory.ts'

const SIZE = 8192

function openRun(key: string): Run {
  const before = { socketReceived: 0, socketDrops: 0, peerReceived: 0, peerDamaged: 0 }
  return new RunMemory(0).open(key, 'a', before, 0)
}

test('answers are found by their tokens, once', () => {
  const log = new AnswerLog()
  const run = openRun('a')
  expect([log.add(run, 5), log.add(undefined, 0), log.add(run, 6)]).toEqual([0, 1, 2])
  expect([0, 1, 2, 2, 3, -1].map(token => log.take(token)?.sequence)).toEqual([
    5,
    undefined,
    6,
    undefined,
    undefined,
    undefined,
  ])
})

test('only the latest are kept, and none is taken for another', () => {
  const log = new AnswerLog()
  const run = openRun('a')
  for (let n = 0; n < SIZE + 10; n++) expect(log.add(run, n)).toBe(n)
  expect([0, 9, 10, SIZE + 9].map(token => log.take(token)?.sequence)).toEqual([undefined, undefined, 10, SIZE + 9])
})

test('answers to plain data are counted, and evict older ones', () => {
  const log = new AnswerLog()
  const run = openRun('a')
  log.add(run, 5)
  expect(log.addPlain(SIZE - 2)).toBe(1)
  expect([log.add(run, 6), log.take(0)?.sequence, log.take(1), log.holds(run, 6)]).toEqual([
    SIZE - 1,
    5,
    undefined,
    true,
  ])
  log.addPlain(SIZE - 1)
  expect([log.holds(run, 6), log.take(SIZE)]).toEqual([true, undefined])
  log.addPlain(1)
  expect([log.holds(run, 6), log.take(SIZE - 1)]).toEqual([false, undefined])
})

test('another answer to the same probe of the same run', () => {
  const log = new AnswerLog()
  const [one, two] = [openRun('a'), openRun('b')]
  log.add(one, 0)
  log.add(two, 1)
  log.add(one, 0)
  expect([log.holds(one, 0), log.holds(two, 0), log.holds(one, 1), log.holds(two, 1)]).toEqual([
    true,
    false,
    false,
    true,
  ])
  log.take(0)
  const one0 = log.holds(one, 0)
  log.take(2)
  expect([one0, log.holds(one, 0)]).toEqual([true, false])
})
