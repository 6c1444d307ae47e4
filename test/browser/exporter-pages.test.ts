import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashSync } from 'bcryptjs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startServe, startUdptool } from '../helpers/udptool.ts'
import { openUrl, requireBrowser, startBrowser } from './chromium.ts'

const usable = requireBrowser()
let browser: Browser | undefined

beforeAll(async () => {
  if (usable) browser = await startBrowser()
})

afterAll(async () => await browser?.close())

/** The pages of a running exporter whose file `write` replaces. */
async function startExporter(
  config: string,
  ...flags: readonly string[]
): Promise<{ readonly url: string; readonly write: (config: string) => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'udptool-pages-'))
  onTestFinished(async () => await rm(folder, { recursive: true }))
  const file = join(folder, 'exporter.yml')
  const write = (text: string): void => writeFileSync(file, text)
  write(config)
  const exporter = startUdptool(
    [
      'exporter',
      '--config.file',
      file,
      '--web.listen-address',
      '127.0.0.1:0',
      '--web.route-prefix',
      '/udptool',
      ...flags,
    ],
    { timeoutSeconds: 110 },
  )
  onTestFinished(async () => await exporter[Symbol.asyncDispose]())
  const [, address = ''] = await exporter.waitFor('stdout', /^listening http (\S+) /mu)
  return { url: `http://${address}/udptool/`, write }
}

describe.skipIf(!usable)('the pages of an exporter in Chromium', () => {
  test('a probe of the form has its log; a target opens in the live view, and leaves it when it is removed', async () => {
    if (browser === undefined) throw new Error('Chromium was not started')
    await using server = await startServe([])
    const groups = (...targets: readonly string[]): string => `
modules:
  small: { size: [64, 1200], interval: 200ms, timeout: 500ms }
  once: { size: 128, count: 3, interval: 20ms, timeout: 10s }
groups:
  - module: small
    targets: [${targets.map(target => `'${target}'`).join(', ')}]
    labels: { note: '<script>alert(1)</script>' }
`
    const { url, write } = await startExporter(groups(server.at, '127.0.0.1:9'))
    const { page, requests, errors } = await openUrl(browser, url, { viewport: { width: 1440, height: 900 } })
    onTestFinished(async () => await page.context().close())
    expect(requests).toEqual([])
    expect(await page.locator('.targets .name').count()).toBe(4)
    expect(await page.locator('.targets .label').first().textContent()).toBe('note=<script>alert(1)</script>')

    const form = page.getByRole('form', { name: 'Probe once' })
    await form.getByLabel('Target').fill(server.at)
    await form.getByLabel('Module').selectOption('once')
    await form.getByRole('button', { name: 'log' }).click()
    await page.waitForURL('**/probe?*')
    const answer = await page.textContent('body')
    expect(answer).toContain('probe_success 1')
    await page.goto(url)
    const run = page.locator('.probes tbody tr')
    expect(await run.locator('.name').textContent()).toBe(server.at)
    expect(await run.locator('.outcome').textContent()).toBe('✓ success')
    await run.getByRole('link').click()
    await page.waitForURL('**/logs?*')
    expect(await page.textContent('body')).toBe(answer)
    for (const path of ['config', 'metrics', 'targets']) {
      await page.goto(`${url}${path}`)
      expect(await page.textContent('body')).toContain(server.at)
    }

    await page.goto(url)
    const row = page.locator('.targets tr', { hasText: server.at }).filter({ hasText: '1200 B' })
    await row.getByRole('link').click()
    await page.locator('#facts', { hasText: '1200 B each' }).waitFor()
    expect(await page.locator('#name').textContent()).toBe(server.at)
    expect(await page.locator('#rows .name').count()).toBe(4)
    await page.locator('#rows .minute b', { hasText: '0%' }).first().waitFor()
    write(groups('127.0.0.1:9'))
    expect((await page.request.post(`${url}-/reload`)).status()).toBe(200)
    await page.locator('#gone:visible').waitFor()
    expect(await page.locator('#gone').textContent()).toBe(`${server.at} is not a target any more.`)
    expect(await page.locator('#rows .name').allTextContents()).toEqual(['127.0.0.1:9', '127.0.0.1:9'])
    expect(new Set(requests.map(request => new URL(request).origin))).toEqual(new Set([new URL(url).origin]))
    expect(requests.filter(request => !request.startsWith(url))).toEqual([])
    expect(errors).toEqual([])
  })

  test('with a password, the page, its form and the events of the live view work', async () => {
    if (browser === undefined) throw new Error('Chromium was not started')
    await using server = await startServe([])
    const folder = mkdtempSync(join(tmpdir(), 'udptool-pages-'))
    onTestFinished(async () => await rm(folder, { recursive: true }))
    const file = join(folder, 'web.yml')
    writeFileSync(file, `basic_auth_users: { ada: '${hashSync('lovelace', 4)}' }\n`)
    const { url } = await startExporter(
      `{ modules: { m: { interval: 200ms } }, groups: [{ module: m, targets: ['${server.at}'] }] }`,
      '--web.config.file',
      file,
    )
    expect((await fetch(url)).status).toBe(401)
    const { page, errors } = await openUrl(browser, url, {
      httpCredentials: { username: 'ada', password: 'lovelace' },
    })
    onTestFinished(async () => await page.context().close())
    await page.getByRole('link', { name: server.at }).click()
    await page.locator('#rows .name', { hasText: server.at }).waitFor()
    await page.locator('#name', { hasText: server.at }).waitFor()
    expect(await page.title()).toContain('udptool exporter')
    await page.getByRole('link', { name: 'udptool exporter' }).click()
    await page.waitForURL(url)
    await page.locator('input[name=target]').fill('not.allowed:9000')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/probe?*')
    expect(await page.textContent('body')).toContain('not.allowed:9000')
    expect(errors.filter(error => !error.includes('403'))).toEqual([])
  })
})
