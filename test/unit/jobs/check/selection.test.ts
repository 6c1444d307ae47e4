import { expect, test } from 'vitest'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { selectChecks } from '../../../../src/jobs/check/selection.ts'
import { planSuite } from '../../../../src/jobs/check/suite-plan.ts'
import { refused } from '../../../helpers/refused.ts'

const PLAN = planSuite(
  readYaml(
    'u.yaml',
    `
checks:
  - { name: Echo is whole, serve: {}, tags: [lan, quick] }
  - { name: large ones, serve: {}, tags: lan }
  - { name: far away, target: far.example }
`,
  ),
)

function selected(only: readonly string[], tags: readonly string[]): string[] {
  return selectChecks(PLAN, { only, tags }).checks.map(({ name }) => name)
}

test.each<[readonly string[], readonly string[], readonly string[]]>([
  [[], [], ['Echo is whole', 'large ones', 'far away']],
  [['large ones'], [], ['large ones']],
  [['echo-is-whole', 'far away'], [], ['Echo is whole', 'far away']],
  [[], ['lan'], ['Echo is whole', 'large ones']],
  [[], ['quick', 'lan'], ['Echo is whole', 'large ones']],
  [['large ones', 'far away'], ['lan'], ['large ones']],
])('--only %j --tag %j', (only, tags, names) => {
  expect(selected(only, tags)).toEqual(names)
})

test('a name or tag that no check has is a mistake', () => {
  expect(refused(() => selected(['large one'], []))).toBe(
    '--only: no check of u.yaml is called "large one" (did you mean "large ones"?)',
  )
  expect(refused(() => selected([], ['slow']))).toBe(
    '--tag: no check of u.yaml has the tag "slow" (there are "lan", "quick")',
  )
  expect(refused(() => selected(['far away'], ['lan']))).toContain('no check of u.yaml has both')
})
