import { expect, test } from 'vitest'
import { oneWayPieces } from '../../../../src/report/result/one-way-pieces.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { savedResult } from '../result-files.ts'

function pieces(oneWay: Result['oneWay'], verbose = false): string[] {
  return oneWayPieces({ ...savedResult('mixed'), ...(oneWay === undefined ? {} : { oneWay }) }, verbose)
}

const SPLIT = {
  forwardP50Ms: 0.2,
  returnP50Ms: 0.3,
  queueForwardP99Ms: 1.5,
  queueReturnP99Ms: 0.1,
  errorAnyClockMs: 0.6,
}

test('queueing delay first, then the split with its error', () => {
  expect(pieces({ ...SPLIT, errorMs: 0.25 })).toEqual([
    'queueing p99: forward 1.50 ms, return 100 µs',
    'p50: forward 200 µs, return 300 µs, each ±250 µs',
  ])
})

test('if a clock was unsteady, the error that holds for any clock', () => {
  expect(pieces(SPLIT)[1]).toBe('p50: forward 200 µs, return 300 µs, each ±600 µs with any clock')
})

test('a negative delay in an old Result is ignored', () => {
  const old = { offsetMs: 1, errorMs: 0.1, forwardP50Ms: -0.4, returnP50Ms: 0.9 }
  expect(pieces(old)).toEqual(['unknown: a clock was unsteady, so the split gave a negative delay'])
  expect(pieces({ ...old, forwardP50Ms: 0.4 })).toEqual(['p50: forward 400 µs, return 900 µs, each ±100 µs'])
})

test('everything that is known', () => {
  const rate = { skewPpm: 20, skewPpmLow: -1.5, skewPpmHigh: 41.25 }
  const direction = { minMs: 0.1, p50Ms: 0.2, p99Ms: 1.6 }
  const all = { ...SPLIT, ...rate, errorMs: 0.25, forward: direction, return: direction, queueErrorMs: 0.05 }
  expect(pieces(all, true)).toEqual([
    'queueing p99: forward 1.50 ms, return 100 µs',
    'queueing known to ±50 µs',
    'p50: forward 200 µs, return 300 µs, each ±250 µs',
    'least: forward 100 µs, return 100 µs',
    'p99: forward 1.60 ms, return 1.60 ms',
    'server’s clock +20.00 ppm (−1.50 to +41.25)',
    'the round trip is split by comparing both clocks during the run',
  ])
})
