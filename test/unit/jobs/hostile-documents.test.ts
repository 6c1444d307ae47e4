import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { UdptoolError } from '../../../src/base/error.ts'
import { seeded } from '../../../src/base/random.ts'
import { LineSum } from '../../../src/facts/journal-lines.ts'
import { createRelayTruth } from '../../../src/facts/relay-truth.ts'
import { createRelayFacts } from '../../../src/facts/relay.ts'
import { planSuite } from '../../../src/jobs/check/suite-plan.ts'
import { readConfig } from '../../../src/jobs/monitor/config.ts'
import { readYaml } from '../../../src/jobs/yaml-source.ts'
import { decodeText } from '../../../src/base/text-encoding.ts'
import { comparedRun } from '../../../src/jobs/compared-run.ts'
import { decodeSaved, type Saved } from '../../../src/runs/saved-document.ts'
import { decodeCommandList } from '../../../src/runs/tcp-serve/command-list.ts'
import { probeRows } from '../../../src/runs/send/probe-rows.ts'
import { renderCsv } from '../../../src/report/formats/csv.ts'
import { REPORT_FORMAT_NAMES, renderReport } from '../../../src/report/formats.ts'
import { renderDocument } from '../../../src/report/formats/json.ts'
import { renderTerminal } from '../../../src/report/terminal/terminal.ts'
import { compareRuns } from '../../../src/verdict/compare/compare-runs.ts'
import { TOLERANCE } from '../../../src/verdict/compare/diff.ts'
import type { Result } from '../../../src/verdict/result.ts'
import { suiteOfOne, suiteOfQuery } from '../../../src/verdict/suite/suite-of-one.ts'
import type { Suite } from '../../../src/verdict/suite/suite.ts'
import { mutated, replacedEverywhere } from '../../helpers/mutations.ts'
import { SUITE } from '../report/suites.ts'

const FIXTURES = fileURLToPath(new URL('../../../fixtures/', import.meta.url))
/** Multiplies the number of mutations: `UDPTOOL_FUZZ=80 npx vitest run --project unit hostile-documents`. */
const TIMES = Number(process.env['UDPTOOL_FUZZ'] ?? 0.5)

/** Words of JavaScript, V8 and the parsers, which our messages must not have. */
const NOT_OURS =
  /\b(?:undefined|NaN|RangeError|TypeError|SyntaxError|ReferenceError|Error:|stack size|Unexpected|Expected|Invalid (?:time|array|string|input|data)|not iterable|not a function|Cannot read properties|out of memory|ERR_[A-Z])\b|, received |\[object|^ {4}at |Please use|https?:/mu

function fixture(name: string): Uint8Array {
  return readFileSync(`${FIXTURES}${name}`)
}

/** The result of a reader for some bytes. Undefined if it refuses them in one plain sentence. Everything else fails the test. */
function readOr<T>(read: (bytes: Uint8Array) => T, bytes: Uint8Array): T | undefined {
  try {
    return read(bytes)
  } catch (error) {
    if (!(error instanceof UdptoolError) || error.code !== 'usage')
      throw new Error(`on ${shown(bytes)}`, { cause: error })
    // Ignore what the message quotes from the file.
    const own = error.message.replaceAll(/"(?:[^"\\]|\\.)*"/gu, '')
    if (NOT_OURS.test(own) || error.message.length > 700)
      throw new Error(`${error.message} on ${shown(bytes)}`, { cause: error })
    return undefined
  }
}

function shown(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1').slice(0, 3000)
}

function saved(bytes: Uint8Array): Saved | undefined {
  return readOr(one => decodeSaved(one, 'FILE'), bytes)
}

function suiteOf(document: Saved): Suite {
  if (document.kind === 'suite') return document.suite
  return document.kind === 'query' ? suiteOfQuery(document.query) : suiteOfOne(document.result)
}

/** Every format must accept what the reader has accepted. */
async function renderAll(document: Saved): Promise<void> {
  const suite = suiteOf(document)
  for (const format of REPORT_FORMAT_NAMES) {
    const text = [...(await renderReport(format, { suite }))].join('')
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\bNaN\b/u)
  }
  if (document.kind === 'suite' || document.kind === 'query') return
  renderDocument(document.result)
  renderTerminal(document.result, { width: 80, color: false })
  renderDocument(compareRuns(comparedRun(document), comparedRun(document), TOLERANCE))
  if (document.kind === 'journal') [...renderCsv(probeRows(document.facts, document.analysis))].join('')
}

/** Checks the document by itself: its counts add up, and it passes only if something came back and nothing failed. */
function holdsWater({ ledger, verdict, expectations, rtt }: Result): void {
  const counts = Object.values(ledger.fates).map(count => count ?? 0)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(ledger.scheduled)
  expect(rtt?.count ?? 0).toBeLessThanOrEqual(ledger.replies)
  expect(rtt?.minMs ?? 0).toBeGreaterThanOrEqual(0)
  if (verdict === 'fail') return
  expect(expectations.every(({ passed }) => passed)).toBe(true)
  if (expectations.length === 0) expect(ledger.replies).toBeGreaterThan(0)
}

const JOURNALS = ['clean', 'directions', 'buffers', 'cut', 'damaged', 'refused', 'withheld', 'foreign']
const RESULTS = ['clean', 'clients', 'cut-1024', 'expectations', 'message', 'mixed', 'mtu', 'sweep', 'refused']

/** The lines of a journal, as counted by its end line. */
function linesOf(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/u, '')
  return text
    .split('\n')
    .map(line => line.replace(/\r$/u, ''))
    .filter(line => line !== '')
}

/** A journal of these lines, with a matching end line. */
function sealed(lines: readonly string[]): Uint8Array {
  const sum = new LineSum()
  const rows = new Map<unknown, number>()
  for (const line of lines) {
    sum.add(line)
    const block = attemptJson(line)
    if (typeof block === 'object' && block !== null && 'page' in block && 'rows' in block)
      rows.set(block.page, Number(block.rows))
  }
  const all = [...rows.values()].reduce((total, count) => total + count, 0)
  return new TextEncoder().encode([...lines, JSON.stringify(sum.end(all)), ''].join('\n'))
}

function attemptJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A row of a journal has at least 31 bytes, which are 41 characters of base64. */
function mayHold(bytes: Uint8Array, { ledger }: Result): void {
  expect(ledger.scheduled).toBeLessThanOrEqual(bytes.length / 41)
}

describe('journals', () => {
  test('truncated anywhere: nothing passes but the whole', async () => {
    for (const name of ['clean']) {
      const bytes = fixture(`journals/${name}.journal`)
      // Every third length, as for check files, and each of the end line.
      for (let length = 0; length < bytes.length; length += length < bytes.length - 200 ? 3 : 1) {
        const document = saved(bytes.subarray(0, length))
        if (document?.kind !== 'journal') continue
        // The last line feed may be missing.
        const isWhole = length === bytes.length - 1
        expect(document.result.interrupted).toBe(!isWhole)
        if (isWhole) continue
        expect(document.result.verdict).toBe('fail')
        mayHold(bytes.subarray(0, length), document.result)
        if (length % 499 === 0) await renderAll(document)
      }
    }
  })

  test('random changes: an accepted one has the lines of the original, and without its end line it never passes', () => {
    const random = seeded('journals')
    for (const name of JOURNALS) {
      const bytes = fixture(`journals/${name}.journal`)
      const original = linesOf(bytes).join('\n')
      for (let times = 0; times < 250 * TIMES; times++) {
        const changed = mutated(bytes, random)
        const document = saved(changed)
        if (document?.kind !== 'journal') continue
        holdsWater(document.result)
        mayHold(changed, document.result)
        if (document.result.verdict === 'pass') expect(linesOf(changed).join('\n')).toBe(original)
      }
    }
  })

  test('random changes with a right end line: an accepted one adds up, and every format can render it', async () => {
    const random = seeded('sealed journals')
    for (const name of JOURNALS) {
      const lines = linesOf(fixture(`journals/${name}.journal`)).slice(0, -1)
      for (let times = 0; times < 50 * TIMES; times++) {
        const number = random.integer(3) === 0 ? 0 : random.integer(lines.length)
        const line = Buffer.from(mutated(Buffer.from(lines[number] ?? '', 'latin1'), random)).toString('latin1')
        const changed = sealed(lines.map((old, index) => (index === number ? line : old)))
        const document = saved(changed)
        if (document?.kind !== 'journal') continue
        holdsWater(document.result)
        mayHold(changed, document.result)
        if (times % 15 === 0) await renderAll(document)
      }
    }
  })

  test('every value of the header replaced, with a right end line', async () => {
    const [header = '', ...blocks] = linesOf(fixture('journals/directions.journal')).slice(0, -1)
    let read = 0
    for (const other of replacedEverywhere(JSON.parse(header))) {
      const changed = sealed([JSON.stringify(other) ?? '', ...blocks])
      const document = saved(changed)
      if (document?.kind !== 'journal') continue
      holdsWater(document.result)
      mayHold(changed, document.result)
      if (read++ % 20 === 0) await renderAll(document)
    }
    expect(read).toBeGreaterThan(0)
  })

  test('bytes of single columns changed, with a right end line', async () => {
    const random = seeded('columns')
    for (const name of JOURNALS) {
      const lines = linesOf(fixture(`journals/${name}.journal`)).slice(0, -1)
      for (let times = 0; times < 20 * TIMES; times++) {
        const number = 1 + random.integer(lines.length - 1)
        const block = JSON.parse(lines[number] ?? '') as { readonly data: string }
        const data = Buffer.from(block.data, 'base64')
        data[random.integer(data.length)] = random.integer(256)
        const line = JSON.stringify({ ...block, data: data.toString('base64') })
        const document = saved(sealed(lines.map((old, index) => (index === number ? line : old))))
        if (document?.kind !== 'journal') continue
        holdsWater(document.result)
        if (times % 10 === 0) await renderAll(document)
      }
    }
  })
})

describe('Results and suites', () => {
  test.each(RESULTS)('every value of %s.json replaced: what is read adds up, and every format takes it', async name => {
    const document = JSON.parse(Buffer.from(fixture(`results/${name}.json`)).toString('utf8')) as unknown
    let read = 0
    // The large ones have hundreds of values.
    const others = name === 'mtu' || name === 'sweep' ? [null, -1] : [null, undefined, -1, 1e308, '\u202ex', []]
    for (const other of replacedEverywhere(document, others)) {
      const result = saved(new TextEncoder().encode(JSON.stringify(other) ?? ''))
      if (result?.kind !== 'result') continue
      holdsWater(result.result)
      if (read++ % 45 === 0) await renderAll(result)
    }
    expect(read).toBeGreaterThan(0)
  })

  test('random changes', async () => {
    const random = seeded('results')
    let read = 0
    for (const name of RESULTS) {
      const bytes = fixture(`results/${name}.json`)
      for (let times = 0; times < 125 * TIMES; times++) {
        const result = saved(mutated(bytes, random))
        if (result?.kind !== 'result') continue
        holdsWater(result.result)
        if (read++ % 15 === 0) await renderAll(result)
      }
    }
  })

  test('a truncated Result is refused, and so is a truncated suite', () => {
    const suite = new TextEncoder().encode(renderDocument(SUITE))
    for (const bytes of [fixture('results/clean.json'), suite]) {
      for (let length = 0; length < bytes.length - 2; length += bytes.length > 8000 ? 7 : 1)
        expect(saved(bytes.subarray(0, length))).toBeUndefined()
      expect(saved(bytes)).toBeDefined()
    }
  })

  test('random changes of a suite', async () => {
    const random = seeded('suites')
    const bytes = new TextEncoder().encode(renderDocument(SUITE))
    for (let times = 0; times < 250 * TIMES; times++) {
      const document = saved(mutated(bytes, random))
      if (document?.kind !== 'suite') continue
      const { passed, warned, failed, errors, skipped, checks, verdict } = document.suite
      expect(passed + warned + failed + errors + skipped).toBe(checks.length)
      if (verdict === 'pass') expect(failed + errors).toBe(0)
      for (const { result } of checks) if (result !== undefined) holdsWater(result)
      if (times % 20 === 0) await renderAll(document)
    }
  })

  test('a truth file, complete, truncated or changed, is refused', () => {
    const random = seeded('truth')
    const truth = new TextEncoder().encode(renderDocument(createRelayTruth(createRelayFacts(), '1')))
    expect(saved(truth)).toBeUndefined()
    for (let length = 0; length < truth.length; length++) expect(saved(truth.subarray(0, length))).toBeUndefined()
    for (let times = 0; times < 500 * TIMES; times++) expect(saved(mutated(truth, random))).toBeUndefined()
  })
})

describe('configuration files of a monitor', () => {
  const FILE = new TextEncoder().encode(`refresh: 30s
modules:
  small: { size: 64, interval: 500ms, payload: random }
  ecmp: { size: [200, 1472], flows: 16, receipts: false, dscp: ef }
groups:
  - module: [small, ecmp]
    targets: ['10.0.0.7:9001', "[::1]:9", edge.example]
    labels: { site: fra, rack: 7 }
  - targets: &all [a]
  - { module: small, targets: *all }
`)
  const read = (bytes: Uint8Array): void => {
    readConfig(readYaml('FILE.yaml', decodeText(bytes, 'FILE.yaml'), 'configuration file'))
  }

  test('every cut', () => {
    for (let length = 0; length < FILE.length; length++) readOr(read, FILE.subarray(0, length))
  })

  test('random changes', () => {
    const random = seeded('configuration')
    for (let times = 0; times < 250 * TIMES; times++) readOr(read, mutated(FILE, random))
  })
})

describe('check files', () => {
  const FILES = ['right-all.yaml', 'right-contract.yaml', 'right.json', 'wrong-key.yaml', 'wrong-serve.yaml']
  const plan = (bytes: Uint8Array): void => {
    planSuite(readYaml('FILE.yaml', decodeText(bytes, 'FILE.yaml')))
  }

  test.each(FILES)('%s: every cut', name => {
    const bytes = fixture(`checks/${name}`)
    // The parser needs milliseconds for the long one.
    const step = bytes.length > 500 ? 3 : 1
    for (let length = 0; length < bytes.length; length += step) readOr(plan, bytes.subarray(0, length))
  })

  test.each(FILES)('%s: random changes', name => {
    const random = seeded(name)
    const bytes = fixture(`checks/${name}`)
    const most = bytes.length > 500 ? 80 : 250
    for (let times = 0; times < most * TIMES; times++) readOr(plan, mutated(bytes, random))
  })

  test('every value of a check file replaced', () => {
    const document = JSON.parse(Buffer.from(fixture('checks/right.json')).toString('utf8')) as unknown
    for (const other of replacedEverywhere(document))
      readOr(plan, new TextEncoder().encode(JSON.stringify(other) ?? ''))
  })
})

describe('--commands', () => {
  const list = { date: ['date', '-u'], 'list files': ['ls', '-l', '/tmp'], echo: ['echo', 'ü'] }
  const bytes = new TextEncoder().encode(JSON.stringify(list, null, 2))
  const read = (one: Uint8Array): unknown => decodeCommandList(one, 'FILE')

  test('truncated anywhere: refused', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(readOr(read, bytes.subarray(0, length))).toBeUndefined()
  })

  test('every value replaced, and random changes', () => {
    for (const other of replacedEverywhere(list)) readOr(read, new TextEncoder().encode(JSON.stringify(other) ?? ''))
    const random = seeded('commands')
    for (let times = 0; times < 5000 * TIMES; times++) readOr(read, mutated(bytes, random))
  })
})
