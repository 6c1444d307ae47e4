import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { targetKey } from '../../src/verdict/monitor/target-key.ts'
import type { MonitorView } from '../../src/verdict/monitor/view.ts'
import { type FakeWatch, serveView } from '../helpers/live-page.ts'
import { healthyTarget, healthyView, mixedView, pausedView, targetInOutage, VIEW_NOW } from '../helpers/monitor-view.ts'
import { openUrl, type Opened, requireBrowser, startBrowser } from './chromium.ts'
import { lowContrast } from './contrast.ts'

const usable = requireBrowser()
let browser: Browser | undefined

beforeAll(async () => {
  if (usable) browser = await startBrowser()
})

afterAll(async () => await browser?.close())

/** Time of day as the page shows it: both are in the same zone. */
function clockOf(at: number): string {
  return new Date(at).toTimeString().slice(0, 8)
}

interface Shown extends Opened {
  readonly watch: FakeWatch
}

/** The page of a made-up view, with the detail of a target drawn. */
async function shown(view: MonitorView = mixedView, options: BrowserContextOptions = {}): Promise<Shown> {
  const watch = await serveView(view)
  onTestFinished(async () => await watch[Symbol.asyncDispose]())
  return { watch, ...(await opened(watch.url, options)) }
}

async function opened(url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  if (browser === undefined) throw new Error('Chromium was not started')
  const one = await openUrl(browser, url, { viewport: { width: 1440, height: 900 }, ...options })
  onTestFinished(async () => await one.page.context().close())
  await one.page.locator('.name').first().waitFor({ state: 'attached' })
  await one.page.locator('#ledger tr').first().waitFor({ state: 'attached' })
  return one
}

async function statesOf(page: Page, strip: string): Promise<string[]> {
  return ((await page.locator(strip).getAttribute('data-states')) ?? '').split(' ')
}

/** The cells of a row by their class. */
async function rowOf(page: Page, place: number): Promise<Record<string, string>> {
  const row = page.locator('#rows > tr').nth(place)
  const text = async (selector: string): Promise<string> => (await row.locator(selector).textContent()) ?? ''
  return {
    name: await text('.name'),
    labels: await text('.labels'),
    minute: await text('.minute b'),
    start: await text('.start b'),
    p50: await text('.p50 b'),
    p99: await text('.p99 b'),
    event: await text('.event'),
  }
}

/** Names of what has the focus, pressing Tab until it leaves the page or comes to the first again. */
async function tabOrder(page: Page): Promise<string[]> {
  const names: string[] = []
  for (let n = 0; n < 40; n += 1) {
    await page.keyboard.press('Tab')
    const name = await page.evaluate(() => {
      const element = document.activeElement
      if (element === null || element === document.body) return ''
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      const label = element.getAttribute('aria-label') ?? element.id
      return `${label === '' ? (element.textContent ?? '') : label}${outlineStyle === 'none' || outlineWidth === '0px' ? ' (no outline)' : ''}`
    })
    if (name === '' || name === names[0]) break
    names.push(name)
  }
  return names
}

describe.skipIf(!usable)('the live page in Chromium', () => {
  test('asks only its own server, reports no errors, and draws its pictures', async () => {
    const { page, requests, errors, watch } = await shown()
    await page.locator('canvas').nth(1).waitFor()
    const pixels = await page.evaluate(() =>
      Array.from(document.querySelectorAll('canvas'), canvas => {
        const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
        return data.filter((value, place) => place % 4 === 3 && value > 0).length
      }),
    )
    expect(pixels).toHaveLength(2)
    for (const count of pixels) expect(count).toBeGreaterThan(1000)
    expect(requests.filter(url => !url.startsWith(watch.url))).toEqual([])
    expect(new Set(requests.map(url => new URL(url).pathname))).toEqual(new Set(['/events', '/detail']))
    expect(errors).toEqual([])
  })

  test('has a row for each target with its figures', async () => {
    const { page } = await shown()
    expect(await rowOf(page, 0)).toEqual({
      name: 'edge.example:9000',
      labels: 'site=berlin',
      minute: '0%',
      start: '0.2%',
      p50: '12 ms',
      p99: '18.3 ms',
      event: `${clockOf(VIEW_NOW - 600_000)} edge.example is 192.0.2.9`,
    })
    expect(await rowOf(page, 1)).toMatchObject({ name: '[2001:db8::7]:9000', minute: '66%', start: '6.5%' })
    expect(await rowOf(page, 2)).toMatchObject({ labels: 'ecmp site=berlin role=core', minute: '25.0%' })
    expect(await page.locator('#headline').textContent()).toBe(
      '4 targets: 2 with loss in the last minute, 1 without probes',
    )
    expect(await page.title()).toBe('(2) 4 targets · udptool watch')
  })

  test('what is not known is no zero, and text from outside is text', async () => {
    const { page } = await shown()
    expect(await rowOf(page, 3)).toEqual({
      name: 'gone.example:9000',
      labels: 'note=<b>not & bold</b>',
      minute: '–',
      start: '–',
      p50: '–',
      p99: '–',
      event: 'gone.example has no address (ENOTFOUND)',
    })
    expect(await page.locator('.labels *').count()).toBe(0)
    await page.getByRole('button', { name: 'gone.example:9000' }).click()
    await page.locator('#idle:visible').waitFor()
    expect(await page.locator('#idle').textContent()).toBe('Nothing is sent: gone.example has no address (ENOTFOUND)')
  })

  test('strips show every state, and what is not final has a shape of its own', async () => {
    const { page } = await shown()
    const strip = '#rows > tr:nth-child(2) .strip'
    expect(await statesOf(page, strip)).toEqual(targetInOutage.strip.map(({ state }) => state))
    expect(await page.locator(strip).getAttribute('aria-label')).toBe(
      'last 60 slots: 20 intact, 27 lostForward, 12 lost, direction not known yet, 1 waiting for the reply',
    )
    const shapes = await page
      .locator(`${strip} path`)
      .evaluateAll(paths => paths.map(path => path.getAttribute('d')?.split('M')[1]?.replace(/^\S+ /u, '')))
    expect(shapes).toHaveLength(4)
    expect(new Set(shapes).size).toBe(3)
    const classes = await page
      .locator(`${strip} path`)
      .evaluateAll(paths => paths.map(path => path.getAttribute('class')))
    expect(classes).toEqual(['s-whole', 's-lost', 's-lost-yet', 's-waiting'])
  })

  test('the detail has the ledger with what is not final, the flows and the events', async () => {
    const { page } = await shown()
    await page.getByRole('button', { name: 'core.example:9000' }).click()
    await page.locator('#name', { hasText: 'core.example' }).waitFor()
    const ledger = await page
      .locator('#ledger tr')
      .evaluateAll(rows => rows.map(row => [row.dataset['row'], row.children[2]?.textContent]))
    expect(Object.fromEntries(ledger)).toEqual({
      intact: '0',
      truncated: '1,770',
      lostForward: '590',
      lost: '9',
      'in flight': '31',
      scheduled: '2,400',
    })
    const flows = await page
      .locator('#flows tr')
      .evaluateAll(rows => rows.map(row => [row.children[0]?.textContent, row.children[2]?.textContent]))
    expect(flows).toEqual([
      ['1 of 4 flows lost everything in the last minute', undefined],
      ['40005', '100%'],
      ['3 of 4 flows lost nothing in the last minute', undefined],
      ['40003', '0%'],
      ['40004', '0%'],
      ['40006', '0%'],
    ])
    const [first, ...others] = await page.locator('#events li').allTextContents()
    expect(first).toBe(`${clockOf(VIEW_NOW - 45_000)} the system clock was set forward by 3600.0 s`)
    expect(others).toHaveLength(4)
    expect(await page.locator('#events time').first().getAttribute('datetime')).toBe(
      new Date(VIEW_NOW - 45_000).toISOString(),
    )
    expect(new URL(page.url()).hash).toContain('core.example')
  })

  test('follows the server', async () => {
    const { page, watch } = await shown(healthyView)
    watch.view = {
      ...healthyView,
      now: VIEW_NOW + 5000,
      targets: [{ ...healthyTarget, minute: { settled: 50, lost: 10, missed: 0 } }],
    }
    await page.locator('#rows .minute b.loss', { hasText: '20%' }).waitFor()
    expect(await rowOf(page, 0)).toMatchObject({ minute: '20%', p50: '–' })
    expect(await page.locator('#run').textContent()).toContain(clockOf(VIEW_NOW + 5000))
    watch.view = pausedView
    await page.locator('#state', { hasText: 'paused' }).waitFor()
    expect((await statesOf(page, '#rows .strip')).slice(-11)).toEqual([
      'intact',
      ...Array.from({ length: 10 }, () => 'paused'),
    ])
    watch.view = mixedView
    await page.locator('#rows > tr').nth(3).waitFor()
    watch.view = healthyView
    await page.locator('#rows > tr').nth(3).waitFor({ state: 'detached' })
    expect(await page.locator('#rows > tr').count()).toBe(1)
  })

  test('targets come and go: the selection stays, and a removed target is named', async () => {
    const { page, watch, errors } = await shown()
    const name = targetInOutage.target
    await page.getByRole('button', { name }).click()
    await page.locator('#name', { hasText: '2001:db8::7' }).waitFor()
    const added = { ...healthyTarget, target: 'first.example:9000' }
    watch.view = { ...mixedView, targets: [added, targetInOutage, healthyTarget] }
    await page.locator('#rows > tr').nth(3).waitFor({ state: 'detached' })
    expect(await page.locator('#rows .name').allTextContents()).toEqual(
      [added, targetInOutage, healthyTarget].map(({ target }) => target),
    )
    expect(await page.locator('[aria-current=true]').allTextContents()).toEqual([name])
    expect(await page.locator('#name').textContent()).toBe(name)
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name)
    expect(await page.locator('#gone').isVisible()).toBe(false)

    watch.view = { ...mixedView, targets: [added, healthyTarget] }
    await page.locator('#gone:visible').waitFor()
    expect(await page.locator('#gone').textContent()).toBe(`${name} is not a target any more.`)
    expect(await page.locator('#announcements').textContent()).toBe(`${name} is not a target any more.`)
    await page.locator('#name', { hasText: added.target }).waitFor()
    expect(new URL(page.url()).hash).toBe('')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(healthyTarget.target)

    watch.view = mixedView
    await page.locator('#name', { hasText: '2001:db8::7' }).waitFor()
    expect(await page.locator('#gone').isVisible()).toBe(false)
    watch.view = { ...mixedView, targets: [] }
    await page.locator('#headline', { hasText: '0 targets' }).waitFor()
    expect(await page.locator('#none').textContent()).toBe('There are no targets.')
    expect(await page.locator('#detail').isVisible()).toBe(false)
    expect(errors).toEqual([])
  })

  test('rows of the same target and module differ by size, and each has its own detail', async () => {
    const sized = [64, 1472].map((size, place) => ({
      ...(place === 0 ? healthyTarget : targetInOutage),
      target: 'edge.example:9000',
      module: 'sizes',
      labels: {},
      sizes: [size],
      size,
    }))
    const { page, watch } = await shown({ ...mixedView, targets: sized })
    expect(await page.locator('.labels').allTextContents()).toEqual(['sizes 64 B', 'sizes 1472 B'])
    await page.locator('.name').nth(1).click()
    await page.locator('#facts', { hasText: '1472 B each' }).waitFor()
    expect(await page.locator('#ledger tr[data-row=lostForward] td').nth(1).textContent()).not.toBe('0')
    expect(new URL(page.url()).hash).toBe(
      `#${encodeURIComponent(targetKey({ target: 'edge.example:9000', module: 'sizes', size: 1472 }))}`,
    )
    watch.view = { ...mixedView, targets: sized.toReversed() }
    await page.locator('#rows > tr:first-child .labels', { hasText: '1472 B' }).waitFor()
    expect(await page.locator('[aria-current=true]').count()).toBe(1)
    expect(await page.locator('#rows > tr:first-child [aria-current=true]').count()).toBe(1)
  })

  test('announces outages politely, and nothing else', async () => {
    const { page, watch } = await shown(healthyView)
    expect(await page.locator('[aria-live], [role=status], [role=alert]').count()).toBe(1)
    expect(await page.locator('#announcements').getAttribute('aria-live')).toBe('polite')
    const withEvent = (kind: 'cut' | 'outageBegan' | 'outageEnded', at: number, text: string): MonitorView => ({
      ...healthyView,
      now: at,
      targets: [{ ...healthyTarget, events: [{ at, kind, text }] }],
    })
    watch.view = withEvent('cut', VIEW_NOW + 1000, 'replies are truncated at 1000 bytes (reply)')
    await page.locator('#rows .event', { hasText: 'truncated' }).waitFor()
    expect(await page.locator('#announcements').textContent()).toBe('')
    watch.view = withEvent('outageBegan', VIEW_NOW + 2000, 'no reply to 2 probes in a row')
    await page
      .locator('#announcements', { hasText: 'edge.example:9000: outage, no reply to 2 probes in a row' })
      .waitFor({ state: 'attached' })
    watch.view = withEvent('outageEnded', VIEW_NOW + 3000, '12 probes lost in 12.3 s')
    await page.locator('#announcements', { hasText: 'outage over, 12 probes lost' }).waitFor({ state: 'attached' })
  })

  test('says at once that the server is gone, with the time of its last data, and connects again', async () => {
    const { page, watch } = await shown()
    expect(await page.locator('#stale').isVisible()).toBe(false)
    await watch[Symbol.asyncDispose]()
    await page.locator('#stale:visible').waitFor()
    // The page names the day as well if it is not today.
    const stale = new RegExp(`as of (\\d{4}-\\d\\d-\\d\\d )?${clockOf(VIEW_NOW)} and`)
    expect(await page.locator('#stale').textContent()).toMatch(stale)
    expect(await page.locator('#state').textContent()).toBe('no connection')
    expect(await page.locator('main').evaluate(main => Number(getComputedStyle(main).opacity))).toBeLessThan(1)
    expect(await page.title()).toBe('(no connection) udptool watch')
    expect(await page.locator('#announcements').textContent()).toBe('The connection to udptool is lost')
    await using again = await serveView({ ...healthyView, now: VIEW_NOW + 60_000 }, watch.port)
    expect(again.port).toBe(watch.port)
    await page.locator('#state', { hasText: 'live' }).waitFor()
    expect(await page.locator('#stale').isVisible()).toBe(false)
    expect(await page.locator('#rows > tr').count()).toBe(1)
    expect(await page.locator('#run').textContent()).toContain(clockOf(VIEW_NOW + 60_000))
    expect(await page.locator('#announcements').textContent()).toBe('The connection to udptool is back')
  })

  test('by keyboard: each part can be reached, with a visible focus; arrow keys move in the list and the pictures', async () => {
    const { page } = await shown()
    expect(await tabOrder(page)).toEqual([
      '☾ dark',
      'filter',
      'order',
      'edge.example:9000',
      'Slots of the last probes',
      'Round trips and loss of the last hour, ten seconds each',
      'events',
    ])
    await page.getByRole('button', { name: 'edge.example:9000' }).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.locator('#name', { hasText: '2001:db8::7' }).waitFor()
    expect(await page.locator('[aria-current=true]').allTextContents()).toEqual(['[2001:db8::7]:9000'])
    await page.keyboard.press('End')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('gone.example:9000')

    await page.locator('#slots').focus()
    await page.keyboard.press('End')
    const last = `${clockOf(VIEW_NOW - 250)} · waiting for the reply`
    expect(await page.locator('#slots').getAttribute('aria-valuetext')).toBe(last)
    expect(await page.locator('#slot').textContent()).toBe(last)
    await page.keyboard.press('ArrowLeft')
    expect(await page.locator('#slots').getAttribute('aria-valuetext')).toContain('lost, direction not known yet')
    await page.keyboard.press('Home')
    expect(await page.locator('#slots').getAttribute('aria-valuetext')).toMatch(/ · intact: every byte right · \d/u)

    await page.locator('.plots').focus()
    await page.keyboard.press('End')
    expect(await page.locator('.plots').getAttribute('aria-valuetext')).toMatch(
      /^\d\d:\d\d:\d0 · loss 0% \(0 of 10\) · round trip min .* p99 /u,
    )
    expect(await page.locator('.hour .readout').textContent()).toBe(
      await page.locator('.plots').getAttribute('aria-valuetext'),
    )
  })

  test('filter and order of the list', async () => {
    const { page } = await shown()
    const visible = async (): Promise<string[]> => await page.locator('#rows > tr:visible .name').allTextContents()
    await page.getByLabel('Filter').fill('berlin')
    expect(await visible()).toEqual(['edge.example:9000', 'core.example:9000'])
    await page.getByLabel('Filter').fill('berlin ecmp')
    expect(await visible()).toEqual(['core.example:9000'])
    await page.getByLabel('Filter').fill('tokyo')
    expect(await visible()).toEqual([])
    expect(await page.locator('#none').textContent()).toBe('No target matches the filter.')
    await page.getByLabel('Filter').fill('')
    await page.getByLabel('Order').selectOption('worst')
    expect((await visible()).slice(0, 3)).toEqual(['[2001:db8::7]:9000', 'core.example:9000', 'edge.example:9000'])
    await page.getByLabel('Order').selectOption('given')
    expect((await visible())[0]).toBe('edge.example:9000')
  })

  test.each([390, 1440])('fits a screen of %i pixels', async width => {
    const { page } = await shown(mixedView, { viewport: { width, height: 844 } })
    const scrollWidth = async (): Promise<number> => await page.evaluate(() => document.documentElement.scrollWidth)
    expect(await scrollWidth()).toBe(width)
    await page.getByRole('button', { name: 'core.example:9000' }).click()
    await page.locator('#name:visible', { hasText: 'core.example' }).waitFor()
    await page.locator('#flows tr').nth(5).waitFor()
    expect(await scrollWidth()).toBe(width)
    const tooWide = await page.evaluate(() =>
      Array.from(document.querySelectorAll('main *'))
        .filter(
          element => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== 'visible',
        )
        .map(({ tagName, className }) => `${tagName} ${className}`),
    )
    expect(tooWide).toEqual([])
  })

  test('a narrow screen shows the list or a target; the button, Escape and Back return to the list', async () => {
    const { page } = await shown(mixedView, { viewport: { width: 390, height: 844 } })
    const isOpen = async (): Promise<readonly boolean[]> => [
      await page.locator('#list').isVisible(),
      await page.locator('#detail').isVisible(),
    ]
    const core = page.getByRole('button', { name: 'core.example:9000' })
    expect(await isOpen()).toEqual([true, false])
    for (const leave of [
      async () => await page.getByRole('button', { name: 'all targets' }).click(),
      async () => await page.keyboard.press('Escape'),
      async () => await page.goBack(),
    ]) {
      await core.press('Enter')
      await page.locator('#detail:visible').waitFor()
      expect(await isOpen()).toEqual([false, true])
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('name')
      await leave()
      await page.locator('#list:visible').waitFor()
      expect(await isOpen()).toEqual([true, false])
      expect(await core.evaluate(button => button === document.activeElement)).toBe(true)
    }
  })

  test.each(['light', 'dark'] as const)(
    'has enough contrast when %s, and follows its own button',
    async colorScheme => {
      const { page } = await shown(mixedView, { colorScheme })
      const groups = ['whole', 'damaged', 'late', 'lost', 'not-sent']
      expect(await lowContrast(page, groups)).toEqual([])
      const background = async (): Promise<string> =>
        await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      const before = await background()
      await page.getByRole('button', { name: colorScheme === 'light' ? 'dark' : 'light' }).click()
      expect(await background()).not.toBe(before)
      expect(await lowContrast(page, groups)).toEqual([])
    },
  )

  test('has landmarks, headings in order, names of all controls, roles of the list, and unique ids', async () => {
    const { page } = await shown()
    for (const role of ['banner', 'main'] as const) expect(await page.getByRole(role).count()).toBe(1)
    const list = page.getByRole('table', { name: 'Targets' })
    expect(await list.getByRole('columnheader').allTextContents()).toContain('loss 1 min')
    expect(await list.getByRole('rowheader').count()).toBe(4)
    expect(await list.getByRole('img').count()).toBe(3)
    const faults = await page.evaluate(() => {
      const all = (selector: string): Element[] => Array.from(document.querySelectorAll(selector))
      const levels = all('h1, h2, h3, h4').map(({ tagName }) => Number(tagName[1]))
      const ids = all('[id]').map(({ id }) => id)
      return {
        headings: levels.filter((level, place) => level > (levels[place - 1] ?? 0) + 1),
        firsts: levels.filter(level => level === 1).length,
        nameless: all('button').filter(
          button => (button.getAttribute('aria-label') ?? button.textContent ?? '').trim() === '',
        ).length,
        unlabelled: all('input, select').filter(control => control.closest('label') === null).length,
        images: all('svg').filter(
          svg => svg.getAttribute('aria-hidden') !== 'true' && (svg.getAttribute('aria-label') ?? '') === '',
        ).length,
        cells: all('th').filter(cell => cell.getAttribute('scope') === null).length,
        captionless: all('table').filter(
          table => table.querySelector(':scope > caption') === null && table.getAttribute('aria-labelledby') === null,
        ).length,
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
      nameless: 0,
      unlabelled: 0,
      images: 0,
      cells: 0,
      captionless: 0,
      dangling: 0,
      twice: 0,
      language: 'en',
    })
  })

  test('nothing moves but data', async () => {
    const { page } = await shown(mixedView, { reducedMotion: 'reduce' })
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0)
    const moving = await page.evaluate(
      () =>
        Array.from(document.querySelectorAll('*')).filter(element => {
          const { animationName, transitionDuration } = getComputedStyle(element)
          return animationName !== 'none' || transitionDuration !== '0s'
        }).length,
    )
    expect(moving).toBe(0)
  })

  test('without scripts it names the address of its figures', async () => {
    const watch = await serveView(mixedView)
    onTestFinished(async () => await watch[Symbol.asyncDispose]())
    if (browser === undefined) throw new Error('Chromium was not started')
    const { page, errors } = await openUrl(browser, watch.url, { javaScriptEnabled: false })
    expect(await page.locator('noscript').textContent()).toContain('/targets')
    expect(errors).toEqual([])
    await page.context().close()
  })
})
