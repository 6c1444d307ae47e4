import { Parser } from 'tap-parser'
import { describe, expect, test } from 'vitest'
import { renderReport, type ReportFormat } from '../../src/report/formats.ts'
import { renderSuiteCsv } from '../../src/report/formats/suite-csv.ts'
import type { Suite } from '../../src/verdict/suite/suite.ts'
import { junitFaults, readReport } from '../helpers/report-readers.ts'
import { BREAKING, BREAKING_SUITE, SUITE, suiteWith } from '../unit/report/suites.ts'

async function textOf(format: ReportFormat, suite: Suite): Promise<string> {
  return [...(await renderReport(format, { suite }))].join('')
}

/** Replaces the characters that no format can contain by their escapes, which are written out here, so that a change fails the test. */
function escaped(text: string, characters: Readonly<Record<string, string>>): string {
  return Object.entries(characters).reduce((changed, [from, to]) => changed.replaceAll(from, to), text)
}
const NEVER = { '\u0000': String.raw`\x00`, '\u001b': String.raw`\x1b`, '\ud800': String.raw`\u{d800}` }
const FORMAT_CHARACTERS = { '\u2028': String.raw`\u{2028}`, '\u202e': String.raw`\u{202e}` }
const IN_XML = escaped(BREAKING, {
  ...NEVER,
  ...FORMAT_CHARACTERS,
  '\udc00x': String.raw`\u{dc00}x`,
  '\ufffe': String.raw`\u{fffe}`,
})
const WITH_LINES = escaped(BREAKING, {
  ...NEVER,
  '\udc00x': String.raw`\u{dc00}x`,
  ...FORMAT_CHARACTERS,
  '\r': String.raw`\x0d`,
  '\t': String.raw`\x09`,
})
const ON_A_LINE = escaped(WITH_LINES, { '\n': String.raw`\x0a` })

const VERDICTS = ['pass', 'fail', 'warn', 'error', 'skipped']
const names = (text: string): string[] => VERDICTS.map(verdict => `${verdict} ${text}`)

interface Junit {
  readonly root: Readonly<Record<string, string>>
  readonly suites: readonly Readonly<Record<string, string>>[]
  readonly cases: readonly {
    readonly name: string
    readonly outcome: string | null
    readonly message: string | null
    readonly text: string | null
    readonly err: string | null
  }[]
}

describe('junit', () => {
  test.each([
    ['a suite', SUITE],
    ['hostile texts', BREAKING_SUITE],
    ['no check', suiteWith([])],
  ])('%s: valid by the schema (xmllint)', async (_, suite) => {
    expect((await junitFaults(await textOf('junit', suite))) ?? '').toBe('')
  })

  test('the schema rejects an unknown element', async () => {
    const text = (await textOf('junit', SUITE)).replace('<failure', '<fault').replace('</failure', '</fault')
    const faults = await junitFaults(text)
    if (faults !== undefined) expect(faults).toContain('fault')
  })

  test('a parser reads the failure, the error, the skipped check and the counts', async () => {
    const { root, suites, cases } = await readReport<Junit>('junit', await textOf('junit', SUITE))
    expect(cases.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['echo is whole', null],
      ['nothing is cut', 'failure'],
      ['large ones, too', null],
      ['far away', 'error'],
      ['over IPv6', 'skipped'],
    ])
    expect(root).toMatchObject({ tests: '5', failures: '1', errors: '1', time: '3.456789' })
    expect(suites).toMatchObject([{ name: 'net/udptool.yaml', tests: '5', failures: '1', errors: '1', skipped: '1' }])
    expect(cases[1]?.message).toBe(SUITE.checks[1]?.reason)
    expect(cases[1]?.text).toContain('written: net/udptool.yaml:12:11')
    expect(cases[2]?.err).toContain('warning: ')
  })

  test('an interrupted suite without failures has an error', async () => {
    const [passed, , , , skipped] = SUITE.checks
    if (passed === undefined || skipped === undefined) throw new Error('no checks')
    const cut: Suite = { ...suiteWith([passed, skipped]), interrupted: true, verdict: 'error' }
    const text = await textOf('junit', cut)
    expect((await junitFaults(text)) ?? '').toBe('')
    const { root, cases } = await readReport<Junit>('junit', text)
    expect(root).toMatchObject({ tests: '3', failures: '0', errors: '1' })
    expect(cases.map(({ outcome }) => outcome)).toEqual([null, 'skipped', 'error'])
    expect(cases[2]?.message).toBe('interrupted: 1 of 2 checks ran to the end')
  })

  test('hostile texts are read unchanged, except characters that XML cannot contain and format characters', async () => {
    const { suites, cases } = await readReport<Junit>('junit', await textOf('junit', BREAKING_SUITE))
    expect(cases.map(({ name }) => name)).toEqual(names(IN_XML))
    expect(cases[1]?.message).toBe(IN_XML)
    expect(cases[1]?.text).toContain(`observed: ${IN_XML}`)
    expect(suites[0]?.['name']).toBe(`${IN_XML}.yaml`)
  })
})

/** A report as tap-parser reads it: its points, and whether it bailed out. */
async function readTap(text: string) {
  interface Point {
    readonly ok: boolean
    readonly name: string
    readonly skip: string | boolean
    readonly todo: string | boolean
    readonly diag: Readonly<Record<string, unknown>> | null
  }
  const points: Point[] = []
  const parser = new Parser({ strict: true })
  parser.on('assert', (point: Point) => points.push(point))
  const results = new Promise<{ ok: boolean; plan: { end: number | null }; bailout: unknown; failures: unknown[] }>(
    resolve => {
      parser.on('complete', resolve)
    },
  )
  parser.end(text)
  return { points, ...(await results) }
}

describe('tap', () => {
  test('tap-parser, strict, reads each point, directive and diagnostic', async () => {
    const { points, plan, ok, bailout } = await readTap(await textOf('tap', SUITE))
    expect(points.map(point => [point.ok, point.name, point.todo !== false, point.skip !== false])).toEqual([
      [true, 'echo is whole', false, false],
      [false, 'nothing is cut', false, false],
      [false, 'large ones, too', true, false],
      [false, 'far away', false, false],
      [true, 'over IPv6', false, true],
    ])
    expect({ ok, end: plan.end, bailout }).toEqual({ ok: false, end: 5, bailout: false })
    expect(points[1]?.diag).toMatchObject({
      written: 'net/udptool.yaml:12:11',
      severity: 'fail',
      fates: { intact: 199, lostReturn: 1 },
    })
  })

  test('a suite with only warnings is ok; an interrupted suite bails out', async () => {
    const warned = SUITE.checks.filter(({ verdict }) => verdict === 'warn' || verdict === 'pass')
    await expect(readTap(await textOf('tap', suiteWith(warned)))).resolves.toMatchObject({ ok: true })
    const interrupted = suiteWith(warned, { interrupted: true })
    await expect(readTap(await textOf('tap', interrupted))).resolves.toMatchObject({
      ok: false,
      bailout: 'interrupted',
    })
  })

  test('hostile texts are names and diagnostics, not directives', async () => {
    const { points } = await readTap(await textOf('tap', BREAKING_SUITE))
    expect(points.map(({ name, skip }) => [name, skip !== false])).toEqual(
      names(ON_A_LINE.trimEnd()).map(name => [name, name.startsWith('skipped')]),
    )
    expect(points[1]?.diag).toMatchObject({ observed: ON_A_LINE })
  })
})

describe('github', () => {
  interface Command {
    readonly command: string
    readonly properties: Readonly<Record<string, string>>
    readonly data: string
  }

  test('an annotation for each check that did not pass, with its line, the worst first', async () => {
    const commands = await readReport<readonly Command[]>('github', await textOf('github', SUITE))
    expect(commands.map(({ command, properties }) => [command, properties])).toEqual([
      ['error', { file: 'net/udptool.yaml', line: '12', col: '11', title: 'nothing is cut' }],
      ['error', { file: 'net/udptool.yaml', line: '24', col: '11', title: 'far away could not run' }],
      ['warning', { file: 'net/udptool.yaml', line: '18', col: '11', title: 'large ones, too' }],
    ])
    expect(commands[0]?.data).toContain(`reason: ${SUITE.checks[1]?.reason ?? ''}`)
  })

  test('hostile texts are data and properties, not commands', async () => {
    const commands = await readReport<readonly Command[]>('github', await textOf('github', BREAKING_SUITE))
    expect(commands.map(({ properties }) => properties['title'])).toEqual([
      `fail ${ON_A_LINE}`,
      `error ${ON_A_LINE} could not run`,
      `warn ${ON_A_LINE}`,
    ])
    expect(commands[0]?.properties['file']).toBe(`${ON_A_LINE}.yaml`)
    expect(commands[0]?.data).toContain(`observed: ${ON_A_LINE}`)
  })
})

describe('prometheus', () => {
  interface Exposition {
    readonly samples: readonly {
      readonly name: string
      readonly labels: Readonly<Record<string, string>>
      readonly value: number
    }[]
  }

  test('is valid text format, with the figures of the suite', async () => {
    const { samples } = await readReport<Exposition>('prometheus', await textOf('prometheus', SUITE))
    const of = (wanted: string) => samples.filter(({ name }) => name === wanted)
    expect(of('udptool_suite_success').map(({ value }) => value)).toEqual([0])
    expect(of('udptool_suite_success')[0]?.labels).toMatchObject({ command: SUITE.command })
    expect(of('udptool_suite_start_time_seconds')[0]?.value).toBe(Date.parse(SUITE.startedAt) / 1000)
    expect(of('udptool_check_success').map(({ labels, value }) => [labels['check'], value])).toEqual([
      ['echo is whole', 1],
      ['nothing is cut', 0],
      ['large ones, too', 0],
      ['far away', 0],
    ])
    for (const { id, result } of SUITE.checks) {
      const fates = of('udptool_probes').filter(({ labels }) => labels['id'] === id)
      expect(Object.fromEntries(fates.map(({ labels, value }) => [labels['fate'], value]))).toEqual(
        result?.ledger.fates ?? {},
      )
    }
    const p99 = of('udptool_rtt_seconds').find(({ labels }) => labels['quantile'] === '0.99')
    expect((p99?.value ?? 0) * 1000).toBeCloseTo(SUITE.checks[0]?.result?.rtt?.p99Ms ?? NaN, 9)
  })

  test.each([2000, 2024, 2026, 2100])('start times in the year %i are converted correctly', async year => {
    for (const day of ['01-01', '02-28', '03-01', '12-31', '07-15']) {
      const startedAt = `${year}-${day}T23:59:59.125Z`
      const { samples } = await readReport<Exposition>(
        'prometheus',
        await textOf('prometheus', suiteWith([], { startedAt })),
      )
      const time = samples.find(({ name }) => name === 'udptool_suite_start_time_seconds')
      expect(time?.value).toBe(Date.parse(startedAt) / 1000)
    }
  })

  test('hostile texts are labels', async () => {
    const { samples } = await readReport<Exposition>('prometheus', await textOf('prometheus', BREAKING_SUITE))
    const labels = samples.filter(({ name }) => name === 'udptool_check_success').map(sample => sample.labels['check'])
    expect(labels).toEqual(names(WITH_LINES).filter(name => !name.startsWith('skipped')))
  })
})

test('csv: hostile texts are fields', async () => {
  const rows = await readReport<readonly Readonly<Record<string, string>>[]>(
    'csv',
    [...renderSuiteCsv(BREAKING_SUITE)].join(''),
  )
  expect(rows.map(row => row['name'])).toEqual(names(ON_A_LINE))
  expect(rows.map(row => row['verdict'])).toEqual(VERDICTS)
  expect(rows[1]?.['scheduled']).toBe('200')
})
