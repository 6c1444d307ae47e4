import { expect, test } from 'vitest'
import { TOLERANCE, type ComparedMetric } from '../../../../src/verdict/compare/diff.ts'
import { formatFigure, formatInterval, metricWords } from '../../../../src/verdict/compare/diff-words.ts'

function words(compared: Partial<ComparedMetric> & Pick<ComparedMetric, 'metric' | 'unit' | 'outcome'>): string {
  return metricWords(compared, TOLERANCE, 9)
}

function figures(a: number, b: number, samples = 500): Pick<ComparedMetric, 'a' | 'b'> {
  return { a: { value: a, low: 0, samples }, b: { value: b, low: 0, samples } }
}

test.each<[string, Parameters<typeof words>[0]]>([
  [
    'p99 is 3.10 ms worse (2 ms → 5.10 ms): more than the 20% allowed, significant with 500 against 500 samples',
    { metric: 'rtt.p99', unit: 'ms', outcome: 'worse', ...figures(2, 5.1) },
  ],
  [
    'loss is 4.80 percentage points worse (0.200% → 5%): more than the 1 percentage point allowed, significant with 500 against 500 probes',
    { metric: 'loss', unit: 'ratio', outcome: 'worse', ...figures(0.002, 0.05) },
  ],
  [
    'jitter is 1 ms better (2 ms → 1 ms): more than the 20% of tolerance, significant with 500 against 500 samples',
    { metric: 'jitter', unit: 'ms', outcome: 'better', ...figures(2, 1) },
  ],
  [
    'p99 looks 3 ms worse (2 ms → 5 ms), but 10 against 10 samples are too few to decide',
    { metric: 'rtt.p99', unit: 'ms', outcome: 'cannotTell', reason: 'fewSamples', ...figures(2, 5, 10) },
  ],
  [
    "p50 looks 1 ms worse (1 ms → 2 ms), but the sender's own timers were up to 9 ms late, which can explain it",
    { metric: 'rtt.p50', unit: 'ms', outcome: 'cannotTell', reason: 'ownHost', ...figures(1, 2) },
  ],
  [
    'p90 looks 1 ms better (2 ms → 1 ms), but a window paced the run, so its delays are those of its own full queue',
    { metric: 'rtt.p90', unit: 'ms', outcome: 'cannotTell', reason: 'ownQueue', ...figures(2, 1) },
  ],
  [
    'p50 is within the tolerance (2 ms → 2.10 ms)',
    { metric: 'rtt.p50', unit: 'ms', outcome: 'alike', ...figures(2, 2.1) },
  ],
  [
    'the share of truncated replies is the same (0%)',
    { metric: 'truncated', unit: 'ratio', outcome: 'alike', ...figures(0, 0) },
  ],
  [
    'p50 cannot be compared: the first run has no samples of it',
    { metric: 'rtt.p50', unit: 'ms', outcome: 'cannotTell', reason: 'missing', b: { value: 1, low: 0, samples: 1 } },
  ],
])('%s', (text, compared) => {
  expect(words(compared)).toBe(text)
})

test('figures and intervals', () => {
  expect(formatFigure(0.0123, 'ratio')).toBe('1.23%')
  expect(formatInterval({ value: 1, low: 0.5, high: 2, samples: 3 }, 'ms')).toBe('500 µs to 2 ms')
  expect(formatInterval({ value: 1, low: 0.5, samples: 3 }, 'ms')).toBe('from 500 µs')
})
