import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ImpairmentRule } from '../../../src/facts/impairment-rule.ts'
import { parseImpairmentRules } from '../../../src/runs/impairment-rules.ts'
import { attempt, refused } from '../../helpers/refused.ts'
import { typedText } from '../../helpers/typed-text.ts'

const [MS, S] = [1e6, 1e9]

describe('every form', () => {
  test.each<[string, ImpairmentRule]>([
    ['drop=5%', { rule: 'drop', ratio: 0.05 }],
    ['drop=0.05', { rule: 'drop', ratio: 0.05 }],
    ['drop=.5', { rule: 'drop', ratio: 0.5 }],
    ['drop=0', { rule: 'drop', ratio: 0 }],
    ['drop=100%', { rule: 'drop', ratio: 1 }],
    ['drop=every:10', { rule: 'dropEvery', every: 10 }],
    ['drop=every:1', { rule: 'dropEvery', every: 1 }],
    ['drop=every:10k', { rule: 'dropEvery', every: 10_000 }],
    ['drop=burst:3@1%', { rule: 'dropBurst', length: 3, ratio: 0.01 }],
    ['drop=gilbert:0.02:0.2', { rule: 'dropGilbert', toBad: 0.02, toGood: 0.2 }],
    ['drop=gilbert:2%:20%', { rule: 'dropGilbert', toBad: 0.02, toGood: 0.2 }],
    ['dup=2%', { rule: 'duplicate', ratio: 0.02 }],
    ['reorder=3%:35ms', { rule: 'reorder', ratio: 0.03, delay: 35 * MS }],
    ['delay=20ms', { rule: 'delay', base: 20 * MS, jitter: 0 }],
    ['delay=20ms~5ms', { rule: 'delay', base: 20 * MS, jitter: 5 * MS }],
    ['delay=1m30s~0', { rule: 'delay', base: 90 * S, jitter: 0 }],
    ['truncate=200', { rule: 'truncate', length: 200, ratio: 1 }],
    ['truncate=200@10%', { rule: 'truncate', length: 200, ratio: 0.1 }],
    ['truncate=1KiB@0.1', { rule: 'truncate', length: 1024, ratio: 0.1 }],
    ['truncate=0', { rule: 'truncate', length: 0, ratio: 1 }],
    ['truncate=65535', { rule: 'truncate', length: 65_535, ratio: 1 }],
    ['corrupt=1%', { rule: 'corrupt', ratio: 0.01 }],
    ['mtu=1500', { rule: 'mtu', size: 1500 }],
    ['mtu=28', { rule: 'mtu', size: 28 }],
    ['mtu=65575', { rule: 'mtu', size: 65_575 }],
    ['rate=10Mbit', { rule: 'rate', bitRate: 10e6, queue: 100 * MS }],
    ['rate=1bit/s', { rule: 'rate', bitRate: 1, queue: 100 * MS }],
    ['blackout=2s@5s', { rule: 'blackout', length: 2 * S, start: 5 * S }],
    ['blackout=200us@0', { rule: 'blackout', length: 200_000, start: 0 }],
  ])('%s', (text, rule) => {
    expect(parseImpairmentRules(text, '--up')).toEqual([rule])
  })
})

describe('several rules', () => {
  const [drop, dup, delay]: readonly ImpairmentRule[] = [
    { rule: 'drop', ratio: 0.05 },
    { rule: 'duplicate', ratio: 0.02 },
    { rule: 'delay', base: 20 * MS, jitter: 5 * MS },
  ]

  test.each<[string | string[]]>([
    ['drop=5%,dup=2%,delay=20ms~5ms'],
    ['drop=5% dup=2% delay=20ms~5ms'],
    ['  drop=5%, dup=2%,\n\tdelay=20ms~5ms,'],
    [['drop=5%', 'dup=2%', 'delay=20ms~5ms']],
    [['drop=5%', '', 'dup=2%,delay=20ms~5ms']],
  ])('%j', texts => {
    expect(parseImpairmentRules(texts, '--down')).toEqual([drop, dup, delay])
  })

  test('keep their order, and the same one may occur twice', () => {
    expect(parseImpairmentRules('delay=20ms~5ms drop=5% delay=20ms~5ms', '--up')).toEqual([delay, drop, delay])
  })

  test.each<[string | string[]]>([[''], [' , '], [[]], [['', ' ']]])('none in %j', texts => {
    expect(parseImpairmentRules(texts, '--up')).toEqual([])
  })
})

const ALL =
  'drop=5%, dup=2%, reorder=3%:35ms, delay=20ms~5ms, truncate=200@10%, corrupt=1%, mtu=1500, rate=10Mbit, blackout=2s@5s'
const DROPS = 'drop=5%, drop=every:10, drop=burst:3@1%, drop=gilbert:0.02:0.2'

describe('a mistake is shown at its position, here after ^', () => {
  test.each([
    // The name.
    ['drop=5%,^dpu=2%', '--up cannot take "dpu=2%": there is no rule "dpu" (did you mean dup?)'],
    ['^DROP=5%', '--up cannot take "DROP=5%": there is no rule "DROP" (did you mean drop?)'],
    ['^duplicate=2%', '--up cannot take "duplicate=2%": there is no rule "duplicate" (did you mean dup?)'],
    ['^corr=1%', '--up cannot take "corr=1%": there is no rule "corr" (did you mean corrupt?)'],
    ['^loss=5%', `--up cannot take "loss=5%": there is no rule "loss" (write one of ${ALL})`],
    ['drop=^5 %', 'the ratio of --up "drop=5" cannot be "5": a ratio without % is at most 1 (did you mean 5%?)'],
    ['drop=0.5 ^ms', `--up cannot take "ms": there is no rule "ms" (write one of ${ALL})`],
    ['^=5%', `--up cannot take "=5%": the name of the rule is missing (write one of ${ALL})`],
    ['^dup\u001b=5%', '--up cannot take "dup\\x1b=5%": there is no rule "dup\\x1b" (did you mean dup?)'],
    // The mark and the text after it.
    ['drop^', '--up cannot take "drop": the ratio is missing (write drop=5%)'],
    ['drop^:5%', '--up cannot take "drop:5%": the ratio must follow =, not : (write drop=5%)'],
    ['drop=^', '--up cannot take "drop=": the ratio is missing (write drop=5%)'],
    ['drop=^,dup=2%', '--up cannot take "drop=": the ratio is missing (write drop=5%)'],
    ['drop=^=5%', '--up cannot take "drop==5%": the ratio is missing (write drop=5%)'],
    ['mtu^', '--up cannot take "mtu": the size is missing (write mtu=1500)'],
    ['reorder=3%^', '--up cannot take "reorder=3%": the delay is missing (write reorder=3%:35ms)'],
    ['reorder=3%:^', '--up cannot take "reorder=3%:": the delay is missing (write reorder=3%:35ms)'],
    ['reorder=^:35ms', '--up cannot take "reorder=:35ms": the ratio is missing (write reorder=3%:35ms)'],
    ['reorder=3%^@35ms', '--up cannot take "reorder=3%@35ms": the delay must follow :, not @ (write reorder=3%:35ms)'],
    ['delay=20ms~^', '--up cannot take "delay=20ms~": the jitter is missing (write delay=20ms~5ms)'],
    ['delay=20ms^:5ms', '--up cannot take "delay=20ms:5ms": the jitter must follow ~, not : (write delay=20ms~5ms)'],
    ['truncate=200@^', '--up cannot take "truncate=200@": the ratio is missing (write truncate=200@10%)'],
    ['blackout=2s^', '--up cannot take "blackout=2s": the start is missing (write blackout=2s@5s)'],
    // Too many.
    ['dup=2%:^3', '--up cannot take "dup=2%:3": it has too many arguments (write dup=2%)'],
    ['dup=2%:^', '--up cannot take "dup=2%:": it has too many arguments (write dup=2%)'],
    ['drop=5%,drop=every:10:^2', '--up cannot take "drop=every:10:2": it has too many arguments (write drop=every:10)'],
    ['delay=20ms~5ms~^1ms', '--up cannot take "delay=20ms~5ms~1ms": it has too many arguments (write delay=20ms~5ms)'],
    // The patterns of drop.
    ['drop=^evry:10', '--up cannot take "drop=evry:10": there is no drop pattern "evry" (did you mean every?)'],
    ['drop=^half', `--up cannot take "drop=half": there is no drop pattern "half" (write one of ${DROPS})`],
    ['drop=every^', '--up cannot take "drop=every": the count is missing (write drop=every:10)'],
    ['drop=every^=10', '--up cannot take "drop=every=10": the count must follow :, not = (write drop=every:10)'],
    ['drop=burst:3^', '--up cannot take "drop=burst:3": the ratio is missing (write drop=burst:3@1%)'],
    [
      'drop=gilbert:0.02^',
      '--up cannot take "drop=gilbert:0.02": the chance to turn good is missing (write drop=gilbert:0.02:0.2)',
    ],
    // Arguments.
    ['drop=^5', 'the ratio of --up "drop=5" cannot be "5": a ratio without % is at most 1 (did you mean 5%?)'],
    ['drop=^101%', 'the ratio of --up "drop=101%" cannot be "101%": a ratio is at most 100% (write 5% or 0.05)'],
    ['dup=^-2%', 'the ratio of --up "dup=-2%" cannot be "-2%": a ratio is not negative (write 5% or 0.05)'],
    [
      'corrupt=^1ms',
      'the ratio of --up "corrupt=1ms" cannot be "1ms": "ms" is not a unit of a ratio (write 5% or 0.05)',
    ],
    ['drop=every:^0', 'the count of --up "drop=every:0" cannot be "0": the least is 1 (write 10 or 10k)'],
    [
      'drop=every:^1.5',
      'the count of --up "drop=every:1.5" cannot be "1.5": it is not a whole number (write 10 or 10k)',
    ],
    ['drop=burst:^0@1%', 'the length of --up "drop=burst:0@1%" cannot be "0": the least is 1 (write 10 or 10k)'],
    [
      'drop=burst:3@^7',
      'the ratio of --up "drop=burst:3@7" cannot be "7": a ratio without % is at most 1 (did you mean 7%?)',
    ],
    [
      'drop=gilbert:0.02:^2',
      'the chance to turn good of --up "drop=gilbert:0.02:2" cannot be "2": a ratio without % is at most 1 (did you mean 2%?)',
    ],
    [
      'drop=gilbert:^x:0.2',
      'the chance to turn bad of --up "drop=gilbert:x:0.2" cannot be "x": it is not a ratio (write 5% or 0.05)',
    ],
    [
      'reorder=3%:^9x',
      'the delay of --up "reorder=3%:9x" cannot be "9x": "x" is not a unit of time (us, ms, s, m, h) (write 20ms or 1.5s)',
    ],
    ['delay=^20', 'the delay of --up "delay=20" cannot be "20": the unit is missing (did you mean 20ms or 20s?)'],
    [
      'delay=20ms~^-5ms',
      'the jitter of --up "delay=20ms~-5ms" cannot be "-5ms": a duration is not negative (write 20ms or 1.5s)',
    ],
    [
      'truncate=^1.5',
      'the size of --up "truncate=1.5" cannot be "1.5": it is not a whole number of bytes (write 4000 or 4KiB)',
    ],
    ['truncate=^-1', 'the size of --up "truncate=-1" cannot be "-1": a size is not negative (write 4000 or 4KiB)'],
    [
      'truncate=^65536',
      'the size of --up "truncate=65536" cannot be "65536": a UDP datagram cannot be that long (write 200 or 1KiB)',
    ],
    [
      'truncate=200@^1.1',
      'the ratio of --up "truncate=200@1.1" cannot be "1.1": a ratio without % is at most 1 (did you mean 1.1%?)',
    ],
    [
      'mtu=^27',
      'the size of --up "mtu=27" cannot be "27": the headers of IP and UDP alone take 28 bytes (write 1500 or 1280)',
    ],
    [
      'mtu=^65576',
      'the size of --up "mtu=65576" cannot be "65576": an IP packet cannot be that large (write 1500 or 1280)',
    ],
    [
      'rate=^100pps',
      'the rate of --up "rate=100pps" cannot be "100pps": a link counts bits, not datagrams (write 10Mbit or 500kbit)',
    ],
    ['rate=^10', 'the rate of --up "rate=10" cannot be "10": the unit is missing (write 10Mbit or 500kbit)'],
    [
      'rate=^0bit',
      'the rate of --up "rate=0bit" cannot be "0bit": at that rate nothing is ever sent (write 10Mbit or 500kbit)',
    ],
    [
      'rate=^.5bit',
      'the rate of --up "rate=.5bit" cannot be ".5bit": the least is 1 bit a second (write 10Mbit or 500kbit)',
    ],
    [
      'blackout=^2@5s',
      'the length of --up "blackout=2@5s" cannot be "2": the unit is missing (did you mean 2ms or 2s?)',
    ],
    [
      'dup=2% blackout=2s@^later',
      'the start of --up "blackout=2s@later" cannot be "later": it is not a number with a unit of time (write 20ms or 1.5s)',
    ],
  ])('%j', (marked, message) => {
    const text = marked.replace('^', '')
    expect(refused(() => parseImpairmentRules(text, '--up'))).toBe(message)
    expect(attempt(() => parseImpairmentRules(text, '--up'))).toMatchObject({
      error: { excerpt: { text, column: marked.indexOf('^') } },
    })
  })

  test('in the text and under the flag that have it', () => {
    expect(attempt(() => parseImpairmentRules(['drop=5%', 'dup=2% mtu=1'], '--down'))).toMatchObject({
      error: {
        message: 'the size of --down "mtu=1" cannot be "1": the headers of IP and UDP alone take 28 bytes',
        excerpt: { text: 'dup=2% mtu=1', column: 11 },
      },
    })
  })
})

test('any text gives rules or a usage error that points into it', () => {
  const name = fc.constantFrom('drop', 'dup', 'reorder', 'delay', 'truncate', 'corrupt', 'mtu', 'rate', 'blackout')
  const word = fc.constantFrom('every', 'burst', 'gilbert', '5%', '0.2', '20ms', '1500', '10Mbit', '200', '2', '')
  const mark = fc.constantFrom(':', '@', '~', '=', ',', ' ', '')
  const near = fc
    .tuple(typedText, name, fc.constantFrom('=', '=', '=', ''), fc.array(fc.tuple(word, mark), { maxLength: 4 }))
    .map(([before, ...rule]) => [before, rule.flat(3).join('')])
  const rule = near.map(([, text = '']) => text)
  fc.assert(
    fc.property(fc.oneof(typedText, rule, near), texts => {
      const outcome = attempt(() => parseImpairmentRules(texts, '--up'))
      if ('value' in outcome) {
        const numbers = outcome.value.flatMap(rule => Object.values(rule)).filter(value => typeof value === 'number')
        expect(numbers.every(number => Number.isFinite(number) && number >= 0)).toBe(true)
        return
      }
      const { code, excerpt } = outcome.error
      expect(code).toBe('usage')
      expect([texts].flat()).toContain(excerpt?.text)
      expect(excerpt?.column).toBeGreaterThanOrEqual(0)
      expect(excerpt?.column).toBeLessThanOrEqual(excerpt?.text.length ?? -1)
    }),
    { numRuns: 2000 },
  )
})
