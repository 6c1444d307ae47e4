import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvField } from '../../../../src/report/formats/csv-field.ts'
import { jsonLine } from '../../../../src/report/formats/json.ts'
import { rowChunks, RowText } from '../../../../src/report/formats/row-text.ts'
import { PROBE_COLUMNS, type ProbeRow } from '../../../../src/verdict/probe-row.ts'

const count = fc.oneof(fc.nat(20_000), fc.constantFrom(0, 9, 10, 2 ** 31 - 1, 2 ** 31, 2 ** 40))
/** Whole nanoseconds in ms, as engines measure them, and any other number. */
const time = fc.oneof(
  fc.maxSafeNat().map(nanos => nanos / 1e6),
  fc.nat(2_000_000).map(nanos => nanos / 1e6),
  fc.constantFrom(0, -0, 1e-6, 999_999_999.999999, 1e9, 1e15, NaN, Infinity),
)
const text = fc.constantFrom('intact', 'request', 'a"b', 'a,b', 'ü', '\u001b[0m', '\u202e', 'first wrong byte 60')
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })

const anyRow: fc.Arbitrary<ProbeRow> = fc.record({
  seq: count,
  client: count,
  size: count,
  sentMs: maybe(time),
  fate: text,
  rttMs: maybe(time),
  arrivedMs: maybe(time),
  scheduledMs: maybe(time),
  copies: count,
  cutAt: maybe(count),
  side: maybe(text),
  detail: maybe(fc.oneof(text, fc.string({ maxLength: 3000 }))),
})

test('property: NDJSON is what JSON.stringify makes of the rounded row, and CSV its fields', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 20 }), rows => {
      const lines = rows.map(row => jsonLine(Object.fromEntries(PROBE_COLUMNS.map(name => [name, row[name]]))))
      expect([...rowChunks('ndjson', rows)].join('')).toBe(lines.map(line => `${line}\n`).join(''))
      const records = rows.map(row => PROBE_COLUMNS.map(name => csvField(row[name], name)).join(','))
      expect([...rowChunks('csv', rows)].join('')).toBe([PROBE_COLUMNS.join(','), ...records, ''].join('\n'))
    }),
    { numRuns: 300 },
  )
})

test('what was taken is not given again, and is not changed by later rows', () => {
  const rows = new RowText('csv')
  const row: ProbeRow = { seq: 1, client: 0, size: 64, fate: 'intact', copies: 0 }
  rows.add(row)
  const first = rows.take()
  rows.add({ ...row, seq: 2 })
  expect(new TextDecoder().decode(first)).toBe('1,0,64,,intact,,,,0,,,\n')
  expect(new TextDecoder().decode(rows.take())).toBe('2,0,64,,intact,,,,0,,,\n')
  expect(rows.length).toBe(0)
})
