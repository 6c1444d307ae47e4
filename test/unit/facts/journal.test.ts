import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeJournal } from '../../../src/facts/journal.ts'
import { decodeJournal } from '../../../src/facts/read-journal.ts'
import { LineSum } from '../../../src/facts/journal-lines.ts'
import { PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { createResult } from '../../../src/verdict/probe-document.ts'
import { parseExpectation } from '../../../src/verdict/expect/expectation.ts'
import { refused } from '../../helpers/refused.ts'
import { answered, crafted, cut, silent, times, withTotals } from '../ledger/crafted.ts'
import { anyRun, simulateSettled } from '../ledger/runs.ts'
import { CONTEXT } from '../verdict/context.ts'

function save(facts: RunFacts, context: Readonly<Record<string, unknown>> = {}): string {
  return [...encodeJournal({ facts, context })].join('')
}

function load(facts: RunFacts): RunFacts {
  return decodeJournal(save(facts)).facts
}

const EXPECTATIONS = ['loss<10%', 'loss.forward==0', 'rtt.p99<20ms', 'reordered==0'].map(parseExpectation)

function resultOf(facts: RunFacts): unknown {
  return createResult(facts, analyzeRun(facts), EXPECTATIONS, CONTEXT)
}

describe('a journal read back is the run', () => {
  test('over random networks and servers: the same facts, and the same Result', () => {
    fc.assert(
      fc.property(anyRun, plan => {
        const { facts } = simulateSettled(plan)
        const loaded = load(facts)
        expect(save(loaded)).toBe(save(facts))
        expect(loaded.clients).toEqual(facts.clients)
        expect(resultOf(loaded)).toEqual(resultOf(facts))
      }),
      { numRuns: 60 },
    )
  })

  test('with more than one page', () => {
    const facts = crafted(times(PAGE_ROWS + 3, answered({ copies: 1 })))
    expect(save(load(facts))).toBe(save(facts))
  })

  test('copies: one byte each if that is enough, four if it is not', () => {
    const dataOf = (facts: RunFacts): Buffer => {
      const block = save(facts)
        .split('\n')
        .find(line => line.includes('"column":"copies"'))
      return Buffer.from((JSON.parse(block ?? '') as { readonly data: string }).data, 'base64')
    }
    const few = crafted([answered({ copies: 255 }), answered({ copies: 1 })])
    expect(dataOf(few)).toEqual(Buffer.from([255, 1]))
    const many = crafted([answered({ copies: 70_000 }), answered({ copies: 1 })])
    expect(dataOf(many)).toEqual(Buffer.from([0x70, 0x11, 1, 0, 1, 0, 0, 0]))
    for (const facts of [few, many]) expect(save(load(facts))).toBe(save(facts))
    expect([...(load(many).probes.pages[0]?.copies ?? [])]).toEqual([70_000, 1])
  })

  test('not without its oldest pages, which were folded and retired', () => {
    const facts = crafted(times(PAGE_ROWS + 3, answered()))
    facts.probes.retire()
    expect(refused(() => load(facts))).toContain('the journal contradicts itself')
  })

  test('an event that never happened has no time in JSON, and none when read back', () => {
    const facts = crafted([answered()], { plan: { clients: 2 } })
    expect(facts.clients[1]?.firstSent).toBe(Infinity)
    expect(load(facts).clients[1]).toEqual(facts.clients[1])
  })

  test('with every optional fact', () => {
    const clients = [
      { ...withTotals({ drops: 3, dropUnit: 1 }), port: 4242, dropsBefore: 1, dropsAfter: 2, serverBase: 17e8 },
    ]
    const facts = crafted([answered(), silent('answered')], { clients })
    facts.icmp.push({ errno: 111, type: 3, code: 3, reporter: '192.0.2.1', mtu: 1400 })
    facts.wrongReplyAddress = { address: '::1', port: 9, family: 'udp6' }
    facts.interrupted = true
    facts.headers = { up: { tos: { 184: 1 }, fragment: 1396 }, down: { tos: { 2: 1 }, fragment: 1500 } }
    facts.sockets = { recvBuffer: 4096, df: 'probe', tos: 184 }
    const grown = { reassemblyFailures: 1, incomplete: 2, badChecksums: 3, sendBufferErrors: 4 }
    facts.host = { mtu: 1500, recvBufferMost: 212_992, grown }
    const { probes, ...rest } = facts
    expect(load(facts)).toMatchObject(rest)
    expect(save(load(facts))).toBe(save({ ...rest, probes }))
  })

  test('an unknown drop counter in totals stays unknown', () => {
    const facts = crafted([answered(), silent('notReceived')], { clients: [withTotals()] })
    expect(load(facts).clients[0]?.receipts.totals?.drops).toBeUndefined()
  })

  test('with the context unchanged, and blank lines between', () => {
    const text = save(crafted([answered()]), { target: 'x', expect: ['loss==0'] })
    expect(decodeJournal(text.replaceAll('\n', '\n\n')).context).toEqual({ target: 'x', expect: ['loss==0'] })
    expect(decodeJournal(text.replaceAll('\n', '\r\n')).facts.clients[0]?.scheduled).toBe(1)
  })

  test('the content of a payload file is left out: replies are judged already', () => {
    const content = new TextEncoder().encode('secret')
    const text = save(crafted([answered()], { plan: { payload: { kind: 'file', seed: 1, content } } }))
    expect(text).not.toContain('content')
    expect(decodeJournal(text).facts.plan.payload).toEqual({ kind: 'file', seed: 1 })
  })
})

describe('a journal that is damaged', () => {
  const lines = save(crafted([answered(), silent()]))
    .trimEnd()
    .split('\n')
  const replaced = (line: number, text: string): string =>
    lines.map((old, i) => (i + 1 === line ? text : old)).join('\n')
  const block = (fields: object): string => JSON.stringify({ page: 0, column: 'sent', rows: 1, data: '', ...fields })

  test.each([
    ['nothing', ''],
    ['another format', '{"format":"udptool/journal/2","plan":{},"clients":[]}'],
    ['a Result', '{"schema":"udptool/result/1"}'],
    ['no object', '[]'],
    ['null', 'null'],
    ['a header without its run', '{"format":"udptool/journal/1","plan":{},"clients":[]}'],
    [
      'a header whose run has no client',
      '{"format":"udptool/journal/1","plan":{"runs":[],"sizes":[]},"clients":[null]}',
    ],
  ])('%s is no journal', (_, text) => {
    expect(refused(() => decodeJournal(text))).toMatch(/no journal of udptool|line 1 of the journal/)
  })

  test('a first line that is not JSON', () => {
    expect(refused(() => decodeJournal('udptool'))).toContain('line 1 of the journal')
  })

  test.each([
    ['cut in the middle', (lines[4] ?? '').slice(0, 30)],
    ['no object', '7'],
    ['without its column', '{"page":0,"data":""}'],
    ['of an unknown column', block({ column: 'nothing' })],
    ['of a column that every object has', block({ column: 'constructor' })],
    ['of an invalid page', block({ page: -1 })],
    ['of half a page', block({ page: 0.5 })],
    ['of a page far beyond any run', block({ page: 1e9 })],
    ['whose data is not base64', block({ data: '****' })],
    ['whose data is not text', block({ data: 5 })],
    ['with more data than a page holds', block({ data: 'AAAA'.repeat(PAGE_ROWS * 3) })],
  ])('a line %s is named', (_, text) => {
    expect(refused(() => decodeJournal(replaced(5, text)))).toMatch(
      /^(?:line 5 of the journal is not as udptool writes it|the journal contradicts itself: line 5 does not agree with .*) \(the file was cut or changed: take it from its source again\)$/u,
    )
  })

  test('any one character changed: a usage error or another run, never another exception', () => {
    const text = lines.join('\n')
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('', '"', '}', '0', '-', 'x', '\n', 'null'), (at, put) => {
        const damaged = text.slice(0, at) + put + text.slice(at + 1)
        try {
          decodeJournal(damaged)
        } catch (error) {
          expect(error).toMatchObject({ name: 'UdptoolError', code: 'usage' })
        }
      }),
      { numRuns: 400 },
    )
  })
})

/** A journal with a corrected end line, so that its content is checked and not only its checksum. */
function sealed(lines: readonly string[]): string {
  const sum = new LineSum()
  for (const line of lines) sum.add(line)
  const blocks = lines.slice(1).map(line => JSON.parse(line) as { readonly page: number; readonly rows: number })
  const rows = new Map(blocks.map(block => [block.page, block.rows]))
  return [...lines, JSON.stringify(sum.end([...rows.values()].reduce((all, count) => all + count, 0))), ''].join('\n')
}

describe('a journal without its end line', () => {
  const whole = save(crafted(times(PAGE_ROWS + 3, answered())))
  const lines = whole.trimEnd().split('\n')
  const columns = 12 - 1

  test('is cut, however little is missing', () => {
    const { facts } = decodeJournal(lines.slice(0, -1).join('\n'))
    expect(facts).toMatchObject({ cut: { scheduled: PAGE_ROWS + 3 }, interrupted: true })
    expect(facts.clients[0]?.scheduled).toBe(PAGE_ROWS + 3)
    expect(decodeJournal(whole).facts.cut).toBeUndefined()
  })

  test.each([
    ['at a line end', lines.slice(0, columns + 4).join('\n')],
    [
      'inside a line',
      lines
        .slice(0, columns + 4)
        .join('\n')
        .slice(0, -20),
    ],
    ['after its first page', `${lines.slice(0, columns + 1).join('\n')}\n`],
  ])('cut %s has its whole pages', (_, text) => {
    const { facts } = decodeJournal(text)
    expect(facts.cut).toEqual({ scheduled: PAGE_ROWS + 3 })
    expect(facts.clients[0]).toMatchObject({ scheduled: PAGE_ROWS, replies: PAGE_ROWS, receipts: { state: 'unasked' } })
    expect(resultOf(facts)).toMatchObject({
      interrupted: true,
      verdict: 'fail',
      ledger: { scheduled: PAGE_ROWS, fates: { intact: PAGE_ROWS } },
      warnings: [{ code: 'journalCut', evidence: { read: PAGE_ROWS, scheduled: PAGE_ROWS + 3 } }],
    })
    expect(createResult(facts, analyzeRun(facts), [parseExpectation('loss==0')], CONTEXT).expectations).toEqual([
      { expr: 'loss==0', actual: 0, passed: false, reason: 'the journal was cut' },
    ])
  })

  test('with only its header has no probe, and fails', () => {
    const { facts } = decodeJournal(`${lines[0] ?? ''}\n`)
    expect(resultOf(facts)).toMatchObject({ verdict: 'fail', ledger: { scheduled: 0 } })
  })

  test('the remaining replies keep their old order', () => {
    const facts = crafted(times(PAGE_ROWS + 2, answered()))
    const page = facts.probes.pages[0]
    // A reply of the second page was the first of all.
    page?.order.forEach((rank, place) => (page.order[place] = rank + 1))
    facts.probes.pages[1]?.order.set([1, PAGE_ROWS + 2])
    const cut = decodeJournal(
      save(facts)
        .split('\n')
        .slice(0, columns + 1)
        .join('\n'),
    ).facts
    expect([...(cut.probes.pages[0]?.order ?? [])]).toEqual(Array.from({ length: PAGE_ROWS }, (_, i) => i + 1))
  })
})

describe('an end line', () => {
  const lines = save(crafted([answered(), silent()]))
    .trimEnd()
    .split('\n')
  const end = lines.at(-1) ?? ''
  const body = lines.slice(0, -1)

  test('that is right', () => {
    expect(sealed(body)).toBe(`${lines.join('\n')}\n`)
  })

  test.each([
    ['a block less', [...body.slice(0, -1), end], /its end line says 12 lines, and there are 11|fewer rows/u],
    ['other rows', [...body, end.replace('"rows":2', '"rows":3')], /its end line says 3 rows, and there are 2/u],
    ['another line', [...body, end, '{}'], /stands behind its end line/u],
    ['a field more', [...body, end.replace('{', '{"more":1,')], /line 13 of the journal is not as udptool writes it/u],
    ['another checksum', [...body, end.replace(/[0-9A-F]{8}/u, '00000000')], /checksum/u],
    [
      'a header that was changed',
      [(body[0] ?? '').replace('"seed":1', '"seed":2'), ...body.slice(1), end],
      /checksum/u,
    ],
  ])('before which there is %s', (_, text, why) => {
    expect(refused(() => decodeJournal(text.join('\n')))).toMatch(why)
  })
})

describe('sums that do not agree', () => {
  const lines = save(crafted([answered({ copies: 1 }), silent(), cut(10)]))
    .trimEnd()
    .split('\n')
    .slice(0, -1)
  const header = (lines[0] ?? '').replace('"count":3', '"count":9007199254740991')
  const withColumn = (column: string, bytes: readonly number[]): string[] =>
    lines.map(line => {
      if (!line.includes(`"column":"${column}"`)) return line
      const block = JSON.parse(line) as object
      return JSON.stringify({ ...block, data: Buffer.from(bytes).toString('base64') })
    })
  const doubles = (...values: readonly number[]): readonly number[] => [
    ...new Uint8Array(new Float64Array(values).buffer),
  ]

  test('nothing changed', () => {
    expect(decodeJournal(sealed(lines)).facts.clients[0]).toMatchObject({ scheduled: 3, replies: 2, duplicates: 1 })
  })

  test.each([
    ['more probes', [header.replace('"scheduled":3', '"scheduled":4'), ...lines.slice(1)]],
    ['probes without end', [header.replace('"scheduled":3', '"scheduled":9007199254740991'), ...lines.slice(1)]],
    ['fewer probes', [header.replace('"scheduled":3', '"scheduled":2'), ...lines.slice(1)]],
    ['more replies', [header.replace('"replies":2', '"replies":3'), ...lines.slice(1)]],
    ['fewer duplicates', [header.replace('"duplicates":1', '"duplicates":0'), ...lines.slice(1)]],
    ['more duplicates', [header.replace('"duplicates":1', '"duplicates":2'), ...lines.slice(1)]],
    ['another time of sending', [header.replace('"firstSent":0', '"firstSent":1'), ...lines.slice(1)]],
    ['a reply that never came', withColumn('outcome', [2, 2, 3])],
    ['an unknown outcome', withColumn('outcome', [2, 7, 3])],
    ['a row that was not scheduled', withColumn('outcome', [2, 0, 3])],
    ['an ICMP error that is not listed', withColumn('outcome', [2, 6, 3])],
    ['copies of nothing', withColumn('copies', [0, 1, 0])],
    ['a cut that is no cut', withColumn('detail', [0, 0, 0, 0, 255, 255])],
    ['a rank twice', withColumn('order', [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])],
    ['a rank too high', withColumn('order', [1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0])],
    ['no time of sending', withColumn('sent', doubles(0, Infinity, 20e6))],
    ['a time that is no number', withColumn('sent', doubles(0, NaN, 20e6))],
    ['fewer bytes than rows', withColumn('traits', [7, 0])],
    ['without its sent column', lines.filter(line => !line.includes('"column":"sent"'))],
    ['with a column twice', [...lines, lines.at(-1) ?? '']],
  ])('%s', (_, changed) => {
    expect(refused(() => decodeJournal(sealed(changed)))).toMatch(/^the journal contradicts itself: /u)
  })
})

test('blank lines at the end change nothing', () => {
  const text = save(crafted([answered()]))
  expect(decodeJournal(`${text}\n\n`).facts.cut).toBeUndefined()
})
