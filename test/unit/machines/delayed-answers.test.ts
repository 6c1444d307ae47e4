import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import { Guard } from '../../../src/machines/guard.ts'
import { DelayedAnswers, type DelayedAnswer } from '../../../src/machines/delayed-answers.ts'
import { PeerTable } from '../../../src/machines/peer-table.ts'
import { responderPlan } from './plans.ts'

const SENSES = {
  peer: () => ({ address: '127.0.0.1', port: 40_000, family: 'udp4' }) as const,
  drops: () => 0,
  epoch: () => ({ seconds: 0, nanos: 0 }),
}
const peer = new PeerTable(SENSES, new Guard(responderPlan(), 9000), 1).find(0)

function answer(size: number): DelayedAnswer {
  return { peer, bytes: new Uint8Array(size), run: undefined, sequence: 0, arrived: 0, declared: 0, hops: 0 }
}

test('due answers that fit come out in order', () => {
  const held = new DelayedAnswers()
  held.add(answer(10), 7)
  held.add(answer(20), 5)
  expect([held.due, held.take(4, 100), held.take(5, 19)]).toEqual([5, undefined, undefined])
  expect([held.take(7, 20)?.bytes.length, held.due, held.take(7, 10)?.bytes.length]).toEqual([20, 7, 10])
  expect([held.due, held.drained]).toEqual([Infinity, false])
})

test('bytes are bounded, and released', () => {
  const held = new DelayedAnswers()
  const half = 32 * 1024 * 1024
  held.add(answer(half), 0)
  expect([held.refusal(half), held.refusal(half + 1)]).toEqual([undefined, 'delayFull'])
  held.take(0, half)
  expect(held.refusal(2 * half)).toBeUndefined()
})

test('a drain accepts nothing, and lasts a second from the first call', () => {
  const held = new DelayedAnswers()
  held.add(answer(1), 5 * SECOND)
  expect(held.takeOverdue(5 * SECOND)).toBeUndefined()
  held.drain(10)
  held.drain(20)
  expect([held.refusal(1), held.due, held.takeOverdue(SECOND), held.drained]).toEqual([
    'shutdown',
    SECOND + 10,
    undefined,
    false,
  ])
  expect([held.takeOverdue(SECOND + 10)?.bytes.length, held.takeOverdue(SECOND + 10), held.drained]).toEqual([
    1,
    undefined,
    true,
  ])
})
