import { expect, test } from 'vitest'
import { ProbeHistory } from '../../../../src/jobs/exporter/probe-history.ts'

const PROBE = { at: 0, target: '10.0.0.7:9000', module: 'once', isSuccess: true, durationMs: 10 }
const MEBIBYTE = 1024 * 1024

test('a long log is cut, and says so', () => {
  const history = new ProbeHistory()
  history.add(PROBE, 'x'.repeat(MEBIBYTE))
  const log = history.log(1) ?? ''
  expect(log).toMatch(/^x+\n… the rest is cut\n$/u)
  expect(log.length * 2).toBeLessThanOrEqual(MEBIBYTE / 4)
})

test('all logs together have at most four mebibytes: the oldest runs leave', () => {
  const history = new ProbeHistory()
  for (let number = 0; number < 60; number++) history.add(PROBE, 'x'.repeat(100_000))
  const { recent } = history
  expect(recent).toHaveLength(Math.floor((4 * MEBIBYTE) / 200_000))
  expect(recent[0]?.id).toBe(60)
  expect([history.log(60)?.length, history.log(1)]).toEqual([100_000, undefined])
})
