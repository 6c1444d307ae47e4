import { expect, test } from 'vitest'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { planSuite } from '../../../../src/jobs/check/suite-plan.ts'
import { renderCheckFile } from '../../../../src/report/formats/check-file.ts'
import type { ServerFindings } from '../../../../src/verdict/server-findings.ts'
import { goldenSuite } from '../suites.ts'

const FINDINGS: ServerFindings = {
  target: '[::1]:9000',
  startedAt: '2026-11-27T10:20:30.250Z',
  count: 20,
  small: { size: 128, scheduled: 20, lost: 0, truncated: 0, corrupt: 0 },
  whole: [128, 512, 1472],
  broken: [
    { size: 4000, scheduled: 20, lost: 1, truncated: 19, corrupt: 0 },
    { size: 8192, scheduled: 20, lost: 20, truncated: 0, corrupt: 0 },
  ],
  mostLoss: 0.0605,
  p99Ms: 3.2,
  duplicates: 0,
}

test('is golden, and a check file', async () => {
  const text = renderCheckFile(FINDINGS)
  await expect(text).toMatchFileSnapshot(goldenSuite('init.yaml'))
  const { checks } = planSuite(readYaml('init.yaml', text))
  expect(checks.map(({ plan, target }) => [target, plan.expected])).toEqual([
    ['[::1]:9000', 'loss<7%, corrupt==0, duplicates==0, rtt.p99<20ms'],
    ['[::1]:9000', 'loss<7%, corrupt==0, duplicates==0, truncated==0'],
  ])
})

test.each([
  [0.001, 'rtt.p99<1ms'],
  [0.2, 'rtt.p99<1ms'],
  [0.3, 'rtt.p99<2ms'],
  [4, 'rtt.p99<20ms'],
  [4.1, 'rtt.p99<50ms'],
  [60, 'rtt.p99<500ms'],
  [250, 'rtt.p99<2s'],
])('a p99 of %f ms leaves room: %s', (p99Ms, expected) => {
  const text = renderCheckFile({ ...FINDINGS, p99Ms })
  expect(planSuite(readYaml('x.yaml', text)).checks[0]?.plan.expected).toContain(expected)
})

test('nothing is expected that was not observed', () => {
  const text = renderCheckFile({ ...FINDINGS, whole: [128], broken: [], p99Ms: undefined, duplicates: 3 })
  const { checks } = planSuite(readYaml('x.yaml', text))
  expect(checks.map(({ plan }) => plan.expected)).toEqual(['loss<7%, corrupt==0'])
})
