import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startPeer, type EchoTruth, type Peer } from '../helpers/peers.ts'
import { startRelay, type RelayTruth } from '../helpers/relay.ts'
import { startServe, startUdptool } from '../helpers/udptool.ts'
import type { Child } from '../helpers/child.ts'
import { openUrl, type Opened, requireBrowser, startBrowser } from './chromium.ts'

const usable = requireBrowser()
let browser: Browser | undefined

beforeAll(async () => {
  if (usable) browser = await startBrowser()
})

afterAll(async () => await browser?.close())

interface Watching {
  readonly child: Child
  readonly url: string
}

/** Starts `udptool watch … --web 127.0.0.1:0` and waits for its ready line. */
async function startWatch(...args: readonly string[]): Promise<Watching> {
  const child = startUdptool(['watch', ...args, '--web', '127.0.0.1:0'], { timeoutSeconds: 120 })
  onTestFinished(async () => await child[Symbol.asyncDispose]())
  const ready = /^(?:listening http \S+:|\{"event":"listening".*"port":)(\d+)/m
  const [, port = ''] = await child.waitFor('stdout', ready)
  return { child, url: `http://127.0.0.1:${port}/` }
}

async function opened(url: string): Promise<Opened> {
  if (browser === undefined) throw new Error('Chromium was not started')
  const one = await openUrl(browser, url)
  onTestFinished(async () => await one.page.context().close())
  await one.page.locator('#ledger tr').first().waitFor({ state: 'attached' })
  return one
}

/** What the page shows of the selected target at one moment. */
interface ShownTarget {
  readonly states: readonly string[]
  readonly ledger: Readonly<Record<string, number>>
  /** Lost and settled probes since the start. */
  readonly sinceStart: readonly number[]
}

async function readTarget(page: Page): Promise<ShownTarget> {
  return await page.evaluate(() => {
    const strip = document.querySelector<SVGElement>('#slots .strip')
    const rows = Array.from(document.querySelectorAll<HTMLElement>('#ledger tr'))
    const figure = Array.from(document.querySelectorAll('#figures > div')).find(({ textContent }) =>
      textContent.startsWith('Loss since start'),
    )
    return {
      states: (strip?.dataset['states'] ?? '').split(' '),
      ledger: Object.fromEntries(
        rows.map(row => [row.dataset['row'] ?? '', Number((row.children[2]?.textContent ?? '').replaceAll(',', ''))]),
      ),
      sinceStart: (figure?.querySelector('small')?.textContent?.match(/[\d,]+/gu) ?? []).map(text =>
        Number(text.replaceAll(',', '')),
      ),
    }
  })
}

/**
 * Whether the relay dropped each probe, in the order in which they came to it. The order of the runs is that of the text: a run number without
 * letters would be the first key of an object.
 */
async function droppedInOrder(relay: Peer<RelayTruth>): Promise<readonly boolean[]> {
  const { runs } = await relay.stop()
  const { stdout } = await relay.child.finished
  const order = Array.from(stdout.matchAll(/"([\dA-F]{8})": \{"order"/g), ([, run = '']) => runs[run])
  expect(order).toHaveLength(Object.keys(runs).length)
  return order.flatMap(run => Object.values(run?.probes ?? {}).map(({ up }) => up.includes('drop')))
}

function dropped(record: readonly boolean[], count: number): number {
  return record.slice(0, count).filter(isDropped => isDropped).length
}

describe.skipIf(!usable)('the page of udptool watch', () => {
  test('shows what a relay recorded that dropped every fifth probe', async () => {
    await using server = await startServe([])
    await using relay = await startRelay(server.at, '--up', 'drop=every:5')
    const { child, url } = await startWatch(relay.at, '--interval', '200ms', '--timeout', '2s')
    const { page, errors, requests } = await opened(url)
    const shown: ShownTarget[] = []
    // Losses of two epochs are final, and some are not.
    while ((shown.at(-1)?.ledger['lostForward'] ?? 0) < 20) {
      shown.push(await readTarget(page))
      await page.locator('#ledger').evaluate(
        async (ledger, before) =>
          await new Promise<void>(resolve => {
            if (ledger.textContent !== before) resolve()
            else new MutationObserver(() => resolve()).observe(ledger, { childList: true })
          }),
        await page.locator('#ledger').textContent(),
      )
    }
    // Once the process has ended, the page reports that it cannot connect again.
    expect(errors).toEqual([])
    child.signal('SIGINT')
    const { code } = await child.finished
    expect(code).toBe(0)
    const record = await droppedInOrder(relay)
    for (const { states, ledger, sinceStart } of shown) {
      const { scheduled = 0, lost = 0, intact = 0, late = 0, lostForward = 0, lostUnknown = 0 } = ledger
      const final = scheduled - lost - (ledger['in flight'] ?? 0)
      expect(lostForward + lostUnknown).toBe(dropped(record, final))
      expect(intact + late).toBe(final - dropped(record, final))
      expect(sinceStart[0]).toBe(lostForward + lostUnknown + lost)
      const sent = states.filter(state => state !== 'missed' && state !== '')
      const first = scheduled - sent.length
      sent.forEach((state, place) => {
        const possible = record[first + place] === true ? ['lostForward', 'lostUnknown', 'lost'] : ['intact', 'late']
        expect([...possible, 'waiting'], `probe ${first + place}`).toContain(state)
      })
    }
    const all = shown.flatMap(({ states }) => states)
    for (const state of ['intact', 'waiting', 'lost', 'lostForward']) expect(all).toContain(state)
    expect(requests.filter(one => !one.startsWith(url))).toEqual([])
  })

  test('says so when the process is suspended, and shows later that it was', async () => {
    await using server = await startServe([])
    const { child, url } = await startWatch(server.at, '--interval', '100ms')
    const { page } = await opened(url)
    await page.locator('#state', { hasText: 'live' }).waitFor()
    child.signal('SIGSTOP')
    try {
      await page.locator('#stale:visible').waitFor()
      expect(await page.locator('#stale').textContent()).toMatch(/as of \d\d:\d\d:\d\d/)
    } finally {
      child.signal('SIGCONT')
    }
    await page.locator('#state', { hasText: 'live' }).waitFor()
    expect(await page.locator('#stale').isVisible()).toBe(false)
    await page.locator('#events li', { hasText: 'this process did not run' }).waitFor()
    await page.locator('#beside', { hasText: /^Missed slots: [1-9]/ }).waitFor()
    child.signal('SIGINT')
    await child.finished
  })

  test('ten of them do not change the pace', async () => {
    await using echo = await startPeer<EchoTruth>('echo', [])
    const { child, url } = await startWatch(echo.at, '--interval', '2s', '--no-receipts', '--json')
    const pages: Page[] = []
    for (let n = 0; n < 10; n += 1) pages.push((await opened(url)).page)
    for (const page of pages) await page.locator('#rows .strip[data-states*="intact intact intact"]').waitFor()
    for (const page of pages) expect(await page.locator('#state').textContent()).toBe('live')
    child.signal('SIGINT')
    const { stdout } = await child.finished
    const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as {
      readonly event: string
      readonly targets: readonly { readonly ledger: { readonly scheduled: number; readonly missed: number } }[]
    }
    const { received } = await echo.stop()
    expect(summary.event).toBe('summary')
    expect(summary.targets[0]?.ledger.scheduled).toBe(received)
    // A probe is missed if this process is late by more than two seconds.
    expect(summary.targets[0]?.ledger.missed).toBe(0)
  })
})
