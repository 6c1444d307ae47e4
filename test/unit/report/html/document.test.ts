import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { decodeJournal } from '../../../../src/facts/read-journal.ts'
import { analyze } from '../../../../src/runs/send/analyze.ts'
import { probeRows } from '../../../../src/runs/send/probe-rows.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { renderHtml } from '../../../../src/report/html/document.ts'
import type { LiveRun } from '../../../../src/report/html/live-run.ts'
import type { Report } from '../../../../src/report/formats/report.ts'
import type { ProbeRow } from '../../../../src/verdict/probe-row.ts'
import { createSuite, type SuiteCheck } from '../../../../src/verdict/suite/suite.ts'
import { suiteOfOne, suiteOfQuery } from '../../../../src/verdict/suite/suite-of-one.ts'
import { HOSTILE, RESULTS, savedResult, STEERING, withTexts } from '../result-files.ts'
import { QUERY_DOCUMENTS, QUERY_SUITE, queryDocumentOf } from '../query-documents.ts'
import { rows } from './probe-rows.ts'

const JOURNALS = fileURLToPath(new URL('../../../../fixtures/journals/', import.meta.url))
const GOLDEN = fileURLToPath(new URL('../../../../fixtures/reports/html/', import.meta.url))
const NAMES = readdirSync(JOURNALS)
  .filter(file => file.endsWith('.journal'))
  .map(file => file.replace('.journal', ''))
  .toSorted()

function savedReport(name: string): Report {
  const text = readFileSync(`${JOURNALS}${name}.journal`, 'utf8')
  const { facts } = decodeJournal(text)
  const analysis = analyzeRun(facts)
  return { suite: suiteOfOne(analyze(text)), probes: () => probeRows(facts, analysis) }
}

function html(report: Report): string {
  return [...renderHtml(report)].join('')
}

/** The content of all elements with this name, in order. */
function insides(page: string, name: string): string[] {
  return [...page.matchAll(new RegExp(`<${name}[^>]*>(.*?)</${name}>`, 'gs'))].map(([, inside = '']) => inside)
}

/** The page without style and script, one element per line, for a readable difference. */
function readable(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, '<style></style>')
    .replace(/<script>.*?<\/script>/s, '<script></script>')
    .replaceAll(/sha256-[\w+/=]+/g, 'sha256-…')
    .replaceAll(/(?=<(?!\/|span|b>|i |tspan|small|code))/g, '\n')
}

function liveRuns(page: string): readonly (LiveRun | null)[] {
  const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1]
  return JSON.parse(data ?? 'null') as readonly (LiveRun | null)[]
}

describe('golden pages', () => {
  test.each(['directions', 'buffers'])('of the journal %s', async name => {
    await expect(readable(html(savedReport(name)))).toMatchFileSnapshot(`${GOLDEN}${name}.html`)
  })

  test.each(['mixed', 'messages'])('of the Result %s, whose probes are not known', async name => {
    await expect(readable(html({ suite: suiteOfOne(savedResult(name)) }))).toMatchFileSnapshot(`${GOLDEN}${name}.html`)
  })
})

describe('queries', () => {
  test.each(['dns', 'ntp', 'message', 'foreign'])('the page of %s is the golden one', async name => {
    const query = QUERY_DOCUMENTS[name]
    if (query === undefined) throw new Error(`no document ${name}`)
    await expect(readable(html({ suite: suiteOfQuery(query) }))).toMatchFileSnapshot(`${GOLDEN}query-${name}.html`)
  })

  test('a suite links each check to its section', () => {
    const page = html({ suite: QUERY_SUITE })
    const links = [...page.matchAll(/<a href="#(run-\d+)">/gu)].map(([, id = '']) => id)
    expect(new Set(links).size).toBe(Object.keys(QUERY_DOCUMENTS).length)
    for (const id of links) expect(page.split(` id="${id}"`)).toHaveLength(2)
  })

  test('texts of a server are escaped, and the lines of a reply stay lines', () => {
    const text = '<script>alert(1)</script>\n\u001b[31m\u202Ered'
    const query = queryDocumentOf({ service: 'message', reply: { count: 1, length: text.length, text, hex: '' } })
    const page = html({ suite: suiteOfQuery(query) })
    expect(page).toContain('<pre>&lt;script&gt;alert(1)&lt;/script&gt;\n\\x1b[31m\\u{202e}red</pre>')
    expect(page).not.toMatch(STEERING)
  })
})

describe.each(NAMES)('the journal %s', name => {
  const report = savedReport(name)
  const page = html(report)
  const [check] = report.suite.checks
  const ledger = check?.result?.ledger

  test('names every fate with its count', () => {
    for (const [fate, count] of Object.entries(ledger?.fates ?? {})) {
      expect(page).toMatch(new RegExp(`${fate}</th><td[^>]*>[a-z ]+</td><td[^>]*>${count}</td>`))
    }
  })

  test('draws no coordinate that is not a number', () => {
    expect(page.split('<body>')[1]?.split('<script')[0]).not.toMatch(/NaN|undefined|Infinity/)
  })

  test('passes every probe of the ledger to the script', () => {
    const [run] = liveRuns(page)
    expect(run?.slices.totals.reduce((sum, count) => sum + count, 0)).toBe(ledger?.scheduled)
    expect(run?.rttMs.length).toBe(ledger?.replies)
  })
})

describe.each(RESULTS)('the Result %s', (_, result) => {
  const page = html({ suite: suiteOfOne(result) })

  test('has one h1, headings in order, a caption for every table, a name for every picture', () => {
    const levels = [...page.matchAll(/<h(\d)/g)].map(([, level]) => Number(level))
    expect(levels.filter(level => level === 1)).toHaveLength(1)
    levels.forEach((level, place) => expect(level).toBeLessThanOrEqual((levels[place - 1] ?? 0) + 1))
    expect(insides(page, 'table').every(table => table.startsWith('<caption>'))).toBe(true)
    expect([...page.matchAll(/<svg [^>]*>/g)].every(([svg]) => /role="img" aria-label="[^"]+"/.test(svg))).toBe(true)
  })

  test('shows nothing that was not observed', () => {
    expect(page).not.toContain('class="timeline"')
    expect(page).not.toContain('id="data"')
    expect(page.split('<body>')[1]?.split('<script>')[0]).not.toMatch(/NaN|undefined|Infinity/)
  })
})

describe('the policy', () => {
  const page = html(savedReport('directions'))

  test('allows the style and the script of the page by hash, and nothing else', () => {
    const policy =
      /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? ''
    const hash = (text = ''): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    const [style] = insides(page, 'style')
    const script = /<script>(.*?)<\/script>/s.exec(page)?.[1]
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hash(style)}`,
      `script-src ${hash(script)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ])
  })

  test('is not violated: no address to load from, no style or handler in an attribute', () => {
    const body = readable(page)
    expect(body).not.toMatch(/<(?:img|link|iframe|object|embed|use|image)\b/)
    expect(body).not.toMatch(/\s(?:src|srcset|style|on\w+)=/)
    expect([...body.matchAll(/href="([^"]*)"/g)].every(([, to]) => to?.startsWith('#'))).toBe(true)
    expect(body).not.toMatch(/url\(|@import/)
    expect(page).not.toMatch(/https?:/)
  })
})

describe('hostile texts', () => {
  const MARKUP = `</script></style><img src=x onerror=alert(1)>"'><!--${HOSTILE}]]>`
  const keep = new Set([
    'schema',
    'engine',
    'family',
    'verdict',
    'rule',
    'receipts',
    'icmp',
    'truncation',
    'timestamps',
    'side',
    'encoding',
    'name',
  ])
  const hostile = (text: string, name: string): string => (keep.has(name) && text !== MARKUP ? text : MARKUP)

  test.each(RESULTS)('in %s are only text', (_, result) => {
    const page = html({ suite: suiteOfOne(withTexts(result, hostile)) })
    expect(page).not.toMatch(/<img|onerror=alert\(1\)>"|<!--/)
    expect(insides(page, 'script')).toHaveLength(1)
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(readable(page).replaceAll('\n', '')).not.toMatch(STEERING)
  })

  test('in the names of checks, too', () => {
    const result = savedResult('mixed')
    const [one] = suiteOfOne(result).checks
    const check = { ...one, id: MARKUP, name: MARKUP, reason: MARKUP, expected: MARKUP, verdict: 'fail' } as SuiteCheck
    const asked: string[] = []
    const probes = (id: string): Iterable<ProbeRow> => {
      asked.push(id)
      return rows(3, () => ({ fate: 'intact', rttMs: 1, detail: MARKUP }))
    }
    const page = html({ suite: createSuite({ ...result, command: 'check', file: MARKUP }, [check]), probes })
    expect(page).not.toMatch(/<img|<!--/)
    expect(insides(page, 'script')).toHaveLength(2)
    expect(asked).toEqual([MARKUP])
  })
})

describe('many probes', () => {
  const result = savedResult('clean')
  const many = rows(100_000, seq => ({
    fate: seq % 10 === 9 ? 'lostForward' : 'intact',
    ...(seq % 10 === 9 ? {} : { rttMs: 1 + (seq % 997) / 100 }),
  }))
  const page = html({ suite: suiteOfOne(result), probes: () => many })

  test('the script gets at most 20 000 points with the extremes, and the file stays small', () => {
    const [run] = liveRuns(page)
    expect(run?.rttMs.length).toBeLessThanOrEqual(20_000)
    expect(run?.rttMs.length).toBeGreaterThan(15_000)
    expect([Math.min(...(run?.rttMs ?? [])), Math.max(...(run?.rttMs ?? []))]).toEqual([1, 10.96])
    expect(run?.slices.lanes.map(({ count }) => count)).toEqual([90_000, 10_000])
    expect(page.length).toBeLessThan(1_000_000)
  })

  test('the runs of a page share its limits', () => {
    const [one] = suiteOfOne(result).checks
    const checks = Array.from({ length: 10 }, (_, number) => ({ ...one, id: String(number) }) as SuiteCheck)
    const suite = createSuite({ ...result, command: 'check' }, checks)
    const runs = liveRuns(html({ suite, probes: () => many }))
    expect(runs).toHaveLength(10)
    expect(runs.reduce((sum, run) => sum + (run?.rttMs.length ?? 0), 0)).toBeLessThanOrEqual(20_000)
  })
})

describe('a suite', () => {
  const failed = savedResult('expectations')
  const head = { ...failed, command: 'check', file: 'udptool.yaml' }
  const base = { level: 'error', tags: [], attempts: 1, expected: 'loss==0', observed: '3 lost' } as const
  const suite = createSuite(head, [
    { ...base, id: 'a', name: 'first', verdict: 'pass', result: savedResult('clean') },
    { ...base, id: 'b', name: 'second', verdict: 'fail', reason: 'because', result: failed },
    { ...base, id: 'c', name: 'third', verdict: 'skipped', reason: 'no ::1' },
  ])
  const page = html({ suite })

  test('has first what did not pass, then all checks, then a section for each', () => {
    expect(insides(page, 'h1')).toEqual(['1 of 3 checks passed, 1 failed, 1 skipped.'])
    const titles = insides(page, 'h2').map(title => title.replaceAll(/<[^>]*>/g, ''))
    expect(titles).toEqual(['What did not pass', 'All checks', '✓ pass first', '✗ fail second'])
    expect(page).toContain('<a href="#run-1">second</a>')
    expect(page).toMatch(/<section class="check" id="run-1"/)
    expect(page).toContain('skipped: no ::1')
  })
})

test('a run that sent nothing has no picture, no share and no caption for them', () => {
  const { rtt: _rtt, jitter: _jitter, throughput: _throughput, ...rest } = savedResult('clean')
  const ledger = { ...rest.ledger, scheduled: 0, sent: 0, replies: 0, received: 0, fates: { intact: 0 } }
  const result = { ...rest, ledger, loss: { count: 0, longestRun: 0, outages: [] }, sizes: [], clients: [] }
  const page = html({ suite: suiteOfOne(result), probes: () => [] })
  expect(insides(page, 'h1')).toEqual(['No probe was sent.'])
  expect(page).not.toMatch(/<svg|<figure|<figcaption|class="figures"/)
})
