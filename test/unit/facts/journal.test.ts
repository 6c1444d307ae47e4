import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeJournal, encodeJournal } from '../../../src/facts/journal.ts'
import { PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { createResult } from '../../../src/verdict/document.ts'
import { parseExpectation } from '../../../src/verdict/expectation.ts'
import { refused } from '../../helpers/refused.ts'
import { answered, crafted, silent, times, told } from '../ledger/crafted.ts'
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
  test('over random networks and servers: the same facts, and the same Result', { timeout: 30_000 }, () => {
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

  test('copies: a byte each where that is enough, four where it is not', () => {
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
    for (const facts of [few, many]) expect(load(facts).probes.pages).toEqual(facts.probes.pages)
  })

  test('without its oldest pages, which were folded and gone', () => {
    const facts = crafted(times(PAGE_ROWS + 3, answered()))
    facts.probes.retire()
    const loaded = load(facts)
    expect(loaded.probes.pages[0]).toBeUndefined()
    expect(loaded.probes.pages[1]).toEqual(facts.probes.pages[1])
  })

  test('what a client never did has no time in JSON, and none afterwards', () => {
    const facts = crafted([answered()], { plan: { clients: 2 } })
    expect(facts.clients[1]?.firstSent).toBe(Infinity)
    expect(load(facts).clients[1]).toEqual(facts.clients[1])
  })

  test('with every optional fact', () => {
    const clients = [
      { ...told({ drops: 3, dropUnit: 1 }), port: 4242, dropsBefore: 1, dropsAfter: 2, serverBase: 17e8 },
    ]
    const facts = crafted([answered(), silent('answered')], { clients })
    facts.icmp.push({ errno: 111, type: 3, code: 3, reporter: '192.0.2.1', mtu: 1400 })
    facts.wrongReplyAddress = { address: '::1', port: 9, family: 'udp6' }
    facts.interrupted = true
    facts.headers = { up: { tos: { 0: 1, 184: 2 }, fragment: 1396 }, down: { tos: { 2: 3 }, fragment: 1500 } }
    facts.sockets = { recvBuffer: 4096, df: 'probe', tos: 184 }
    const grown = { reassemblyFailures: 1, incomplete: 2, badChecksums: 3, sendBufferErrors: 4 }
    facts.host = { mtu: 1500, recvBufferMost: 212_992, grown }
    expect(load(facts)).toEqual(facts)
  })

  test('totals whose drop counter was not known do not know it afterwards', () => {
    const facts = crafted([answered(), silent('notReceived')], { clients: [told()] })
    expect(load(facts).clients[0]?.receipts.totals?.drops).toBeUndefined()
  })

  test('with the context as it was given, and blank lines between', () => {
    const text = save(crafted([answered()]), { target: 'x', expect: ['loss==0'] })
    expect(decodeJournal(text.replaceAll('\n', '\n\n')).context).toEqual({ target: 'x', expect: ['loss==0'] })
    expect(decodeJournal(text.replaceAll('\n', '\r\n')).facts.clients[0]?.scheduled).toBe(1)
  })

  test('the content of a payload file stays out: it is judged already', () => {
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
    ['a header with a run of nobody', '{"format":"udptool/journal/1","plan":{"runs":[],"sizes":[]},"clients":[null]}'],
  ])('%s is no journal', (_, text) => {
    expect(refused(() => decodeJournal(text))).toMatch(/no journal of udptool|line 1 of the journal/)
  })

  test('a first line that is no JSON', () => {
    expect(refused(() => decodeJournal('udptool'))).toContain('line 1 of the journal')
  })

  test.each([
    ['cut in the middle', (lines[4] ?? '').slice(0, 30)],
    ['no object', '7'],
    ['without its column', '{"page":0,"data":""}'],
    ['of a column that is none', block({ column: 'nothing' })],
    ['of a column that every object has', block({ column: 'constructor' })],
    ['of a page that is none', block({ page: -1 })],
    ['of half a page', block({ page: 0.5 })],
    ['of a page far beyond any run', block({ page: 1e9 })],
    ['whose data is no base64', block({ data: '****' })],
    ['whose data is no text', block({ data: 5 })],
    ['with more data than a page holds', block({ data: 'AAAA'.repeat(PAGE_ROWS * 3) })],
  ])('a line %s is named', (_, text) => {
    expect(refused(() => decodeJournal(replaced(5, text)))).toBe(
      'line 5 of the journal is not as udptool writes it (the file was cut or changed: take it from its source again)',
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
