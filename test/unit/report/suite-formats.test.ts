import { describe, expect, test } from 'vitest'
import { REPORT_FORMAT_NAMES, renderReport } from '../../../src/report/formats.ts'
import { renderSuiteCsv } from '../../../src/report/formats/suite-csv.ts'
import { renderSuiteNdjson } from '../../../src/report/formats/suite-ndjson.ts'
import type { Suite } from '../../../src/verdict/suite/suite.ts'
import { suiteOfOne } from '../../../src/verdict/suite/suite-of-one.ts'
import { QUERY_SUITE } from './query-documents.ts'
import { RESULTS, savedResult, STEERING } from './result-files.ts'
import { BREAKING_SUITE, goldenSuite, SUITE, suiteWith } from './suites.ts'

/** The formats without foreign text, each with the suffix of its golden file. */
const TEXTS: readonly (readonly [string, string, (suite: Suite) => Promise<Iterable<string>> | Iterable<string>])[] = [
  ['junit', 'junit.xml', suite => renderReport('junit', { suite })],
  ['tap', 'tap', suite => renderReport('tap', { suite })],
  ['github', 'github.txt', suite => renderReport('github', { suite })],
  ['markdown', 'md.txt', suite => renderReport('markdown', { suite })],
  ['prometheus', 'prom', suite => renderReport('prometheus', { suite })],
  ['csv', 'csv', renderSuiteCsv],
  ['ndjson', 'ndjson', renderSuiteNdjson],
]

describe.each(TEXTS)('%s', (_, ending, render) => {
  const textOf = async (suite: Suite): Promise<string> => [...(await render(suite))].join('')

  test('of a suite with every verdict is the golden one', async () => {
    await expect(textOf(SUITE)).resolves.toMatchFileSnapshot(goldenSuite(`suite.${ending}`))
  })

  test('of a single Result is the golden one', async () => {
    await expect(textOf(suiteOfOne(savedResult('mixed')))).resolves.toMatchFileSnapshot(goldenSuite(`mixed.${ending}`))
  })

  test('of a run of another protocol is the golden one', async () => {
    await expect(textOf(suiteOfOne(savedResult('stamp')))).resolves.toMatchFileSnapshot(goldenSuite(`stamp.${ending}`))
  })

  test('of queries is the golden one', async () => {
    await expect(textOf(QUERY_SUITE)).resolves.toMatchFileSnapshot(goldenSuite(`queries.${ending}`))
  })

  test('of hostile texts is printable, and has a newline only where a line ends', async () => {
    const text = await textOf(BREAKING_SUITE)
    expect(text.replaceAll(/&#(?:9|10|13);/gu, '')).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cs}]/u)
    expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text)
  })

  test('of every saved Result and of an empty suite is not empty', async () => {
    for (const [name, result] of RESULTS) await expect(textOf(suiteOfOne(result)), name).resolves.toBeTypeOf('string')
    await expect(textOf(suiteWith([]))).resolves.toBeTypeOf('string')
  })
})

test('text formats have no control characters', async () => {
  for (const format of REPORT_FORMAT_NAMES.filter(name => !['junit', 'html'].includes(name)))
    expect([...(await renderReport(format, { suite: BREAKING_SUITE }))].join(''), format).not.toMatch(STEERING)
})
