import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Child } from '../helpers/child.ts'
import { readEvents } from '../helpers/events.ts'
import { exchange, get, open } from '../helpers/raw-http.ts'
import { startRelay } from '../helpers/relay.ts'
import { runHosted, startServe, startUdptool } from '../helpers/udptool.ts'

interface Row {
  readonly target: string
  readonly module: string
  readonly labels: Readonly<Record<string, string>>
  readonly address?: string
  readonly lastFate?: string
  readonly inFlight: number
  readonly ledger: { readonly scheduled: number; readonly fates: Readonly<Record<string, number>> }
}

async function startWatch(...args: readonly string[]): Promise<{ readonly child: Child; readonly port: number }> {
  const child = startUdptool(['watch', ...args, '--web', '127.0.0.1:0'], { timeoutSeconds: 110 })
  onTestFinished(async () => await child[Symbol.asyncDispose]())
  const [, port = ''] = await child.waitFor('stdout', /^listening http 127\.0\.0\.1:(\d+) targets=\d+ engine=\w+$/m)
  return { child, port: Number(port) }
}

async function targetsOf(port: number): Promise<readonly Row[]> {
  const { status, body } = await exchange(port, get('/targets'))
  expect(status).toBe(200)
  return (JSON.parse(body) as { targets: readonly Row[] }).targets
}

/** Counts by fate, as Prometheus gets them. */
async function fatesOf(port: number): Promise<Readonly<Record<string, number>>> {
  const { status, headers, body } = await exchange(port, get('/metrics'))
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  const lines = body.matchAll(/^udptool_probe_fates_total\{.*fate="(\w+)"\} (\d+)$/gm)
  return Object.fromEntries(Array.from(lines, ([, fate = '', count]) => [fate, Number(count)]))
}

/** Σ fates + inFlight = scheduled. */
function expectSum({ inFlight, ledger }: Row): void {
  expect(Object.values(ledger.fates).reduce((sum, count) => sum + count, inFlight)).toBe(ledger.scheduled)
}

test('/targets, /events and /metrics have the same counts, whose sums are right at every moment, and losses of the relay', async () => {
  await using server = await startServe([])
  await using relay = await startRelay(server.at, '--up', 'drop=every:5')
  const { child, port } = await startWatch(relay.at, '--interval', '50ms', '--timeout', '1s')
  const viewer = await open(port)
  let text = ''
  viewer.setEncoding('utf8').on('data', (data: string) => (text += data))
  // HTTP/1.0 has no chunks.
  viewer.write('GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n')
  const rows: Row[] = []
  do {
    const [row] = await targetsOf(port)
    if (row !== undefined) rows.push(row)
    await once(viewer, 'data')
  } while ((rows.at(-1)?.ledger.fates['intact'] ?? 0) === 0)
  const scrapes = [await fatesOf(port), (await targetsOf(port))[0]?.ledger.fates ?? {}, await fatesOf(port)]
  child.signal('SIGINT')
  await once(viewer, 'close')
  const { code } = await child.finished
  expect(code).toBe(0)
  const events = readEvents(text.split('\r\n\r\n').slice(1).join('\r\n\r\n'))
  const sent = events.filter(({ name }) => name === 'message').map(({ data }) => data as Row)
  expect(new Set(events.map(({ name }) => name))).toEqual(new Set(['message', 'live']))
  expect(sent.length).toBeGreaterThan(5)
  for (const row of [...rows, ...sent]) {
    expect(row).toMatchObject({ target: relay.at, module: 'default', labels: {}, address: relay.at })
    expectSum(row)
    const { scheduled, fates } = row.ledger
    expect(Object.keys(fates)).toHaveLength(12)
    const final = scheduled - row.inFlight
    expect((fates['lostForward'] ?? 0) + (fates['lostUnknown'] ?? 0)).toBe(Math.floor(final / 5))
  }
  // Counters only grow, so the figures of the same moment are between those of two scrapes.
  for (const fate of Object.keys(scrapes[1] ?? {})) {
    const counts = scrapes.map(scrape => scrape[fate] ?? -1)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
  }
  expect(scrapes[0]?.['intact']).toBeGreaterThan(0)
  const { up } = await relay.stop()
  expect(up.dropped).toBe(Math.floor(up.seen / 5))
  expect(rows.at(-1)?.ledger.scheduled).toBeLessThanOrEqual(up.seen)
})

test('--port-file has the port; a second page on it is refused with the way out', async () => {
  await using server = await startServe([])
  const folder = mkdtempSync(join(tmpdir(), 'udptool-watch-'))
  onTestFinished(async () => await rm(folder, { recursive: true }))
  const file = join(folder, 'port')
  const { child, port } = await startWatch(server.at, '--port-file', file)
  expect(readFileSync(file, 'utf8')).toBe(`${port}\n`)
  const second = await runHosted(['watch', server.at, '--web', `127.0.0.1:${port}`])
  expect(second.code).toBe(3)
  expect(second.stderr).toContain(`127.0.0.1:${port}`)
  expect(second.stderr).toContain('--web 127.0.0.1:0')
  child.signal('SIGINT')
  await child.finished
})

test('an address that other hosts can reach needs --public', async () => {
  const { code, stderr } = await runHosted(['watch', '127.0.0.1:9', '--web', '0.0.0.0:0'])
  expect(code).toBe(2)
  expect(stderr).toContain('--public')
})

test('a foreign Host and a foreign Origin are refused', async () => {
  await using server = await startServe([])
  const { child, port } = await startWatch(server.at)
  for (const path of ['/', '/targets', '/events']) {
    expect((await exchange(port, get(path, { Host: `rebound.example:${port}` }))).status).toBe(403)
    expect((await exchange(port, get(path, { Origin: 'http://other.example' }))).status).toBe(403)
  }
  expect((await exchange(port, get('/', { Host: `localhost:${port}` }))).status).toBe(200)
  expect((await exchange(port, get('/-/healthy'))).body).toBe('Healthy\n')
  child.signal('SIGINT')
  await child.finished
})
