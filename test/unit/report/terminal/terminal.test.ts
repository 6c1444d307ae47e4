import { describe, expect, test } from 'vitest'
import { formatCount } from '../../../../src/base/counted.ts'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { renderTerminal } from '../../../../src/report/terminal/terminal.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import {
  goldenPath,
  HOSTILE,
  RESULTS,
  savedResult,
  someSamples,
  STEERING,
  withoutColour,
  withTexts,
} from '../result-files.ts'

const PROBES = RESULTS.filter(([, result]) => result.messages === undefined)
const VIEWS = [{}, { verbose: true }, { quiet: true }, { samples: someSamples(2000) }] as const

function total(fates: Result['ledger']['fates']): number {
  return Object.values(fates).reduce((sum: number, count) => sum + (count ?? 0), 0)
}

describe('golden reports', () => {
  test.each(RESULTS.flatMap(([name]) => [80, 50].map(width => [name, width] as const)))(
    '%s at %i',
    async (name, width) => {
      const text = renderTerminal(savedResult(name), { width, color: false })
      await expect(text).toMatchFileSnapshot(goldenPath(`${name}.${width}`))
    },
  )

  test('everything in a Result, with samples, at 120', async () => {
    const view = { width: 120, color: false, verbose: true, samples: someSamples(3000) }
    await expect(renderTerminal(savedResult('mixed'), view)).toMatchFileSnapshot(goldenPath('mixed.120.verbose'))
  })

  test('in colour', async () => {
    const text = renderTerminal(savedResult('mixed'), { width: 80, color: true })
    await expect(text.replaceAll('\u001b', '␛')).toMatchFileSnapshot(goldenPath('mixed.80.colour'))
  })
})

describe.each(RESULTS)('%s', (_, result) => {
  test('colour changes no text', () => {
    for (const view of VIEWS) {
      for (const width of [40, 64, 80, 120]) {
        const plain = renderTerminal(result, { ...view, width, color: false })
        const coloured = renderTerminal(result, { ...view, width, color: true })
        expect(withoutColour(coloured)).toBe(plain)
        expect(coloured).not.toBe(plain)
        expect(plain).toMatch(/^[✓!✗\p{L}][^]*[^\n]\n$/u)
        expect(plain).not.toMatch(/ \n|\n\n\n/u)
      }
    }
  })
})

describe.each(PROBES)('%s', (_, result) => {
  test('no line is wider than the terminal', () => {
    for (const view of VIEWS) {
      for (let width = 40; width <= 130; width += 9) {
        const lines = renderTerminal(result, { ...view, width, color: false }).split('\n')
        expect(lines.filter(line => displayWidth(line) > width)).toEqual([])
      }
    }
  })

  test('the ledger names every fate that is not zero, and intact, and adds up', () => {
    const { fates, scheduled } = result.ledger
    expect(total(fates)).toBe(scheduled)
    const text = renderTerminal(result, { width: 80, color: false })
    const ledger = text.slice(0, text.indexOf(' scheduled\n'))
    for (const [fate, count] of Object.entries(fates)) {
      expect(ledger).toMatch(new RegExp(`\\b${fate} +${formatCount(count ?? 0)} +`, 'u'))
    }
    expect(text).toContain(`= ${formatCount(scheduled)} scheduled`)
  })
})

test('a fate of zero is not shown, except intact', () => {
  const text = renderTerminal(savedResult('silent'), { width: 80, color: false })
  expect(text).toContain('intact        0    0%')
  expect(text).not.toMatch(/truncated|corrupt|refused|late/u)
})

test.each(RESULTS)('hostile texts in %s are printable', (_, result) => {
  const hostile = withTexts(result, () => HOSTILE)
  for (const view of VIEWS) {
    expect(renderTerminal(hostile, { ...view, width: 80, color: false })).not.toMatch(STEERING)
    expect(withoutColour(renderTerminal(hostile, { ...view, width: 50, color: true }))).not.toMatch(STEERING)
  }
})

describe('quiet', () => {
  test.each([
    ['clean', '✓ pass · all 10 probes to 127.0.0.1:9000 came back whole\n'],
    [
      'clients',
      '✗ fail · intact>=99%: 86.0% · 3439 of 4000 probes to 127.0.0.1:9000 came back whole, 561 lost · 1\n' +
        '  outage: 1.00 s at 19:07:41.3 UTC (0 s into the run)\n',
    ],
    ['silent', '✗ fail · nothing came back: all 10 probes to 198.51.100.20:7 lost\n'],
    ['message', '✓ pass · 1 of 1 message to 127.0.0.1:9000 answered\n'],
  ])('%s', (name, text) => {
    expect(renderTerminal(savedResult(name), { width: 100, color: false, quiet: true })).toBe(text)
  })
})

describe('the headline', () => {
  const headline = (change: (result: Result) => Result, name = 'clean'): string =>
    renderTerminal(change(savedResult(name)), { width: 120, color: false }).split('\n')[0] ?? ''
  const fates =
    (given: Result['ledger']['fates']) =>
    (result: Result): Result => ({
      ...result,
      ledger: {
        ...result.ledger,
        scheduled: total(given),
        fates: given,
      },
    })

  test.each([
    [{ intact: 1 }, '✓ pass · the probe came back whole'],
    [{ intact: 0 }, '✓ pass · no probe was sent'],
    [{ intact: 0, late: 3 }, '! 100% late (no --expect) · all 3 probes came back too late'],
    [{ intact: 0, refused: 3 }, '! 100% not sent (no --expect) · all 3 probes refused by our own kernel'],
    [
      { intact: 0, late: 3, lostUnknown: 1 },
      '! 25% lost, 75% late (no --expect) · none of 4 probes came back whole, 3 late, 1 lost',
    ],
    [{ intact: 1, lostUnknown: 1 }, '! 50% lost (no --expect) · 1 of 2 probes came back whole, 1 lost'],
  ])('%j', (given, text) => {
    expect(headline(fates(given))).toBe(text)
  })

  test('says what cut them, that it was interrupted, and which expectation failed', () => {
    expect(headline(result => result, 'cut-1024')).toBe(
      '✗ fail · all 10 probes came back damaged: 10 cut at 1024 bytes (request)',
    )
    expect(headline(result => result, 'interrupted')).toBe(
      '! interrupted after 3.21 s · 3.13% lost (no --expect) · 31 of 32 probes came back whole, 1 lost',
    )
    expect(headline(result => result, 'expectations')).toMatch(
      /^✗ fail · .+ · 1 more expectation failed · 199 of 200 probes came back whole, 1$/,
    )
  })
})

test('clients are listed if one differs, or with verbose', () => {
  const { clients, ...rest } = savedResult('clients')
  const alike = { ...rest, clients: clients.filter(client => client.loss.count === 0) }
  expect(renderTerminal(alike, { width: 80, color: false })).not.toContain(':400')
  expect(renderTerminal(alike, { width: 80, color: false, verbose: true })).toContain(':40001    500  of 500')
  const many = {
    ...rest,
    clients: Array.from({ length: 1000 }, () => clients)
      .flat()
      .slice(0, 1000),
    clientsOmitted: 500,
  }
  const text = renderTerminal(many, { width: 80, color: false })
  expect(text).toMatch(/^ +\d+ clients .+ ports 400\d\d/mu)
  expect(text).toContain('500 clients more, not in the Result')
})
