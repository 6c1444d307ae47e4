import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { lowContrast } from './contrast.ts'
import { open, type Opened, requireBrowser, startBrowser } from './chromium.ts'
import { ROOT } from '../helpers/child.ts'
import type { ResultDocument } from '../helpers/document.ts'
import { startRelayCommand } from '../helpers/relay-command.ts'
import { HOSTED, runHosted, startServe } from '../helpers/udptool.ts'

const folder = mkdtempSync(join(tmpdir(), 'udptool-html-'))
const file = join(folder, 'report.html')
const usable = requireBrowser()
let browser: Browser | undefined
let made: Promise<ResultDocument> | undefined
let common: Promise<Opened> | undefined

beforeAll(async () => {
  if (usable) browser = await startBrowser()
})

afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

function chromium(): Browser {
  if (browser === undefined) throw new Error('Chromium was not started')
  return browser
}

/** A run with many fates, warnings and expectations, as HTML and as JSON to compare with. It is made once. */
async function report(): Promise<ResultDocument> {
  made ??= makeReport()
  return await made
}

async function makeReport(): Promise<ResultDocument> {
  await using server = await startServe([], HOSTED)
  const rules = ['--up', 'drop=5%,reorder=2%:20ms', '--down', 'truncate=200@5%', '--seed', '11']
  await using relay = await startRelayCommand(server.at, rules, HOSTED)
  const run = ['--count', '200', '--interval', '2ms', '--clients', '3', '--size', '300,600', '--timeout', '300ms']
  const output = ['--expect', 'loss<1%', '--json', '--format', `html=${file}`]
  const { json } = await runHosted(['send', '--to', relay.at, ...run, ...output])
  return json()
}

/** A page that is closed with the test. */
async function opened(path: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const one = await open(chromium(), path, options)
  onTestFinished(async () => await one.page.context().close())
  return one
}

/** The report of that run, with its timeline drawn unless scripts are off. */
async function openReport(options: BrowserContextOptions = {}): Promise<Opened> {
  await report()
  return await drawn(await opened(file, options), options)
}

/** The report with default options, opened once. A test must restore its state. */
async function commonReport(): Promise<Opened> {
  common ??= report().then(async () => await drawn(await open(chromium(), file)))
  return await common
}

async function drawn(one: Opened, options: BrowserContextOptions = {}): Promise<Opened> {
  await one.page.locator('figure.timeline').scrollIntoViewIfNeeded()
  if (options.javaScriptEnabled !== false) await one.page.locator('canvas').nth(1).waitFor()
  return one
}

/** The number of painted pixels of each canvas. */
async function painted(page: Page): Promise<number[]> {
  return await page.evaluate(() =>
    Array.from(document.querySelectorAll('canvas'), canvas => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
      return data.filter((value, place) => place % 4 === 3 && value > 0).length
    }),
  )
}

/** A digest of each canvas as it is drawn now. */
async function drawings(page: Page): Promise<string[]> {
  await page.evaluate(
    async () => await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
  const images = await page.evaluate(() =>
    Array.from(document.querySelectorAll('canvas'), canvas => canvas.toDataURL()),
  )
  return images.map(image => createHash('sha256').update(image).digest('hex'))
}

describe.skipIf(!usable)('the HTML report in Chromium', () => {
  test('makes no requests, reports no errors, and draws its plots', async () => {
    const { page, requests, errors } = await commonReport()
    await page.locator('canvas').nth(1).waitFor()
    await drawings(page)
    const pixels = await painted(page)
    expect(pixels).toHaveLength(2)
    for (const count of pixels) expect(count).toBeGreaterThan(5000)
    const screenshot = await page.screenshot({ fullPage: true, path: `${ROOT}node_modules/.vitest/html-report.png` })
    expect(screenshot.subarray(1, 4).toString()).toBe('PNG')
    expect({ requests, errors }).toEqual({ requests: [], errors: [] })
  })

  test('has the figures of the Result', async () => {
    const { page } = await commonReport()
    const { ledger, expectations } = await report()
    const cells = await page
      .locator('section.ledger tbody tr')
      .evaluateAll(all =>
        all.map(row => [
          row.querySelector('th')?.textContent ?? '',
          Number(row.querySelectorAll('td')[1]?.textContent?.replaceAll(/\D/g, '')),
        ]),
      )
    expect(Object.fromEntries(cells)).toEqual({ ...ledger.fates, scheduled: ledger.scheduled })
    expect(await page.locator('section.expectations tbody tr').count()).toBe(expectations.length)
    expect(await page.locator('section.expectations .failed').textContent()).toBe('✗ failed')
    expect(await page.locator('.multiples svg').count()).toBe(3)
    expect(await page.locator('section.sizes tbody tr th').allTextContents()).toEqual(['300 B', '600 B'])
    expect(await page.title()).toMatch(/^fail: loss<1%: \S+ · \d+ of 600 probes came back whole/)
  })

  test('zooms by keyboard, and returns to the whole run', async () => {
    const { page, errors } = await commonReport()
    const more = page.getByRole('button', { name: 'Show less time' })
    const whole = await drawings(page)
    await more.focus()
    await page.keyboard.press('Enter')
    const half = await drawings(page)
    expect(half[0]).not.toBe(whole[0])
    expect(half[1]).not.toBe(whole[1])
    await page.getByRole('button', { name: 'Later' }).press('Enter')
    expect((await drawings(page))[0]).not.toBe(half[0])
    await page.getByRole('button', { name: 'Show the whole run' }).press('Enter')
    await page.mouse.move(0, 0)
    expect(await drawings(page)).toEqual(whole)
    expect(errors).toEqual([])
  })

  test('shows the values at the pointer', async () => {
    const { page } = await commonReport()
    const box = await page.locator('.u-over').first().boundingBox()
    const shown: (string | null)[] = []
    for (let share = 0.04; share < 1; share += 0.04) {
      await page.mouse.move((box?.x ?? 0) + share * (box?.width ?? 0), (box?.y ?? 0) + 20)
      shown.push(await page.locator('.readout').textContent())
    }
    for (const text of shown) expect(text).toMatch(/^\d[\d.]* m?s/)
    // At a time without probes only the time is shown.
    expect(shown.join('\n')).toMatch(/ · \d[\d.]* [mµ]?s (?:intact|late|truncated)/)
    expect(shown.join('\n')).toMatch(/ · \d+ (?:intact|truncated|lostForward)/)
  })

  test('follows the color scheme of the system, and its own button', async () => {
    const background = async (page: Page): Promise<string> =>
      await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const { page: light } = await openReport({ colorScheme: 'light' })
    const { page: dark } = await openReport({ colorScheme: 'dark' })
    const [lightBackground, darkBackground] = [await background(light), await background(dark)]
    expect(lightBackground).not.toBe(darkBackground)
    const before = await drawings(light)
    await light.getByRole('button', { name: 'dark' }).click()
    expect(await background(light)).toBe(darkBackground)
    expect((await drawings(light))[1]).not.toBe(before[1])
    await light.getByRole('button', { name: 'light' }).click()
    expect(await background(light)).toBe(lightBackground)
  })

  test.each(['light', 'dark'] as const)(
    'has enough contrast of text and colors (WCAG 2.2, 1.4.3 and 1.4.11) when %s',
    async colorScheme => {
      const { page } = await openReport({ colorScheme })
      expect(await lowContrast(page, ['whole', 'damaged', 'late', 'lost', 'not-sent'])).toEqual([])
    },
  )

  test('has landmarks, one h1, headings in order, captions, names of buttons and images, and unique ids', async () => {
    const { page } = await commonReport()
    for (const role of ['banner', 'main', 'contentinfo'] as const) expect(await page.getByRole(role).count()).toBe(1)
    const faults = await page.evaluate(() => {
      const all = (selector: string): Element[] => Array.from(document.querySelectorAll(selector))
      const levels = all('h1, h2, h3, h4').map(({ tagName }) => Number(tagName[1]))
      const ids = all('[id]').map(({ id }) => id)
      return {
        headings: levels.filter((level, place) => level > (levels[place - 1] ?? 0) + 1),
        firsts: levels.filter(level => level === 1).length,
        captionless: all('table').filter(table => table.querySelector(':scope > caption') === null).length,
        nameless: all('button').filter(
          button => (button.getAttribute('aria-label') ?? button.textContent ?? '').trim() === '',
        ).length,
        unlabelled: all('svg').filter(
          svg => svg.getAttribute('role') !== 'img' || svg.getAttribute('aria-label') === null,
        ).length,
        cells: all('th').filter(cell => cell.getAttribute('scope') === null).length,
        dangling: all('[aria-labelledby]').filter(
          one => document.getElementById(one.getAttribute('aria-labelledby') ?? '') === null,
        ).length,
        twice: ids.length - new Set(ids).size,
        language: document.documentElement.lang,
      }
    })
    expect(faults).toEqual({
      headings: [],
      firsts: 1,
      captionless: 0,
      nameless: 0,
      unlabelled: 0,
      cells: 0,
      dangling: 0,
      twice: 0,
      language: 'en',
    })
  })

  test('fits a screen of 400 pixels', async () => {
    const { page } = await openReport({ viewport: { width: 400, height: 800 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
  })

  test('works without scripts: every plot is an SVG image, every table is visible, and no button is shown', async () => {
    const { page, requests } = await openReport({ javaScriptEnabled: false })
    for (const section of ['ledger', 'over-time', 'delays', 'sizes']) {
      const pictures = await page.locator(`section.${section} .wide svg`).all()
      expect(pictures).toHaveLength(section === 'over-time' ? 2 : 1)
      for (const picture of pictures) {
        expect((await picture.boundingBox())?.height).toBeGreaterThan(50)
        expect(await picture.locator('path, rect').count()).toBeGreaterThan(3)
      }
    }
    expect(await page.locator('button').count()).toBe(0)
    expect(await page.locator('section.ledger table').isVisible()).toBe(true)
    expect(requests).toEqual([])
  })

  test('is printed with static images', async () => {
    const { page } = await commonReport()
    expect(await page.locator('.still').isVisible()).toBe(false)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.still').isVisible()).toBe(true)
    expect(await page.locator('canvas').first().isVisible()).toBe(false)
    expect(await page.locator('button').first().isVisible()).toBe(false)
    await page.emulateMedia({ media: null })
  })

  test('of 100 000 probes is smaller than 1 MB, and its plots are drawn', async () => {
    const large = join(folder, 'large.html')
    const run = ['--self', '--count', '100000', '--interval', '0', '--window', '64', '--quiet']
    const { code } = await runHosted(['send', ...run, '--format', `html=${large}`])
    expect(code).toBe(0)
    expect(statSync(large).size).toBeLessThan(1_000_000)
    const { page, errors } = await opened(large)
    await page.locator('figure.timeline').scrollIntoViewIfNeeded()
    await page.locator('canvas').nth(1).waitFor()
    await drawings(page)
    for (const count of await painted(page)) expect(count).toBeGreaterThan(5000)
    expect(errors).toEqual([])
  })

  test('of a suite lists failed checks first, then has a section for each check', async () => {
    const suite = join(folder, 'udptool.json')
    const page = join(folder, 'suite.html')
    const check = { serve: { mode: 'upper' }, count: 20, interval: '2ms' }
    const checks = [
      { name: 'echo is whole', ...check, expect: ['loss==0'] },
      { name: '<b>faster & "quicker"</b>', ...check, expect: ['rtt.p50<1ns'] },
    ]
    writeFileSync(suite, JSON.stringify({ checks }))
    const { code } = await runHosted(['check', suite, '--format', `html=${page}`])
    expect(code).toBe(1)
    const { page: shown, requests, errors } = await opened(page)
    expect(await shown.locator('h1').textContent()).toBe('1 of 2 checks passed, 1 failed.')
    expect(await shown.locator('.troubles h3').allTextContents()).toEqual(['✗ fail <b>faster & "quicker"</b>'])
    expect(await shown.locator('section.check > h2').allTextContents()).toEqual([
      '✓ pass echo is whole',
      '✗ fail <b>faster & "quicker"</b>',
    ])
    await shown.locator('.troubles a').click()
    await shown.locator('#run-1 canvas').first().waitFor()
    expect({ requests, errors }).toEqual({ requests: [], errors: [] })
  })
})
