import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { requireTool } from '../helpers/tools.ts'

/** Debian's name for it. */
const CHROMIUM = 'chromium'
/** It may not ask anybody for anything by itself; as root it has no sandbox. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Whether Chromium is there. Where it is not, says so aloud; with CI set that is a failure. */
export function requireBrowser(): boolean {
  return requireTool(CHROMIUM)
}

/** Starts Chromium without a window. */
export async function startBrowser(): Promise<Browser> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const executablePath = folders.map(folder => join(folder, CHROMIUM)).find(isExecutable)
  if (executablePath === undefined) throw new Error(`${CHROMIUM} is not on the PATH`)
  return await chromium.launch({ executablePath, args: ARGUMENTS })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A page that was opened from a file, what it asked for besides, and what it complained about. */
export interface Opened {
  readonly page: Page
  readonly requests: readonly string[]
  readonly complaints: readonly string[]
}

/** Opens a file in a context of its own. */
export async function open(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })
  const page = await context.newPage()
  const url = pathToFileURL(file).href
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', request => {
    if (request.url() !== url) requests.push(request.url())
  })
  page.on('console', message => complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(url)
  return { page, requests, complaints }
}
