import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  counter,
  gauge,
  labelText,
  renderExposition,
  withLabel,
  type Family,
} from '../../../../src/report/formats/exposition.ts'
import { readExposition, seriesKey } from '../../../helpers/exposition.ts'

function render(...families: readonly Family[]): string {
  return [...renderExposition(families)].join('')
}

test('families with help, type and samples', () => {
  const text = render(
    counter('a_total', 'Some.', [
      [{}, 1],
      [{ site: 'fra' }, 0.25],
    ]),
    { name: 'h', type: 'histogram', help: 'Delays.', samples: [['le="1"', 3, '_bucket']] },
  )
  expect(text).toBe(
    [
      '# HELP a_total Some.',
      '# TYPE a_total counter',
      'a_total 1',
      'a_total{site="fra"} 0.25',
      '# HELP h Delays.',
      '# TYPE h histogram',
      'h_bucket{le="1"} 3',
      '',
    ].join('\n'),
  )
})

test('a value that is no finite number has no sample, and a family without samples is left out', () => {
  const values = [NaN, Infinity, -Infinity].map(value => [{ of: String(value) }, value] as const)
  expect(render(gauge('a', 'None.', []), gauge('b', 'None.', values))).toBe('')
  expect(render(gauge('b', 'One.', [...values, [{}, 0]]))).toBe('# HELP b One.\n# TYPE b gauge\nb 0\n')
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('\\', '"', '\n', 'n', ',', '}', '=', ' ', '\r', '\t', '\u001B', '\u202E', '\u2028'),
  }),
)
const anyLabels = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_]*$/u), anyText, { maxKeys: 4 })

test('property: an independent reader gets back each label and value, whatever characters the labels have', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(anyLabels, fc.double({ min: -1e300, max: 1e300, noNaN: true })), {
        selector: ([labels]) => seriesKey({ name: 'any_name', labels }),
        maxLength: 8,
      }),
      samples => {
        const read = readExposition(render(gauge('any_name', 'Any.', samples)))
        expect(read.map(({ labels }) => labels)).toEqual(
          samples.map(([labels]) =>
            Object.fromEntries(
              Object.entries(labels).map(([name, value]) => [name, value.replaceAll('\0', String.raw`\x00`)]),
            ),
          ),
        )
        for (const [n, { value }] of read.entries()) {
          const written = samples[n]?.[1] ?? NaN
          expect(Math.abs(value - written)).toBeLessThanOrEqual(Math.abs(written) * 1e-14)
        }
      },
    ),
  )
})

test('label text is that of the labels, and takes one more', () => {
  expect(labelText({ target: 'a"b:9', module: 'x' })).toBe(String.raw`target="a\"b:9",module="x"`)
  expect(withLabel('', 'le', '1')).toBe('le="1"')
  expect(withLabel('module="x"', 'le', '1')).toBe('module="x",le="1"')
})

test('a long text comes in pieces', () => {
  const samples = Array.from({ length: 5000 }, (_, n) => [{ n: String(n) }, n] as const)
  const pieces = [...renderExposition([gauge('long', 'Long.', samples)])]
  expect(pieces.length).toBeGreaterThan(5)
  expect(readExposition(pieces.join('')).map(({ value }) => value)).toEqual(samples.map(([, value]) => value))
})
