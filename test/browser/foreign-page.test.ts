import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { SECOND } from '../../src/base/nanos.ts'
import { startHttp } from '../../src/http/server.ts'
import { openUrl, requireBrowser, startBrowser } from './chromium.ts'

const usable = requireBrowser()
let browser: Browser | undefined

beforeAll(async () => {
  if (usable) browser = await startBrowser()
})

afterAll(async () => await browser?.close())

/** The URL of a page that is served from a port of its own. */
async function servePage(body: string): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `:${(server.address() as AddressInfo).port}/`
}

// `localhost` is another site than 127.0.0.1, and another port of 127.0.0.1 is another origin of the same site.
test.runIf(usable).each(['http://localhost', 'http://127.0.0.1'])(
  'a page of %s reaches no route of a server on 127.0.0.1, except by a link',
  async site => {
    const reached: string[] = []
    const refused = new Map<string, number>()
    const names = ['img', 'script', 'frame', 'style', 'object', 'fetch', 'form', 'link']
    const server = await startHttp(
      {
        listen: [{ host: '127.0.0.1', port: 0 }],
        maxConnections: 50,
        headerTime: 60 * SECOND,
        onRefused: ({ path, status }) => refused.set(path, status),
      },
      names.map(name => ({
        path: `/${name}`,
        methods: ['GET', 'POST'],
        answer: () => {
          reached.push(name)
          return { type: 'text/html', body: '<title>reached</title>' }
        },
      })),
    )
    onTestFinished(async () => await server.close())
    const at = `http://127.0.0.1:${server.addresses[0].port}`
    const url = await servePage(
      [
        `<img src="${at}/img"><script src="${at}/script"></script><iframe src="${at}/frame"></iframe>`,
        `<link rel=stylesheet href="${at}/style"><object data="${at}/object"></object>`,
        `<form method=post action="${at}/form"></form><a href="${at}/link">link</a>`,
      ].join(''),
    )
    if (browser === undefined) throw new Error('Chromium was not started')
    const { page } = await openUrl(browser, site + url)
    onTestFinished(async () => await page.context().close())
    await page.evaluate(`fetch('${at}/fetch', { method: 'POST', mode: 'no-cors' }).catch(() => {})`)
    await Promise.all([page.waitForURL(`${at}/form`), page.evaluate('document.forms[0].submit()')])
    for (const name of names.slice(0, -1)) expect([name, refused.get(`/${name}`)]).toEqual([name, 403])
    expect(reached).toEqual([])
    await page.goto(site + url)
    await page.click('a')
    await page.waitForFunction('document.title === "reached"')
    expect(reached).toEqual(['link'])
  },
)
