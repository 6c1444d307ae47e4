import { describe, expect, test } from 'vitest'
import { renderTerminal } from '../../../../src/report/terminal/terminal.ts'
import { displayWidth } from '../../../../src/report/text/width.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { RATES, rateResult, trial } from '../rate-results.ts'
import { HOSTILE, STEERING, withoutColour, withTexts } from '../result-files.ts'

const NAMED = Object.entries(RATES)
const WIDTHS = [60, 80, 100, 120, 200]

function text(result: Result, width = 100, verbose = false): string {
  return renderTerminal(result, { width, color: false, verbose })
}

/** The lines of trials. */
function trialLines(report: string): string[] {
  return report.split('\n').filter(line => /^ {2}[✓✗] .*(?:pps|datagrams)/u.test(line))
}

describe.each(NAMED)('%s', (_, result) => {
  test('fits the terminal, and color changes no text', () => {
    for (const width of WIDTHS) {
      for (const verbose of [false, true]) {
        const plain = text(result, width, verbose)
        for (const line of plain.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width)
        expect(withoutColour(renderTerminal(result, { width, color: true, verbose }))).toBe(plain)
      }
    }
  })

  test('has a line for each trial', () => {
    expect(trialLines(text(result))).toHaveLength(result.rate?.trials.length ?? 0)
  })

  test('a name of wide characters and hostile text do not break it', () => {
    const named = { ...result, target: { ...result.target, name: '東京🚀.example' } }
    for (const line of text(named, 60).split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(60)
    const hostile = withTexts(result, (value, name) => (name === 'reason' || name === 'name' ? HOSTILE : value))
    expect(text(hostile, 80)).not.toMatch(STEERING)
  })
})

describe('the headline', () => {
  test.each([
    [
      'shaper',
      'rate 10.2 Mbit/s (1060 pps of 1200 bytes): a shaper with 50 ms of queue from client to server stops more',
    ],
    ['policer', 'rate 9.60 Mbit/s (1000 pps of 1200 bytes): a policer from server to client stops more'],
    ['none', 'rate at least 100 Mbit/s (10,417 pps of 1200 bytes): no limit found up to the highest tested rate'],
    ['receiver', 'rate 9.41 Mbit/s (980 pps of 1200 bytes): the rate cap of the server stops more'],
    ['unknown', 'no tested rate has at most 0.100% loss (lowest tested rate: 100 pps)'],
    ['unconfirmed', 'interrupted after 1.00 s · no rate was confirmed: 200 pps held in a first trial'],
    ['silent', 'fail · no rate: nothing came back'],
    ['foreign', 'rate 10.2 Mbit/s (1060 pps of 1200 bytes): what stops more is unknown'],
    ['interrupted', 'rate at least 7.68 Mbit/s (800 pps of 1200 bytes)'],
    ['sizes', 'a shaper with 50 ms of queue from client to server stops more; 2 sizes tested'],
  ] as const)('%s', (name, words) => {
    const [head = ''] = text(RATES[name], 200).split('\n  rate →')
    expect(head.replaceAll(/\s+/gu, ' ')).toContain(words)
  })
})

describe('the chart', () => {
  test('orders trials by size and rate, not by time', () => {
    const offered = trialLines(text(RATES.shaper)).map(line => Number(/([\d,]+) pps/u.exec(line)?.[1]))
    expect(offered).toEqual([100, 200, 400, 800, 1045, 1060, 1600, 2120, 8480])
  })

  test('a full queue has a full bar, an empty one almost none', () => {
    const [shaped, policed] = [RATES.shaper, RATES.policer].map(result => trialLines(text(result, 80)))
    expect(shaped?.at(-1)).toMatch(/49\.9 ms {2}█{10}$/u)
    expect(policed?.[7]).toMatch(/75\.0%.*100 µs {2}▎$/u)
  })

  test('without knowledge of queues, the growth of the round trip has the bar', () => {
    const report = text(RATES.foreign)
    expect(report).not.toMatch(/queue\b.*rtt/u)
    expect(trialLines(report).at(-1)).toMatch(/50\.3 ms {2}█{10}/u)
    expect(trialLines(report)[0]).toMatch(/600 µs {2,}1\.40 ms$/u)
  })

  test('narrow terminals leave out columns, but not the figures of a trial', () => {
    expect(trialLines(text(RATES.shaper, 60)).at(-2)).toMatch(/^ {2}✗ {2}1200 B {2}2120 pps {2,}1066 pps {2}49\.7%/u)
  })

  test('bursts have a chart of their own', () => {
    const lines = trialLines(text(RATES.policer)).filter(line => line.includes('datagrams'))
    expect(lines.map(line => line.trim().split(/ {2,}/u).slice(0, 3))).toEqual([
      ['✓', '64 datagrams', '0%'],
      ['✓', '128 datagrams', '0%'],
      ['✗', '256 datagrams', '21.9%'],
    ])
  })

  test('a queue that this host has is not said to be on the path', () => {
    const limit = {
      kind: 'shaper',
      direction: 'forward',
      queueMs: 12,
      reason: 'x',
      evidence: { ownQueue: true },
    } as const
    expect(text(rateResult({ pps: 100, limit, trials: [trial(100, 100)] }), 200)).toContain(
      'a shaper with 12 ms of queue in this host stops more',
    )
  })
})
