import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeJournal } from '../../../src/facts/read-journal.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun, freeze, type Analysis } from '../../../src/ledger/analysis.ts'
import { refineClientBuffers } from '../../../src/ledger/client-buffers.ts'
import { doubtDirections, doubtSendQueue } from '../../../src/ledger/doubtful-directions.ts'
import { judgeReceipts } from '../../../src/ledger/judged-receipts.ts'
import { countMixedLosses } from '../../../src/ledger/mixed-losses.ts'
import { RunFold } from '../../../src/ledger/run-fold.ts'
import { runSeries } from '../../../src/ledger/run-series.ts'
import { refineServerBuffer } from '../../../src/ledger/server-buffer.ts'
import { addTotals } from '../../../src/ledger/totals.ts'
import { countWithheld } from '../../../src/ledger/withheld-probes.ts'
import { createResult } from '../../../src/verdict/probe-document.ts'
import { diagnose } from '../../../src/verdict/diagnosis/diagnose.ts'
import { CONTEXT } from '../verdict/context.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const JOURNALS = `${ROOT}fixtures/journals/`

/** The stages in order, with their modules. */
const STAGES = [
  ['addTotals', 'totals'],
  ['judgeReceipts', 'judged-receipts'],
  ['countMixedLosses', 'mixed-losses'],
  ['countWithheld', 'withheld-probes'],
  ['doubtDirections', 'doubtful-directions'],
  ['refineServerBuffer', 'server-buffer'],
  ['refineClientBuffers', 'client-buffers'],
  ['doubtSendQueue', 'doubtful-directions'],
  ['freeze', 'analysis'],
] as const
const NAMES = STAGES.map(([name]) => name)

/** Facts of saved runs, fresh ones for each call. */
const RUNS = readdirSync(JOURNALS)
  .filter(name => name.endsWith('.journal'))
  .map(name => [name, (): RunFacts => decodeJournal(readFileSync(JOURNALS + name, 'utf8')).facts] as const)

test('only the right order of the stages compiles', () => {
  const swapped = NAMES.flatMap((_, at) =>
    NAMES.slice(at + 1).map((__, distance) => {
      const order = NAMES.map((name, index) => {
        if (index === at) return NAMES[at + 1 + distance] ?? name
        return index === at + 1 + distance ? (NAMES[at] ?? name) : name
      })
      return order
    }),
  )
  const without = NAMES.map(left => NAMES.filter(name => name !== left))
  const twice = NAMES.flatMap((name, at) => [NAMES.toSpliced(at, 0, name)])
  const orders = [NAMES, ...swapped, ...without, ...twice]
  expect(new Set(compiling(orders))).toEqual(new Set([0]))
})

/** The indexes of the orders of stages that the TypeScript compiler accepts. */
function compiling(orders: readonly (readonly string[])[]): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'udptool-stages-'))
  try {
    const imports = STAGES.map(([name, file]) => `import { ${name} } from '${ROOT}src/ledger/${file}.ts'`)
    const header = [
      `import type { Analysis } from '${ROOT}src/ledger/analysis.ts'`,
      `import type { FoldedRun } from '${ROOT}src/ledger/run-fold.ts'`,
      ...imports,
    ]
    const lines = orders.map((stages, number) => {
      const chain = stages.reduce((inner, stage) => `${stage}(${inner})`, 'run')
      return `export const order${number} = (run: FoldedRun): Analysis => ${chain}`
    })
    writeFileSync(join(folder, 'orders.mts'), [...header, ...lines].join('\n'))
    const compilerOptions = { rootDir: '/', typeRoots: [`${ROOT}node_modules/@types`] }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: `${ROOT}test/tsconfig.json`, compilerOptions, include: ['orders.mts'] }),
    )
    const tsc = [`${ROOT}node_modules/typescript/bin/tsc`, '--pretty', 'false', '-p', folder]
    const { stdout } = spawnSync(process.execPath, tsc, { encoding: 'utf8' })
    const faults = stdout.split('\n').filter(line => line.includes('error TS'))
    const refused = new Map(
      faults.map(line => [Number(/orders\.mts\((\d+),/u.exec(line)?.[1]) - header.length - 1, line]),
    )
    // An error outside of the orders would invalidate the result.
    expect([...refused].filter(([number]) => orders[number] === undefined)).toEqual([])
    return [...orders.keys()].filter(number => !refused.has(number))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.each(RUNS)('%s: no stage changes its input', (_, read) => {
  const folded = new RunFold(read()).finish()
  const totaled = frozen(addTotals(folded))
  expect(addTotals(folded)).toEqual(totaled)
  const judged = frozen(judgeReceipts(totaled))
  const withheld = frozen(countWithheld(frozen(countMixedLosses(judged))))
  const doubted = frozen(doubtDirections(withheld))
  const server = frozen(refineServerBuffer(doubted))
  const clients = frozen(refineClientBuffers(server))
  const analysis = frozen(freeze(frozen(doubtSendQueue(clients))))
  const expected = analyzeRun(read())
  expect(analysis.tally).toEqual(expected.tally)
  expect([analysis.receipts, analysis.drops]).toEqual([expected.receipts, expected.drops])
  expect(createResult(read(), analysis, [], CONTEXT)).toEqual(createResult(read(), expected, [], CONTEXT))
})

/** Freezes a value and everything in it except typed arrays, which cannot be frozen. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value
  Object.freeze(value)
  const parts = value instanceof Map ? [...value.values()] : Object.values(value)
  for (const part of parts) frozen(part)
  return value
}

/** Reads every part of an analysis. */
const READERS: readonly ((facts: RunFacts, analysis: Analysis) => unknown)[] = [
  (facts, analysis) => createResult(facts, analysis, [], CONTEXT),
  (facts, analysis) => diagnose(facts, analysis, CONTEXT.target),
  (facts, analysis) => runSeries(facts, analysis),
  (_, { tally }) => tally.total.rtt.percentile(0.9, 1000),
  (_, { tally }) => tally.total.rtt.result(),
  (_, { tally }) => [tally.rttNetwork.result(), tally.rttScheduled.percentile(0.5), tally.lateness.result()],
  (_, { tally }) =>
    [...tally.sizes.values(), ...tally.clients].map(({ rtt, cuts, outages }) => [rtt.result(), cuts, outages]),
  (_, { tally }) => tally.orders,
  (_, { tally }) => tally.oneWay,
  (_, { fateOf }) => Array.from({ length: 300 }, (__, row) => fateOf(row)),
  (_, { fateOf }) => Array.from({ length: 300 }, (__, row) => fateOf(299 - row)).toReversed(),
]

test.each(RUNS)('%s: figures do not depend on the order in which they are read', (_, read) => {
  const facts = read()
  const expected = READERS.map(reader => reader(facts, analyzeRun(facts)))
  const orders = fc.shuffledSubarray([...READERS.keys()], { minLength: READERS.length })
  fc.assert(
    fc.property(orders, order => {
      const analysis = analyzeRun(facts)
      for (const reader of order) expect(READERS[reader]?.(facts, analysis)).toEqual(expected[reader])
    }),
    { numRuns: 10 },
  )
})

test('a fold ends once', () => {
  const [[, read] = []] = RUNS
  const facts = read?.()
  if (facts === undefined) throw new Error('no saved run')
  const fold = new RunFold(facts)
  fold.finish()
  expect(() => fold.finish()).toThrow('ends once')
})
