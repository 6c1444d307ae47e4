import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { requireTool } from '../helpers/tools.ts'

/** The name of the program in Debian. */
const CHROMIUM = 'chromium'
/** No network access by the browser itself, and no sandbox, which does not work as root. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Whether Chromium is installed. If not, prints the reason; with CI set, throws. */
export function requireBrowser(): boolean {
  return requireTool(CHROMIUM)
}

/** Starts Chromium without a window. */
export async function startBrowser(): Promise<Browser> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const executablePath = folders.map(folder => join(folder, CHROMIUM)).find(isExecutable)
  if (executablePath === undefined) throw new Error(`${CHROMIUM} is not on the PATH`)
  return await chromium.launch({ executablePath, args: ARGUMENTS, timeout: 100_000 })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** An open page, the URLs of its other requests, and its console messages and errors. */
export interface Opened {
  readonly page: Page
  readonly requests: readonly string[]
  readonly errors: readonly string[]
}

/** Opens a file in a context of its own. */
export async function open(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<Opened> {
  return await openUrl(browser, pathToFileURL(file).href, options)
}

/** Opens a URL in a context of its own. */
export async function openUrl(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })
  context.setDefaultTimeout(100_000)
  const page = await context.newPage()
  const requests: string[] = []
  const errors: string[] = []
  page.on('request', request => {
    if (request.url() !== url) requests.push(request.url())
  })
  page.on('console', message => errors.push(message.text()))
  page.on('pageerror', error => errors.push(error.message))
  await page.goto(url)
  return { page, requests, errors }
}
