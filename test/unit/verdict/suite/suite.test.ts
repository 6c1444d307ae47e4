import { expect, test } from 'vitest'
import { createSuite, type CheckVerdict, type Suite, type SuiteCheck } from '../../../../src/verdict/suite/suite.ts'

const HEAD = {
  command: 'check',
  tool: { name: 'udptool', version: '0.1.0' },
  host: { os: 'linux', kernel: '6.1.0', node: '20.20.2', cpus: 2 },
  startedAt: '2026-11-27T10:20:30.250Z',
  durationMs: 1,
  interrupted: false,
} as const

/** `pass`, or `error/warn` with a level. */
function check(written: string): SuiteCheck {
  const [verdict = '', level = 'error'] = written.split('/')
  return {
    id: written,
    name: written,
    expected: '',
    observed: '',
    tags: [],
    attempts: 1,
    verdict: verdict as CheckVerdict,
    level: level as SuiteCheck['level'],
  }
}

function verdict(checks: readonly string[], interrupted = false): Suite['verdict'] {
  return createSuite({ ...HEAD, interrupted }, checks.map(check)).verdict
}

test.each<[readonly string[], Suite['verdict']]>([
  [['pass', 'pass'], 'pass'],
  [['pass', 'skipped'], 'pass'],
  [['pass', 'fail'], 'fail'],
  [['error', 'fail'], 'fail'],
  [['pass', 'error'], 'error'],
  [['error', 'error'], 'error'],
  [['pass', 'warn/warn'], 'pass'],
  [['warn/warn'], 'pass'],
  [['pass', 'error/warn'], 'pass'],
  [['error/warn'], 'error'],
  [['skipped', 'skipped'], 'error'],
  [[], 'error'],
])('%j: %s', (checks, expected) => {
  expect(verdict(checks)).toBe(expected)
})

test('an interrupted suite never passes, and a failure remains a failure', () => {
  expect(verdict(['pass'], true)).toBe('error')
  expect(verdict(['fail'], true)).toBe('fail')
})

test('checks are counted by verdict', () => {
  const checks = ['pass', 'pass', 'warn/warn', 'fail', 'error', 'skipped', 'skipped', 'skipped'].map(check)
  expect(createSuite(HEAD, checks)).toMatchObject({ passed: 2, warned: 1, failed: 1, errors: 1, skipped: 3 })
})
