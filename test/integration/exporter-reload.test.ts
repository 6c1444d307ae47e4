import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scrape, startExporter, valueOf, type ScrapedSample } from '../helpers/exporter.ts'
import { exchange, get } from '../helpers/raw-http.ts'
import { startRelay } from '../helpers/relay.ts'
import { temporaryFolder, untilUdpSockets } from '../helpers/tools.ts'
import { HOSTED, startServe, startUdptool } from '../helpers/udptool.ts'

const SUCCESSFUL = 'udptool_exporter_config_last_reload_successful'
const SUCCESS_TIME = 'udptool_exporter_config_last_reload_success_timestamp_seconds'

const MODULES = { fast: { size: 64, interval: '50ms', timeout: '500ms' } }

function configOf(...targets: readonly string[]): object {
  return { modules: MODULES, groups: [{ module: 'fast', targets, labels: { site: 'fra' } }] }
}

/** Writes a file at once, as editors and configuration managers do. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

async function reload(port: number, method = 'POST'): Promise<readonly [number, string]> {
  const { status, body } = await exchange(port, get('/-/reload', {}, method))
  return [status, body]
}

interface Row {
  readonly target: string
  readonly inFlight: number
  readonly ledger: { readonly scheduled: number }
}

async function rowsOf(port: number): Promise<ReadonlyMap<string, Row>> {
  const { targets } = JSON.parse((await exchange(port, get('/targets'))).body) as { readonly targets: readonly Row[] }
  return new Map(targets.map(row => [row.target, row]))
}

/** Probes of a target, once there are as many. */
async function untilScheduled(port: number, target: string, least: number): Promise<number> {
  for (;;) {
    const scheduled = (await rowsOf(port)).get(target)?.ledger.scheduled ?? 0
    if (scheduled >= least) return scheduled
  }
}

function targetsIn(samples: readonly ScrapedSample[]): ReadonlySet<string | undefined> {
  return new Set(samples.flatMap(({ labels }) => (labels['target'] === undefined ? [] : [labels['target']])))
}

test('targets that stay keep their socket and counters, others come and go at once', async () => {
  await using server = await startServe([], HOSTED)
  await using kept = await startRelay(server.at)
  await using removed = await startRelay(server.at)
  await using added = await startRelay(server.at)
  const { child, port, file } = await startExporter(configOf(kept.at, removed.at))
  const before = await untilScheduled(port, kept.at, 10)
  await untilScheduled(port, removed.at, 10)
  replace(file, JSON.stringify(configOf(added.at, kept.at)))
  expect(await reload(port, 'PUT')).toEqual([200, 'Reloaded\n'])
  const samples = await scrape(port)
  expect(targetsIn(samples)).toEqual(new Set([kept.at, added.at]))
  const rows = await rowsOf(port)
  expect([...rows.keys()]).toEqual([added.at, kept.at])
  expect(rows.get(kept.at)?.ledger.scheduled).toBeGreaterThanOrEqual(before)
  await untilUdpSockets(child.pid, 2)
  const removedTruth = await removed.stop()
  await untilScheduled(port, added.at, 10)
  await untilScheduled(port, kept.at, before + 10)
  child.signal('SIGTERM')
  expect((await child.finished).code).toBe(0)
  expect(removedTruth.clients).toBe(1)
  const truth = await kept.stop()
  // One source port from the start to the end, and a probe for each that the exporter counted.
  expect(truth.clients).toBe(1)
  expect(truth.up.seen).toBeGreaterThanOrEqual(before)
})

test('another module or label is another target', async () => {
  await using server = await startServe([], HOSTED)
  await using relay = await startRelay(server.at)
  const { port, file, child } = await startExporter(configOf(relay.at))
  await untilScheduled(port, relay.at, 10)
  const { groups } = configOf(relay.at) as { readonly groups: readonly object[] }
  replace(file, JSON.stringify({ modules: { fast: { ...MODULES.fast, size: 65 } }, groups }))
  expect(await reload(port)).toEqual([200, 'Reloaded\n'])
  await untilScheduled(port, relay.at, 2)
  await untilUdpSockets(child.pid, 1)
  child.signal('SIGTERM')
  await child.finished
  expect((await relay.stop()).clients).toBe(2)
})

test('a file with a mistake, or without a file, is 500, and everything goes on as before', async () => {
  await using server = await startServe([], HOSTED)
  const { port, file, child } = await startExporter(configOf(server.at))
  const started = await scrape(port)
  expect(valueOf(started, SUCCESSFUL)).toBe(1)
  const config = (await exchange(port, get('/config'))).body
  const broken = 'groups:\n  - modul: fast\n'
  replace(file, broken)
  const [status, body] = await reload(port)
  expect(status).toBe(500)
  expect(body).toContain(`${file}:2:5: there is no key "modul"`)
  expect(body).toContain('did you mean module?')
  const failed = await scrape(port)
  expect(valueOf(failed, SUCCESSFUL)).toBe(0)
  expect(valueOf(failed, SUCCESS_TIME)).toBe(valueOf(started, SUCCESS_TIME))
  expect(targetsIn(failed)).toEqual(new Set([server.at]))
  expect((await exchange(port, get('/config'))).body).toBe(config)
  expect((await exchange(port, get('/'))).body).toContain('modul')
  await child.waitFor('stderr', /level=error msg="configuration not reloaded, the old one stays" reason=.*modul/u)
  rmSync(file)
  expect((await reload(port))[0]).toBe(500)
  replace(file, JSON.stringify(configOf(server.at)))
  expect(await reload(port)).toEqual([200, 'Reloaded\n'])
  const fixed = await scrape(port)
  expect(valueOf(fixed, SUCCESSFUL)).toBe(1)
  expect(valueOf(fixed, SUCCESS_TIME)).toBeGreaterThan(valueOf(started, SUCCESS_TIME) ?? Infinity)
})

test('SIGHUP reloads, and a broken file does not end the exporter', async () => {
  await using server = await startServe([], HOSTED)
  const { port, file, child } = await startExporter(configOf(server.at))
  replace(file, 'groups: 3\n')
  child.signal('SIGHUP')
  await child.waitFor('stderr', /configuration not reloaded/u)
  expect((await exchange(port, get('/-/healthy'))).status).toBe(200)
  replace(file, JSON.stringify(configOf(server.at, '127.0.0.1:9')))
  child.signal('SIGHUP')
  await child.waitFor('stderr', /configuration reloaded/u)
  expect(targetsIn(await scrape(port))).toEqual(new Set([server.at, '127.0.0.1:9']))
  child.signal('SIGTERM')
  expect((await child.finished).code).toBe(0)
})

test('many reloads at once all succeed, one after the other', async () => {
  const { port, child } = await startExporter(configOf('127.0.0.1:9'))
  const answers = await Promise.all(Array.from({ length: 20 }, async () => reload(port)))
  expect(answers).toEqual(Array.from({ length: 20 }, () => [200, 'Reloaded\n']))
  await untilUdpSockets(child.pid, 1)
})

test('too many targets are 500', async () => {
  const { port, file } = await startExporter(configOf('127.0.0.1:9'), {}, '--max-targets', '2')
  replace(file, JSON.stringify(configOf('127.0.0.1:7', '127.0.0.1:8', '127.0.0.1:9')))
  const [status, body] = await reload(port)
  expect(status).toBe(500)
  expect(body).toContain('--max-targets 3')
  expect(targetsIn(await scrape(port))).toEqual(new Set(['127.0.0.1:9']))
})

test('a configuration that is a program is run again after it has changed', async () => {
  const file = join(temporaryFolder(), 'udptool.mjs')
  const program = (...targets: readonly string[]): string =>
    `export default { groups: [{ targets: ${JSON.stringify(targets)} }] }\n`
  writeFileSync(file, program('127.0.0.1:7'))
  const args = ['exporter', '--config.file', file, '--web.listen-address', '127.0.0.1:0']
  await using child = startUdptool(args)
  const [, port = ''] = await child.waitFor('stdout', /^listening http 127\.0\.0\.1:(\d+) /mu)
  replace(file, program('127.0.0.1:8', '127.0.0.1:9'))
  expect(await reload(Number(port))).toEqual([200, 'Reloaded\n'])
  expect(targetsIn(await scrape(Number(port)))).toEqual(new Set(['127.0.0.1:8', '127.0.0.1:9']))
})
