import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { LandingState } from '../../src/report/live/landing-state.ts'
import { type FakeExporter, serveLanding } from '../helpers/landing-page.ts'
import { landingState } from '../helpers/landing-state.ts'
import { healthyTarget } from '../helpers/monitor-view.ts'
import { openUrl, type Opened, requireBrowser, startBrowser } from './chromium.ts'
import { lowContrast } from './contrast.ts'

const usable = requireBrowser()
let browser: Browser | undefined

beforeAll(async () => {
  if (usable) browser = await startBrowser()
})

afterAll(async () => await browser?.close())

interface Shown extends Opened {
  readonly exporter: FakeExporter
}

/** The page of a made-up state, below a route prefix. */
async function shown(state: LandingState = landingState, options: BrowserContextOptions = {}): Promise<Shown> {
  if (browser === undefined) throw new Error('Chromium was not started')
  const exporter = await serveLanding(state, '/udptool')
  onTestFinished(async () => await exporter[Symbol.asyncDispose]())
  const one = await openUrl(browser, exporter.url, { viewport: { width: 1440, height: 900 }, ...options })
  onTestFinished(async () => await one.page.context().close())
  return { ...one, exporter }
}

const EMPTY: LandingState = {
  ...landingState,
  view: { ...landingState.view, targets: [] },
  searches: [],
  probes: [],
}

const HOSTILE = [
  '<script>document.title = "run"</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '\u202Eevil\u2066.example',
  'ש.example',
  'a'.repeat(300),
]

/** Targets, labels, modules and reasons with hostile texts. */
const hostileState: LandingState = {
  ...landingState,
  view: {
    ...landingState.view,
    targets: HOSTILE.map(text => ({
      ...healthyTarget,
      target: `${text}:9000`,
      module: text,
      labels: { [text]: text, site: text },
      idle: text,
    })),
  },
  config: { file: HOSTILE.join('/'), failure: HOSTILE.join(' ') },
  probe: { modules: HOSTILE, allow: HOSTILE },
  searches: HOSTILE.map(text => ({
    target: text,
    module: text,
    labels: {},
    run: 'mtu',
    endedAt: landingState.view.now,
    failure: text,
  })),
  probes: HOSTILE.map((text, id) => ({
    id,
    at: landingState.view.now,
    target: text,
    module: text,
    isSuccess: false,
    durationMs: 1,
    failure: text,
  })),
}

async function scrollWidth(page: Page): Promise<number> {
  return await page.evaluate(() => document.documentElement.scrollWidth)
}

describe.skipIf(!usable)('the landing page in Chromium', () => {
  test('asks for nothing else and reports no errors, also without scripts; its links lead to pages below the prefix', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const { page, requests, errors, exporter } = await shown(landingState, { javaScriptEnabled })
      expect(requests).toEqual([])
      const links = await page.locator('nav a').all()
      const paths: string[] = []
      for (const link of links) paths.push(new URL((await link.getAttribute('href')) ?? '', exporter.url).pathname)
      expect(paths).toEqual(
        ['/metrics', '/live', '/targets', '/config', '/-/healthy', '/-/ready'].map(path => `/udptool${path}`),
      )
      await page.getByRole('link', { name: 'Metrics' }).click()
      expect(await page.textContent('body')).toBe('answer of /metrics\n')
      await page.goBack()
      expect(errors).toEqual([])
    }
  })

  test('the form runs a probe, with its log or its metrics', async () => {
    const { page, errors, exporter } = await shown()
    const form = page.getByRole('form', { name: 'Probe once' })
    await form.getByLabel('Target').fill('a&b=c:9000')
    await form.getByLabel('Module').selectOption('once')
    await form.getByRole('button', { name: 'log' }).click()
    await page.waitForURL('**/probe?*')
    expect(await page.textContent('body')).toBe('answer of /probe\n')
    await page.goBack()
    await form.getByLabel('Target').fill('edge.example:9000')
    await form.getByRole('button', { name: 'metrics' }).click()
    await page.waitForURL('**/probe?*')
    await page.goBack()
    // Enter does what the first button does.
    await form.getByLabel('Target').fill('x:1')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/probe?*')
    await page.goBack()
    await page.getByRole('link', { name: 'Log of run 1' }).click()
    await page.waitForURL('**/logs?id=1')
    expect(exporter.asked).toEqual([
      '/probe?target=a%26b%3Dc%3A9000&module=once&debug=true',
      expect.stringMatching(/^\/probe\?target=edge\.example%3A9000&module=\w+$/u) as string,
      expect.stringMatching(/^\/probe\?target=x%3A1&module=\w+&debug=true$/u) as string,
      '/logs?id=1',
    ])
    expect(errors).toEqual([])
  })

  test('an empty target is not sent', async () => {
    const { page, exporter } = await shown()
    await page.getByRole('button', { name: 'log' }).click()
    expect(await page.locator('input:invalid').count()).toBe(1)
    expect(exporter.asked).toEqual([])
    expect(page.url()).toBe(exporter.url)
  })

  test('a target opens in the live view below the prefix', async () => {
    const { page, exporter } = await shown()
    await page.getByRole('link', { name: '[2001:db8::7]:9000' }).click()
    await page.waitForURL('**/live*')
    const { pathname, hash } = new URL(page.url())
    expect(pathname).toBe('/udptool/live')
    expect(decodeURIComponent(hash)).toBe('#["[2001:db8::7]:9000","default"]')
    expect(exporter.asked).toEqual([])
  })

  test('hostile names and labels are text', async () => {
    const { page, errors, requests } = await shown(hostileState)
    expect(requests).toEqual([])
    expect(errors).toEqual([])
    expect(await page.title()).toBe('udptool exporter · 6 targets')
    expect(await page.locator('script, img, [onmouseover]').count()).toBe(0)
    const names = await page.locator('.targets .name').allTextContents()
    expect(names[0]).toBe(`${HOSTILE[0]}:9000`)
    expect(names[3]).toBe(String.raw`\u{202e}evil\u{2066}.example:9000`)
    // Text of another direction stays in its own element.
    const directions = await page
      .locator('.name, .label, .module, .state, .outcome')
      .evaluateAll(elements => [...new Set(elements.map(element => getComputedStyle(element).unicodeBidi))])
    expect(directions).toEqual(['isolate'])
  })

  test.each([
    [390, landingState],
    [1440, landingState],
    [390, hostileState],
    [1440, hostileState],
    [390, EMPTY],
    [1440, EMPTY],
  ])('fits a screen of %i pixels', async (width, state) => {
    const { page } = await shown(state, { viewport: { width, height: 844 } })
    expect(await scrollWidth(page)).toBe(width)
    const outside = await page.evaluate(
      most =>
        Array.from(document.querySelectorAll('main *, header *'))
          .filter(
            element =>
              element.closest('pre, thead, select, datalist') === null &&
              (element.getBoundingClientRect().right > most || element.scrollWidth > element.clientWidth + 1) &&
              getComputedStyle(element).display !== 'inline',
          )
          .map(({ tagName, className }) => `${tagName} ${className}`),
      width,
    )
    expect(outside).toEqual([])
  })

  test.each(['light', 'dark'] as const)('has enough contrast when %s', async colorScheme => {
    for (const state of [landingState, hostileState, EMPTY]) {
      const { page } = await shown(state, { colorScheme })
      expect(await lowContrast(page, [])).toEqual([])
    }
  })

  test('by keyboard: links, form and logs in their order, with a visible focus', async () => {
    const { page } = await shown()
    const names: string[] = []
    for (let n = 0; n < 40; n += 1) {
      await page.keyboard.press('Tab')
      const name = await page.evaluate(() => {
        const element = document.activeElement
        if (element === null || element === document.body) return ''
        const { outlineStyle, outlineWidth } = getComputedStyle(element)
        const label = element.getAttribute('aria-label') ?? element.getAttribute('name') ?? ''
        const seen = outlineStyle === 'none' || outlineWidth === '0px' ? ' (no outline)' : ''
        return `${label === '' || label === 'debug' ? (element.textContent ?? '') : label}${seen}`
      })
      if (name === '') break
      names.push(name)
    }
    expect(names).toEqual([
      'Metrics',
      'Live view',
      'Targets',
      'Configuration',
      'Health',
      'Readiness',
      'gone.example:9000',
      '[2001:db8::7]:9000',
      'sizes.example:9000',
      'core.example:9000',
      'edge.example:9000',
      'sizes.example:9000',
      'target',
      'module',
      'Run and show the log',
      'Run and show the metrics',
      'Log of run 2',
      'Log of run 1',
    ])
  })

  test.each([390, 1440])('has landmarks, headings and tables for a screen reader at %i pixels', async width => {
    const { page } = await shown(landingState, { viewport: { width, height: 844 } })
    for (const role of ['banner', 'main', 'navigation'] as const) expect(await page.getByRole(role).count()).toBe(1)
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
    const targets = page.getByRole('table', { name: 'Targets' })
    expect(await targets.getByRole('columnheader').allTextContents()).toEqual([
      'target',
      'module',
      'size',
      'last probes',
      'last fate',
      'loss 1 min',
      'p50',
      'p99',
      'in flight',
    ])
    expect(await targets.getByRole('rowheader').count()).toBe(6)
    expect(await targets.getByRole('cell').count()).toBe(6 * 8)
    for (const name of ['Periodic searches', 'Last runs of /probe'])
      expect(await page.getByRole('table', { name }).getByRole('columnheader').count()).toBeGreaterThan(3)
    const faults = await page.evaluate(() => {
      const all = (selector: string): Element[] => Array.from(document.querySelectorAll(selector))
      const ids = all('[id]').map(({ id }) => id)
      return {
        unlabelled: all('input, select').filter(control => control.closest('label') === null).length,
        dangling: all('[aria-labelledby]').filter(
          one => document.getElementById(one.getAttribute('aria-labelledby') ?? '') === null,
        ).length,
        twice: ids.length - new Set(ids).size,
        language: document.documentElement.lang,
      }
    })
    expect(faults).toEqual({ unlabelled: 0, dangling: 0, twice: 0, language: 'en' })
  })

  test('a thousand targets', async () => {
    const many = Array.from({ length: 1000 }, (_, n) => ({ ...healthyTarget, target: `${n}.example:9000` }))
    const { page, errors } = await shown({ ...landingState, view: { ...landingState.view, targets: many } })
    expect(await page.locator('.targets tbody tr').count()).toBe(1000)
    await page.locator('.targets tbody tr').last().scrollIntoViewIfNeeded()
    expect(await scrollWidth(page)).toBe(1440)
    expect(errors).toEqual([])
  })
})
