import { expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { FlowComparison } from '../../../../src/verdict/monitor/findings/flow-comparison.ts'
import { createSlot } from '../../../../src/verdict/monitor/slot.ts'
import type { SlotState } from '../../../../src/verdict/monitor/view.ts'

/** Numbers from 0 to 1 by a generator that is not ours: xorshift32 (G. Marsaglia, Journal of Statistical Software 8, 14). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

type Fate = (flow: number, second: number) => SlotState

/** Flows with a probe a second. Returns what is reported while they are compared each ten seconds. */
function compare(flows: number, seconds: number, fate: Fate) {
  const comparison = new FlowComparison(flows, SECOND, 60 * SECOND, () =>
    Array.from({ length: flows }, (_, flow) => 40_000 + flow),
  )
  const told: string[] = []
  for (let second = 0; second < seconds; second++) {
    for (let flow = 0; flow < flows; flow++) {
      const state = fate(flow, second)
      if (state !== 'paused') comparison.push(flow, createSlot(second * SECOND, state, second * SECOND, 100))
    }
    if (second % 10 === 9)
      comparison.judge((kind, moment, text) => void told.push(`${moment / SECOND} ${kind}: ${text}`))
  }
  return { told, current: comparison.current }
}

test('dead flows are reported once with their ports, and once when they are back', () => {
  const dead = new Set([3, 7, 11])
  const fate: Fate = (flow, second) => (dead.has(flow) && second < 600 ? 'lostForward' : 'intact')
  const { told, current } = compare(16, 1200, fate)
  expect(told).toEqual([
    '20 flowsDiffer: 3 of 16 flows lose everything: source ports 40003, 40007, 40011; the others lose nothing: a bad path behind ECMP or LAG hashing',
    '660 flowsAgree: the flows no longer differ: source ports 40003, 40007, 40011 now lose no more than the others',
  ])
  expect(current).toBeUndefined()
})

test('a flow that dies later is reported too, and the finding ends when both are back', () => {
  const fate: Fate = (flow, second) =>
    (flow === 1 && second < 900) || (flow === 2 && second >= 300 && second < 900) ? 'lostReturn' : 'intact'
  const { told } = compare(8, 1200, fate)
  expect(told.map(text => text.split(':').slice(0, 3).join(':'))).toEqual([
    '20 flowsDiffer: 1 of 8 flows loses everything: source port 40001; the others lose nothing',
    '360 flowsDiffer: 2 of 8 flows lose everything: source ports 40001, 40002; the others lose nothing',
    '960 flowsAgree: the flows no longer differ: source ports 40001, 40002 now lose no more than the others',
  ])
})

test('a flow that loses every fifth probe is found among flows that lose one of a hundred', () => {
  const fate: Fate = (flow, second) => (second % (flow === 2 ? 5 : 100) === flow ? 'lostUnknown' : 'intact')
  const { told, current } = compare(4, 3600, fate)
  expect(told).toHaveLength(1)
  expect(told[0]).toContain('1 of 4 flows loses ')
  expect(current?.text).toContain('source port 40002')
})

test('a day of equal random loss and of outages that all flows share: no finding', () => {
  const next = randomNumbers(22)
  const fate: Fate = (_, second) => (second % 7200 < 90 ? 'lostUnknown' : next() < 0.05 ? 'lostForward' : 'intact')
  expect(compare(4, 86_400, fate).told).toEqual([])
})

test('losses in a full buffer and refusals of this host are not of the path', () => {
  for (const state of ['lostClientBuffer', 'lostServerBuffer', 'lostServerPolicy', 'refused'] as const)
    expect(compare(4, 300, flow => (flow === 1 ? state : 'intact')).told).toEqual([])
})

test('an outage of one flow of half a minute is one loss, and a flow without a socket is not compared', () => {
  expect(
    compare(4, 900, (flow, second) => (flow === 1 && second >= 300 && second < 330 ? 'lostReturn' : 'intact')).told,
  ).toEqual([])
  const fate: Fate = (flow, second) => (flow === 3 && second >= 30 ? 'paused' : flow === 1 ? 'lostForward' : 'intact')
  expect(compare(4, 300, fate).told).toHaveLength(1)
})
