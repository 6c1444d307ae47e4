import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeJournal } from '../../../src/facts/read-journal.ts'
import { OUTCOME, PAGE_ROWS, TRAIT } from '../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { UnfinishedJournal } from '../../../src/facts/unfinished-journal.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { scheduledCount } from '../../../src/ledger/fate.ts'
import { parseExpectation } from '../../../src/verdict/expect/expectation.ts'
import { createResult } from '../../../src/verdict/probe-document.ts'
import type { Result } from '../../../src/verdict/result.ts'
import { refused } from '../../helpers/refused.ts'
import { simulate } from '../../simulation/simulate.ts'
import { answered, crafted, cut, silent, times, unreachable, type Crafted, type CraftedRow } from '../ledger/crafted.ts'
import { anyRun } from '../ledger/runs.ts'
import { CONTEXT } from '../verdict/context.ts'

/** The lines of a journal in which the rows were written in these blocks. */
function written(facts: RunFacts, blocks: readonly (readonly number[])[]): string[] {
  const journal = new UnfinishedJournal({ facts, context: {} })
  return [journal.header(), ...blocks.flatMap(rows => [...journal.blocks(rows)])]
}

function scheduledRows({ probes }: RunFacts): number[] {
  return probes.pages.flatMap((page, number) =>
    Array.from({ length: PAGE_ROWS }, (_, place) => number * PAGE_ROWS + place).filter(
      row => (page?.outcome[row % PAGE_ROWS] ?? 0) !== OUTCOME.unscheduled,
    ),
  )
}

/** What is in a row, but for what only the end of the run shows. */
function rowOf({ probes }: RunFacts, row: number): unknown {
  const page = probes.find(row)
  const place = row % PAGE_ROWS
  const outcome = page?.outcome[place] ?? 0
  const isReply = outcome === OUTCOME.whole || outcome === OUTCOME.cut || outcome === OUTCOME.wrong
  return {
    outcome,
    ...Object.fromEntries(
      (['scheduled', 'sent', 'arrived', 'copies', 'train'] as const).map(name => [name, page?.[name]?.[place]]),
    ),
    detail: outcome === OUTCOME.waiting ? 0 : page?.detail[place],
    ...(isReply ? { traits: (page?.traits[place] ?? 0) & ~TRAIT.receiptMask, dwell: page?.dwell[place] } : {}),
  }
}

function resultOf(facts: RunFacts, expect: readonly string[] = []): Result {
  return createResult(facts, analyzeRun(facts), expect.map(parseExpectation), CONTEXT)
}

/** A run, and the block of each of its probes. */
const anyRunInBlocks = fc.record({ plan: anyRun, blockOf: fc.array(fc.nat(4), { minLength: 1 }) })

/** Its probes, of which some are in no block. */
function blocksOf({ plan, blockOf }: typeof anyRunInBlocks extends fc.Arbitrary<infer Run> ? Run : never) {
  const { facts } = simulate(plan)
  const blocks: number[][] = [[], [], [], []]
  scheduledRows(facts).forEach((row, index) => blocks[blockOf[index % blockOf.length] ?? 0]?.push(row))
  return { facts, blocks: blocks.filter(rows => rows.length > 0) }
}

describe('the journal of a run that goes on', () => {
  test('over random runs: the probes of its blocks as they were, interrupted, and never a pass', () => {
    fc.assert(
      fc.property(anyRunInBlocks, fc.boolean(), (run, expects) => {
        const { facts, blocks } = blocksOf(run)
        const read = decodeJournal(written(facts, blocks).join('')).facts
        const rows = blocks.flat().toSorted((a, b) => a - b)
        expect(scheduledRows(read)).toEqual(rows)
        for (const row of rows) expect(rowOf(read, row)).toEqual(rowOf(facts, row))
        const result = resultOf(read, expects ? ['loss<=100%'] : [])
        expect(result).toMatchObject({ interrupted: true, verdict: 'fail', ledger: { scheduled: rows.length } })
        expect(result.warnings.map(({ code }) => code)).toContain('journalCut')
        expect(scheduledCount(analyzeRun(read).tally.total.fates)).toBe(rows.length)
      }),
      { numRuns: 60 },
    )
  })

  test('cut at any byte it has the probes of its whole blocks', () => {
    fc.assert(
      fc.property(anyRunInBlocks, fc.nat(), (run, at) => {
        const { facts, blocks } = blocksOf(run)
        const lines = written(facts, blocks)
        const text = lines.join('')
        const header = (lines[0] ?? '').length - 1
        const end = header + (at % (text.length - header + 1))
        let whole = 0
        for (let length = lines[0]?.length ?? 0; length - 1 <= end && whole < lines.length; whole++)
          length += lines[whole + 1]?.length ?? 1
        const read = decodeJournal(text.slice(0, end)).facts
        expect(scheduledRows(read)).toEqual(
          blocks
            .slice(0, whole - 1)
            .flat()
            .toSorted((a, b) => a - b),
        )
        expect(resultOf(read)).toMatchObject({ interrupted: true, verdict: 'fail' })
      }),
      { numRuns: 100 },
    )
  })

  test('a changed character is found, or was behind the last whole block', () => {
    const facts = crafted([answered(), silent(), cut(40), answered({ copies: 300 })])
    const text = written(facts, [[0, 1], [3]]).join('')
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('', '"', '}', '0', '-', 'x', '\n', 'null'), (at, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + 1)
        if (changed === text) return
        try {
          const { facts: read } = decodeJournal(changed)
          const rows = scheduledRows(read)
          expect([[0, 1, 3], [0, 1], []]).toContainEqual(rows)
          for (const row of rows) expect(rowOf(read, row)).toEqual(rowOf(facts, row))
        } catch (error) {
          expect(error).toMatchObject({ name: 'UdptoolError', code: 'usage' })
        }
      }),
      { numRuns: 400 },
    )
  })
})

describe('what it has', () => {
  const read = (rows: readonly CraftedRow[], blocks: readonly (readonly number[])[], given?: Crafted): RunFacts =>
    decodeJournal(written(crafted(rows, given), blocks).join('')).facts

  test('only the header: no probe', () => {
    expect(resultOf(read([answered()], []))).toMatchObject({ verdict: 'fail', ledger: { scheduled: 0 } })
  })

  test('a flood, whose pages are lean', () => {
    const plan = { interval: 0, window: 8 }
    const facts = read([answered(), answered(), answered()], [[0, 2]], { plan })
    expect(scheduledRows(facts)).toEqual([0, 2])
    expect(facts.probes.pages[0]?.scheduled).toBeUndefined()
  })

  test('ports, and where the times of the server begin', () => {
    const clients = [{ port: 4242, serverBase: 17e8 }]
    const facts = read([answered({ serverArrival: 500 })], [[0]], { clients })
    expect(facts.clients[0]).toMatchObject({ port: 4242, serverBase: 17e8, scheduled: 1, replies: 1 })
    expect(facts.probes.pages[0]?.serverArrival?.[0]).toBe(500)
  })

  test('ICMP errors, each in the block that needs it first', () => {
    const facts = crafted([unreachable(0), answered(), unreachable(1)])
    const journal = new UnfinishedJournal({ facts, context: {} })
    facts.icmp.push({ errno: 111 })
    const first = [journal.header(), ...journal.blocks([0])].join('')
    facts.icmp.push({ errno: 113, type: 3, code: 1 })
    const text = first + [...journal.blocks([1, 2])].join('')
    expect(decodeJournal(text).facts.icmp).toEqual(facts.icmp)
    expect(decodeJournal(first).facts.icmp).toEqual([{ errno: 111 }])
  })

  test('a probe whose late reply is being written is one without a reply', () => {
    const facts = crafted([answered(), silent()])
    const [page] = facts.probes.pages
    if (page === undefined) throw new Error('no page')
    page.order[1] = 2
    page.arrived[1] = 3e9
    page.traits[1] = 7
    const loaded = decodeJournal(written(facts, [[0, 1]]).join('')).facts
    expect(loaded.probes.pages[0]?.arrived[1]).toBe(Infinity)
    expect(analyzeRun(loaded).fateOf(1)).toBe('lostUnknown')
  })

  test('few probes that are far apart do not take the memory of many', () => {
    const facts = crafted([answered()], { plan: { count: 1e9 } })
    const [page] = facts.probes.pages
    if (page === undefined) throw new Error('no page')
    for (let number = 1; number < 200; number++) facts.probes.adopt(number, page)
    const rows = Array.from({ length: 200 }, (_, number) => number * PAGE_ROWS)
    const loaded = decodeJournal(written(facts, [rows]).join('')).facts
    expect(loaded.probes.pages).toHaveLength(64)
  })
})

describe('a contradiction', () => {
  test.each([
    ['a row twice', times(3, answered()), [[0, 1], [1]], /it has row 1 twice/u],
    [
      'a row that was never scheduled',
      [answered()],
      [[0, 1]],
      /row 1 was never scheduled|rows that the run cannot have/u,
    ],
    ['a row behind the last one', times(3, answered()), [[3]], /rows that the run cannot have/u],
    ['an ICMP error that is not listed', [unreachable(0)], [[0]], /ICMP error that is not listed/u],
  ])('%s', (_, rows, blocks, why) => {
    expect(refused(() => decodeJournal(written(crafted(rows), blocks).join('')))).toMatch(why)
  })

  test('a line that is no block, and an end line', () => {
    const [header = '', block = ''] = written(crafted(times(2, answered())), [[0], [1]])
    for (const line of ['{}', '7', '{"block":{}}', '{"end":"udptool/journal/1"}'])
      expect(refused(() => decodeJournal(`${header}${line}\n${block}`))).toContain('line 2 of the journal is not as')
    expect(refused(() => decodeJournal(`${header}${block}${block}`))).toContain('the checksum of line 3')
  })
})
