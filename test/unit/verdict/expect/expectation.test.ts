import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Limit, parseExpectation } from '../../../../src/verdict/expect/expectation.ts'
import { METRICS } from '../../../../src/verdict/expect/metrics.ts'
import { attempt, refused } from '../../../helpers/refused.ts'
import { typedText } from '../../../helpers/typed-text.ts'

test.each<[string, string, string, Limit]>([
  ['loss<1%', 'loss', '<', { unit: 'ratio', value: 0.01 }],
  ['intact>=99%', 'intact', '>=', { unit: 'ratio', value: 0.99 }],
  ['truncated==0', 'truncated', '==', { unit: 'count', value: 0 }],
  ['corrupt != 3', 'corrupt', '!=', { unit: 'count', value: 3 }],
  ['loss==0%', 'loss', '==', { unit: 'ratio', value: 0 }],
  ['loss.forward==0', 'loss.forward', '==', { unit: 'count', value: 0 }],
  ['lostServerBuffer<=2', 'lostServerBuffer', '<=', { unit: 'count', value: 2 }],
  ['reordered<0.5%', 'reordered', '<', { unit: 'ratio', value: 0.005 }],
  ['replies>0', 'replies', '>', { unit: 'count', value: 0 }],
  ['longestRun<3', 'longestRun', '<', { unit: 'count', value: 3 }],
  ['rtt.p99<20ms', 'rtt.p99', '<', { unit: 'nanos', value: 20e6 }],
  ['rtt.p99 < 1.5 ms', 'rtt.p99', '<', { unit: 'nanos', value: 1.5e6 }],
  ['rttNetwork.min>=250ns', 'rttNetwork.min', '>=', { unit: 'nanos', value: 250 }],
  ['rttScheduled.p999<1s', 'rttScheduled.p999', '<', { unit: 'nanos', value: 1e9 }],
  ['jitter<5ms', 'jitter', '<', { unit: 'nanos', value: 5e6 }],
  ['ipdv==0', 'ipdv', '==', { unit: 'nanos', value: 0 }],
  ['mtu>=1500', 'mtu', '>=', { unit: 'bytes', value: 1500 }],
  ['maxIntactSize>=8972', 'maxIntactSize', '>=', { unit: 'bytes', value: 8972 }],
  ['rate>=10Mbit', 'rate', '>=', { unit: 'bits', value: 10e6 }],
  ['rate >= 1.5 Gbps', 'rate', '>=', { unit: 'bits', value: 1.5e9 }],
  ['rate>=600pps', 'rate', '>=', { unit: 'packets', value: 600 }],
  ['rate<2kpps', 'rate', '<', { unit: 'packets', value: 2000 }],
  ['maxIntactSize>=4KiB', 'maxIntactSize', '>=', { unit: 'bytes', value: 4096 }],
])('%s', (text, metric, operator, limit) => {
  expect(parseExpectation(` ${text} `)).toEqual({ expr: text, metric, operator, limit })
})

describe('refused', () => {
  test.each([
    ['', 'the expectation cannot be "": it is not a metric, an operator and a value (write loss<1% or rtt.p99<20ms)'],
    [
      'loss',
      'the expectation cannot be "loss": it is not a metric, an operator and a value (write loss<1% or rtt.p99<20ms)',
    ],
    ['loss<', 'the expectation cannot be "loss<": the value is missing (write loss<1% or rtt.p99<20ms)'],
    ['los<1%', 'the expectation cannot be "los<1%": there is no metric "los" (did you mean loss?)'],
    ['LOSS<1%', 'the expectation cannot be "LOSS<1%": there is no metric "LOSS" (did you mean loss?)'],
    ['dup==0', 'the expectation cannot be "dup==0": there is no metric "dup" (did you mean duplicates?)'],
    ['p99<20ms', 'the expectation cannot be "p99<20ms": there is no metric "p99" (did you mean rtt.p99?)'],
    ['rtt.p98<20ms', 'the expectation cannot be "rtt.p98<20ms": there is no metric "rtt.p98" (did you mean rtt.p90?)'],
    [
      'rtt<20ms',
      'the expectation cannot be "rtt<20ms": there is no metric "rtt" (name its figure: rtt.min, rtt.mean, rtt.p50, rtt.p90, rtt.p95, rtt.p99, rtt.p999, rtt.max, rtt.stddev)',
    ],
    ['loss=0', 'the expectation cannot be "loss=0": = is not an operator (did you mean ==?)'],
    ['loss=<1%', 'the expectation cannot be "loss=<1%": =< is not an operator (did you mean <=?)'],
    ['loss≤1%', 'the expectation cannot be "loss≤1%": ≤ is not an operator (did you mean <=?)'],
    ['loss<>1', 'the expectation cannot be "loss<>1": <> is not an operator (use one of < <= > >= == !=)'],
    ['loss<0.05', 'the expectation cannot be "loss<0.05": a ratio is written with % (did you mean loss<5%?)'],
    [
      'intact>=0.995',
      'the expectation cannot be "intact>=0.995": a ratio is written with % (did you mean intact>=99.5%?)',
    ],
    [
      'loss<1.5',
      'the expectation cannot be "loss<1.5": "1.5" is neither a whole number nor a percentage (write loss<5% (a ratio) or loss<5 (a count))',
    ],
    [
      'loss<-1',
      'the expectation cannot be "loss<-1": "-1" is neither a whole number nor a percentage (write loss<5% (a ratio) or loss<5 (a count))',
    ],
    [
      'loss<5ms',
      'the expectation cannot be "loss<5ms": "5ms" is neither a whole number nor a percentage (write loss<5% (a ratio) or loss<5 (a count))',
    ],
    ['loss<101%', 'the value of "loss<101%" cannot be "101%": a ratio is at most 100% (write 5% or 0.05)'],
    [
      'longestRun<5%',
      'the expectation cannot be "longestRun<5%": longestRun is a whole number (write longestRun<0 or longestRun<10)',
    ],
    ['rtt.p99<20', 'the value of "rtt.p99<20" cannot be "20": the unit is missing (did you mean 20ms or 20s?)'],
    [
      'jitter<5%',
      'the value of "jitter<5%" cannot be "5%": "%" is not a unit of time (us, ms, s, m, h) (write 20ms or 1.5s)',
    ],
    ['rate>=10', 'the value of "rate>=10" cannot be "10": the unit is missing (write 10Mbit or 10pps)'],
    [
      'rate>=10MB/s',
      'the value of "rate>=10MB/s" cannot be "10MB/s": a rate counts bits, not bytes (write 10Mbit or 100pps)',
    ],
    ['rate>=10ms', 'the value of "rate>=10ms" cannot be "10ms": "ms" is not a unit of rate (write 10Mbit or 100pps)'],
    ['rate>=10%', 'the value of "rate>=10%" cannot be "10%": "%" is not a unit of rate (write 10Mbit or 100pps)'],
    ['rate=10Mbit', 'the expectation cannot be "rate=10Mbit": = is not an operator (did you mean ==?)'],
    ['rate.pps>=600', 'the expectation cannot be "rate.pps>=600": there is no metric "rate.pps" (did you mean rate?)'],
    [
      'Throughput>=1Mbit',
      'the expectation cannot be "Throughput>=1Mbit": there is no metric "Throughput" (did you mean rate?)',
    ],
    ['mtu>=1500ms', 'the value of "mtu>=1500ms" cannot be "1500ms": "ms" is not a unit of size (write 4000 or 4KiB)'],
  ])('%s', (text, message) => {
    expect(refused(() => parseExpectation(text))).toBe(message)
  })

  test('a word that resembles no metric gets the list', () => {
    expect(refused(() => parseExpectation('banana<1'))).toContain('the metrics are loss, loss.forward,')
  })
})

test('any text gives an expectation or a usage error', () => {
  const metric = fc.constantFrom(...METRICS.keys(), 'nonsense', '')
  const near = fc
    .tuple(metric, fc.constantFrom('<', '<=', '==', '!=', '=', ' > ', ''), typedText)
    .map(parts => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(typedText, near), text => {
      const outcome = attempt(() => parseExpectation(text))
      if (!('value' in outcome)) return
      expect(METRICS.has(outcome.value.metric)).toBe(true)
      expect(outcome.value.limit.value).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 1000 },
  )
})
