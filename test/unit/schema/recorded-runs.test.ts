import { describe, expect, test } from 'vitest'
import { renderDocument } from '../../../src/report/formats/json.ts'
import { resultSchema } from '../../../src/schema/result.ts'
import { readRecorded, recordedNames, recordedResult, recordedRuns } from './recorded-runs.ts'

const results = recordedRuns().filter(({ kind }) => kind === 'result')
const searches = results.map(({ name }) => name).filter(name => /^(?:mtu|sweep)-/u.test(name))

test('the README has each run, and the folder is small', () => {
  const listed = [...readRecorded('README.md').matchAll(/^\| `([^`]+)`/gmu)].map(([, name]) => name)
  expect(new Set(listed)).toEqual(new Set(recordedNames()))
  expect(recordedNames().reduce((sum, name) => sum + readRecorded(name).length, 0)).toBeLessThan(360_000)
})

describe.each(results.map(({ name }) => name))('%s', name => {
  test('has one fate for each probe', () => {
    const { ledger, sizes, sweep } = recordedResult(name)
    for (const { fates, scheduled } of [ledger, ...sizes.map(size => size.ledger)])
      expect(Object.values(fates).reduce<number>((sum, count = 0) => sum + count, 0)).toBe(scheduled)
    const ofSizes = [...sizes, ...(sweep === undefined ? [] : [sweep.controls])]
    expect(ofSizes.reduce((sum, size) => sum + size.ledger.scheduled, 0)).toBe(ledger.scheduled)
  })
})

test.each(searches)('%s: the findings are those that were recorded', name => {
  const { mtu, sweep } = resultSchema.parse(JSON.parse(readRecorded(name)))
  const again = resultSchema.parse(JSON.parse(renderDocument(recordedResult(name))))
  expect(mtu ?? sweep).toBeDefined()
  expect([again.mtu, again.sweep]).toEqual([mtu, sweep])
})
