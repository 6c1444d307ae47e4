import { describe, expect, test } from 'vitest'
import { renderHtml } from '../../../../../src/report/html/document.ts'
import { ratePicture } from '../../../../../src/report/html/pictures/rate-picture.ts'
import { trialsByRate } from '../../../../../src/report/result/trial-figures.ts'
import type { Result, ResultRate } from '../../../../../src/verdict/result.ts'
import { suiteOfOne } from '../../../../../src/verdict/suite/suite-of-one.ts'
import { RATES } from '../../rate-results.ts'

function rateOf({ rate }: Result): ResultRate {
  if (rate === undefined) throw new Error('it is no search for a rate')
  return rate
}

/** The wide picture of the first size. */
function drawing(result: Result): string {
  const rate = rateOf(result)
  const [row] = rate.sizes
  if (row === undefined) throw new Error('there is no size')
  const trials = trialsByRate(rate).filter(({ size }) => size === row.size)
  return /<div class="wide">(.*?)<\/div>/su.exec(ratePicture(row, trials)?.text ?? '')?.[1] ?? ''
}

/** Heights of the marks of a class, in the order of drawing: delivered, loss, queue. */
function heights(svg: string, name: string): number[] {
  return [...svg.matchAll(new RegExp(`class="points ${name}[^"]*" d="M[\\d.]+ ([\\d.]+)m?h?`, 'gu'))].map(([, y]) =>
    Number(y),
  )
}

describe('the picture of a search for the rate', () => {
  test('has a name with its figures, and each mark a tooltip', () => {
    const svg = drawing(RATES.shaper)
    expect(svg).toContain(
      'aria-label="Delivered rate, loss and queue of 8 trials with 1200 B datagrams: 1060 pps held; up to 49.7% loss; queue up to 49.8 ms"',
    )
    expect(svg.match(/<title>/gu)).toHaveLength(3 * 8)
    expect(svg).toContain('2120 pps of 1200 B offered: 1066 pps delivered, 49.7% loss, median round trip 50.3 ms')
  })

  test('a shaper has a high queue where it drops, a policer none', () => {
    const [shaped, policed] = [RATES.shaper, RATES.policer].map(drawing)
    // The queue panel is drawn last: its two marks of overloads.
    const queueOf = (svg: string | undefined) => heights(svg ?? '', 'g-lost').slice(-2)
    expect(Math.max(...queueOf(shaped))).toBeLessThan(Math.min(...queueOf(policed)) - 50)
    expect(shaped).toContain('full at 50 ms')
    expect(policed).toContain('no queue')
    expect(drawing(RATES.foreign)).toContain('round trip above the smallest median')
  })

  test('counts datagrams for a limit that does', () => {
    expect(drawing(RATES.policer)).toContain('limit 1 kpps')
    expect(drawing(RATES.shaper)).toMatch(/limit 10\.2 Mbit\/s/u)
  })

  test('one trial is no picture', () => {
    expect(drawing(RATES.silent)).toBe('')
  })
})

test.each(Object.entries(RATES))('%s: the page has the limit, its reason and every trial in a table', (_, result) => {
  const page = [...renderHtml({ suite: suiteOfOne(result) })].join('')
  const { trials, limit } = rateOf(result)
  expect(page.includes(`${limit.reason}</p>`)).toBe(true)
  for (const caption of ['The trials in the order in which they were run', 'The fates of the probes of each trial'])
    expect(
      new RegExp(`<caption>${caption}</caption>.*?<tbody>(.*?)</tbody>`, 'su').exec(page)?.[1]?.match(/<tr>/gu),
    ).toHaveLength(trials.length)
})
