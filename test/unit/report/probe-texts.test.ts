import { expect, test } from 'vitest'
import { probeLog, probeMetrics } from '../../../src/report/probe-texts.ts'
import type { ProbeOutcome } from '../../../src/verdict/probe-outcome.ts'
import { simulate } from '../../simulation/simulate.ts'
import { networkOf, probePlan, responderPlan } from '../machines/plans.ts'
import { resultOf } from '../verdict/context.ts'

const { facts } = simulate({ probe: probePlan({ count: 5 }), respond: responderPlan(), network: networkOf() })

const OUTCOME: ProbeOutcome = {
  target: 'edge.example:9000',
  module: { name: 'once', run: 'send', settings: { size: '64', expect: ['loss==0'] } },
  startedAt: '2026-01-01T00:00:00.000Z',
  durationSeconds: 1.25,
  timeoutSeconds: 9.5,
  lookupSeconds: 0.003,
  address: { address: '10.0.0.7', port: 9000, family: 'udp4' },
  result: resultOf(facts, 'loss==0'),
  isShortened: false,
  isSuccess: true,
  steps: [
    { at: 0, message: 'resolve edge.example' },
    { at: 1.2345, message: 'the run has ended' },
  ],
}

test('a log has the steps, the report, the metrics and the settings', () => {
  const log = probeLog(OUTCOME)
  expect(log).toMatch(
    /^Probe of edge\.example:9000 with module once: succeeded\nStarted at 2026-01-01T00:00:00\.000Z, with 9\.5 s of time\n/u,
  )
  expect(log).toContain('\n   0.000 s  resolve edge.example\n   1.234 s  the run has ended\n')
  expect(log).toMatch(/\nReport of the run:\n\n.*= 5 scheduled/su)
  expect(log).toContain(`\nMetrics that would have been returned:\n\n${probeMetrics(OUTCOME)}`)
  expect(log).toMatch(/\nSettings of the module:\n\nrun: "send"\nsize: "64"\nexpect: \["loss==0"\]\n$/u)
})

test('a log of a probe without a run says why', () => {
  const { result: _, ...rest } = OUTCOME
  const log = probeLog({
    ...rest,
    isSuccess: false,
    failure: 'no such name',
    steps: [{ at: 2, message: 'no such name' }],
  })
  expect(log).toContain('with module once: failed\n')
  expect(log).toContain('   2.000 s  no such name\n')
  expect(log).not.toContain('Report of the run')
})

test('nothing in a log controls a terminal, and metrics keep to their lines', () => {
  const evil = '\u001b[2J\u0007\r\n"\\'
  const outcome = {
    ...OUTCOME,
    target: evil,
    module: { ...OUTCOME.module, name: evil, settings: { [evil]: evil } },
    steps: [{ at: 0, message: evil }],
  }
  expect(probeLog(outcome)).not.toMatch(/[^\n\P{Cc}]/u)
  expect(probeMetrics(outcome)).toBe(probeMetrics(OUTCOME))
})
