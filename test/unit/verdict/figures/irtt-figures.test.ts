import { expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { irttRun, protocolResult } from '../protocol-runs.ts'

test('a session as it was asked for', () => {
  const result = protocolResult(irttRun())
  expect(result).toMatchObject({ command: 'send', protocol: 'irtt' })
  expect(result.evidence.reflector).toBeUndefined()
  expect(result.irtt).toEqual({
    authenticated: false,
    opened: true,
    closedByServer: false,
    granted: {
      durationMs: 1000,
      intervalMs: 10,
      length: 60,
      stats: 'both',
      stamps: 'both',
      clock: 'both',
      tos: 0,
      restricted: [],
    },
  })
})

test('a restricted session names each parameter that differs', () => {
  const run = irttRun(
    undefined,
    { forged: 2, closedByServer: true },
    { isAuthenticated: true },
    { length: 50, duration: SECOND / 2 },
  )
  expect(protocolResult(run).irtt).toMatchObject({
    authenticated: true,
    closedByServer: true,
    forged: 2,
    granted: { length: 50, durationMs: 500, restricted: ['duration', 'length'] },
  })
})

test('without a session nothing was granted', () => {
  const run = irttRun([])
  run.facts.irtt = { opened: false, closedByServer: false, forged: 0 }
  expect(protocolResult(run).irtt).toEqual({ authenticated: false, opened: false, closedByServer: false })
})
