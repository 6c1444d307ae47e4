import { expect, test } from 'vitest'
import { renderDiff } from '../../../../src/report/terminal/diff-table.ts'
import { renderTerminal } from '../../../../src/report/terminal/terminal.ts'
import { compareRuns, withBaseline } from '../../../../src/verdict/compare/compare-runs.ts'
import { TOLERANCE } from '../../../../src/verdict/compare/diff.ts'
import { around, losing, runWith } from '../../verdict/compared.ts'

const before = { ...runWith(around(2, 100)), file: 'before.journal' }
const after = { ...runWith(losing(around(5, 100), 10), { engine: 'dgram' }), file: 'after.journal' }
const diff = compareRuns(before, after, TOLERANCE)

test('80 columns: the verdict, both runs, each metric, sentences, and differences in set-up', () => {
  expect(renderDiff(diff, { width: 80, color: false })).toBe(
    [
      '✗ fail · worse: loss, rtt.p50, rtt.p90, jitter · cannot tell: rtt.p99',
      '  a  before.journal · 127.0.0.1:9000 · 100 probes · kernel engine',
      '     intervals from every delay',
      '  b  after.journal · 127.0.0.1:9000 · 100 probes · dgram engine',
      '     intervals from every delay',
      '',
      '                       a        b  at most',
      '  ✗  loss             0%      10%       1%  worse',
      '  =  truncated        0%       0%       0%  alike',
      '  =  corrupt          0%       0%       0%  alike',
      '  =  duplicates       0%       0%       0%  alike',
      '  ✗  rtt.p50     2.10 ms  5.25 ms  2.52 ms  worse',
      '  ✗  rtt.p90     2.18 ms  5.45 ms  2.61 ms  worse',
      '  ?  rtt.p99     2.20 ms  5.50 ms  2.64 ms  cannot tell',
      '  ✗  jitter      67.3 µs   180 µs  80.7 µs  worse',
      '',
      '  ✗ loss is 10 percentage points worse (0% → 10%): more than the 1 percentage',
      '    point allowed, significant with 100 against 100 probes',
      '  ✗ p50 is 3.16 ms worse (2.10 ms → 5.25 ms): more than the 20% allowed,',
      '    significant with 100 against 90 samples',
      '  ✗ p90 is 3.27 ms worse (2.18 ms → 5.45 ms): more than the 20% allowed,',
      '    significant with 100 against 90 samples',
      '  ✗ jitter is 112 µs worse (67.3 µs → 180 µs): more than the 20% allowed,',
      '    significant with 100 against 90 samples',
      '  ? rtt.p99 differs by more than is allowed, but there are too few samples',
      '',
      '  ! the runs differ in their set-up: engine (kernel, dgram)',
      '',
    ].join('\n'),
  )
})

test('40 columns: no line is wider, and only the mark shows the outcome', () => {
  const lines = renderDiff(diff, { width: 40, color: false }).split('\n')
  expect(lines.filter(line => line.length > 40)).toEqual([])
  expect(lines).toContain('  ✗  rtt.p50     2.10 ms  5.25 ms')
})

test('wide: also the intervals', () => {
  expect(renderDiff(diff, { width: 200, color: false })).toMatch(
    /^ {2}✗ {2}loss +0% \(0% to 3\.82%\) +10% \(5\.47% to 17\.6%\) +1% {2}worse$/m,
  )
})

test('quiet: the verdict, and what is worse; verbose: all undecided metrics', () => {
  const quiet = renderDiff(diff, { width: 120, color: false, quiet: true })
  expect(quiet.split('\n').filter(line => !/^(?:✗ fail| {2}✗ | {4}|$)/.test(line))).toEqual([])
  expect(renderDiff(diff, { width: 120, color: false, verbose: true })).toContain(
    '  ? p99 looks 3.30 ms worse (2.20 ms → 5.50 ms), but 100 against 90 samples are too few to decide\n',
  )
})

test('equal runs: only the table', () => {
  const text = renderDiff(compareRuns(before, before, TOLERANCE), { width: 80, color: false })
  expect(text).toMatch(/^✓ pass · nothing is worse\n/)
  expect(text.trimEnd().split('\n').at(-1)).toBe('  =  jitter      67.3 µs  67.3 µs  80.7 µs  alike')
})

test('colour repeats the words and adds nothing', () => {
  const plain = renderDiff(diff, { width: 80, color: false })
  const colored = renderDiff(diff, { width: 80, color: true })
  expect(colored).not.toBe(plain)
  expect(colored.replaceAll(/\p{Cc}\[\d+m/gu, '')).toBe(plain)
})

test('a hostile file name cannot control the terminal', () => {
  const hostile = compareRuns({ ...before, file: 'a\u001B[31m.json' }, after, TOLERANCE)
  expect(renderDiff(hostile, { width: 80, color: false })).toContain('a\\x1b[31m.json')
})

test('a run with a baseline: in its report and in its headline', () => {
  const text = renderTerminal(withBaseline(after, before, TOLERANCE), { width: 80, color: false })
  expect(text.split('\n')[0]).toMatch(/^✗ fail · 90 of 100 probes came back whole, 10 lost · worse than the baseline$/)
  expect(text).toContain('  against before.journal of 2026-01-01T00:00:00.000Z\n  ✗ loss is 10 percentage points worse')
  const quiet = renderTerminal(withBaseline(after, before, TOLERANCE), { width: 80, color: false, quiet: true })
  expect(quiet).toContain('  ✗ loss is 10 percentage points worse')
  const same = renderTerminal(withBaseline(before, before, TOLERANCE), { width: 80, color: false })
  expect(same).toContain('  against before.journal of 2026-01-01T00:00:00.000Z: nothing is worse\n')
})
