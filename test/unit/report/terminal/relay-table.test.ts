import { expect, test } from 'vitest'
import { createRelayTruth } from '../../../../src/facts/relay-truth.ts'
import { createRelayFacts } from '../../../../src/facts/relay.ts'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { renderRelayComparison } from '../../../../src/report/terminal/relay-table.ts'
import type { ComparedCount } from '../../../../src/verdict/relay/relay-comparison.ts'
import { goldenPath, savedResult, withoutColour } from '../result-files.ts'

type Records = Parameters<typeof renderRelayComparison>[0]

function records(comparison: readonly ComparedCount[]): Records {
  const { ledger, ...result } = savedResult('clean')
  return {
    seed: '17',
    truth: createRelayTruth(createRelayFacts(), '17'),
    result: { ...result, ledger: { ...ledger, scheduled: 12_345 } },
    comparison,
    verdict: comparison.some(({ equal }) => equal === false) ? 'fail' : 'pass',
  }
}

function row(what: ComparedCount['what'], relay: number, ledger = relay): ComparedCount {
  return { what, relay, ledger, equal: relay === ledger }
}

const EQUAL = records([
  row('whole', 11_000),
  row('lostUp', 1000),
  row('lostDown', 300),
  row('cut', 40),
  row('corrupted', 5),
  row('copies', 1234),
])
const OPEN = records([
  { what: 'whole', ledger: 12_000 },
  row('lostUp', 345),
  { what: 'cut', ledger: 0 },
  row('copies', 7),
])
const DIFFERENT = records([row('whole', 12_000, 11_999), row('lostUp', 0), row('lostDown', 0, 1), row('cut', 345, 0)])

test.each(
  [50, 80].flatMap(
    width =>
      [
        ['equal', width, EQUAL],
        ['open', width, OPEN],
        ['different', width, DIFFERENT],
      ] as const,
  ),
)('golden: %s at %i columns', async (name, width, both) => {
  const text = renderRelayComparison(both, { width, color: false })
  await expect(text).toMatchFileSnapshot(goldenPath(`relay-${name}.${width}`))
})

test('rows that neither record has are left out, but intact ones are shown', () => {
  const text = renderRelayComparison(records([row('whole', 0), row('lostUp', 0), row('copies', 0)]), {
    width: 80,
    color: false,
  })
  expect(text).toContain('passed in both')
  expect(text).not.toMatch(/lost on|copies/u)
})

test('colour changes no text, and no line is too wide', () => {
  for (const both of [EQUAL, OPEN, DIFFERENT]) {
    for (let width = 44; width <= 130; width++) {
      const plain = renderRelayComparison(both, { width, color: false })
      expect(withoutColour(renderRelayComparison(both, { width, color: true }))).toBe(plain)
      expect(plain.split('\n').filter(line => displayWidth(line) > width)).toEqual([])
    }
  }
})

test('quiet leaves only the verdict', () => {
  const quiet = { width: 80, color: false, quiet: true }
  expect(renderRelayComparison(EQUAL, quiet)).toBe('✓ both records are equal\n')
  expect(renderRelayComparison(DIFFERENT, quiet)).toMatch(/^✗ the two records differ: /u)
})
