import { expect, test } from 'vitest'
import { addToLog, createServerLog, LINES_A_SECOND, moveLog, type LoggedPeer } from '../../../src/facts/server-log.ts'

const NEW: LoggedPeer = { time: 0, address: '127.0.0.1', port: 40_000, kind: 'plain', length: 5 }
const DENIED: LoggedPeer = { ...NEW, reason: 'denied' }

test('a log keeps what can be printed in a second, and counts the rest by kind', () => {
  const log = createServerLog()
  for (let n = 0; n < LINES_A_SECOND + 3; n++) addToLog(log, NEW)
  addToLog(log, DENIED)
  expect(log.entries).toHaveLength(10)
  expect(log.omitted).toEqual({ peers: 3, unanswered: 1 })
})

test('the logs of two shards become one, which is not longer, and nothing is counted twice', () => {
  const [first, second, all] = [createServerLog(), createServerLog(), createServerLog()]
  for (let n = 0; n < 8; n++) addToLog(first, NEW)
  for (let n = 0; n < 12; n++) addToLog(second, DENIED)
  for (let n = 0; n < 2; n++) {
    moveLog(first, all)
    moveLog(second, all)
  }
  expect(all.entries).toEqual([...Array.from({ length: 8 }, () => NEW), DENIED, DENIED])
  expect(all.omitted).toEqual({ peers: 0, unanswered: 10 })
  expect([first, second]).toEqual([createServerLog(), createServerLog()])
})
