import { expect, test } from 'vitest'
import { renderAs, type Format } from '../../../../src/report/formats.ts'
import { resultDocument } from '../../../../src/report/result-document.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { RATES } from '../rate-results.ts'

async function rendered(format: Format, result: Result): Promise<string> {
  return [...(await renderAs(format, resultDocument(result), { width: 80, color: false }))].join('')
}

const NAMED = Object.entries(RATES)

test.each(NAMED)('%s: rows of csv have the trials with their fates, which add up', async (_, result) => {
  const [head = '', ...lines] = (await rendered('csv', result)).trimEnd().split('\n')
  const names = head.split(',')
  const rows = lines.map(line => Object.fromEntries(line.split(',').map((cell, index) => [names[index], cell])))
  const trials = result.rate?.trials ?? []
  expect(rows.map(row => Number(row['pps']))).toEqual(trials.map(({ pps }) => pps))
  expect(rows.map(row => row['held'] === 'true')).toEqual(trials.map(({ held }) => held))
  const fates = names.slice(names.indexOf('intact'))
  const total = rows.reduce((sum, row) => sum + fates.reduce((all, fate) => all + Number(row[fate]), 0), 0)
  expect(total).toBe(result.ledger.scheduled)
  for (const [index, row] of rows.entries()) {
    expect(row['trial']).toBe(String(index + 1))
    // A value that was not observed is empty.
    expect(row['rttP50Ms']).toBe(String(trials[index]?.rttP50Ms ?? ''))
  }
})

test.each(NAMED)('%s: a line of ndjson is a trial of the Result', async (_, result) => {
  const lines = (await rendered('ndjson', result)).trimEnd().split('\n')
  const events = lines.map(line => JSON.parse(line) as Record<string, unknown>)
  const document = JSON.parse(await rendered('json', result)) as Result
  expect(events).toEqual(document.rate?.trials.map((trial, index) => ({ event: 'trial', trial: index + 1, ...trial })))
})

test('prometheus has the rate and its limit in base units, and no sample of what is unknown', async () => {
  const text = await rendered('prometheus', RATES.shaper)
  expect(text).toMatch(/^udptool_rate_packets_per_second\{.*size="1200"\} 1060$/mu)
  expect(text).toMatch(/^udptool_rate_payload_bytes_per_second\{.*size="1200"\} 1272000$/mu)
  expect(text).toMatch(/^udptool_rate_limit\{.*size="1200",kind="shaper",direction="forward",unit="bits"\} 1$/mu)
  expect(text).toMatch(/^udptool_rate_limit_bytes_per_second\{.*\} 1308750$/mu)
  expect(text).toMatch(/^udptool_rate_limit_queue_seconds\{.*\} 0\.05$/mu)
  const unknown = await rendered('prometheus', RATES.unknown)
  expect(unknown).not.toContain('udptool_rate_packets_per_second')
  expect(unknown).toMatch(/^udptool_rate_limit\{.*kind="unknown"\} 1$/mu)
})

test('markdown has a table of the trials', async () => {
  const text = await rendered('markdown', RATES.shaper)
  expect(text).toContain('| ❌ | 1200 B | 2120 pps | 20.4 Mbit/s | 1066 pps | 49.7% | 49.8 ms |')
  const [, table = ''] = text.split('trials\n')
  expect(table.match(/^\| [✅❌] \|/gmu)).toHaveLength(RATES.shaper.rate?.trials.length ?? 0)
})

test.each(['junit', 'tap', 'github'] as const)('%s of a search that failed names the limit', async format => {
  const text = await rendered(format, RATES.silent)
  expect(text).toContain('no rate: nothing came back')
  expect(text).toContain('no reply came')
})
