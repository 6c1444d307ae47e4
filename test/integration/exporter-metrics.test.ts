import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { FATES } from '../../src/ledger/fate.ts'
import { ROOT } from '../helpers/child.ts'
import { METRICS } from '../helpers/exporter-contract.ts'
import { readExposition, type ReadSample } from '../helpers/exposition.ts'
import { onCleanup, shared } from '../helpers/lifetime.ts'
import { Prometheus } from '../helpers/prometheus.ts'
import { checkMetrics, promtool, writtenYaml } from '../helpers/promtool.ts'
import { exchange, get } from '../helpers/raw-http.ts'
import { readReport } from '../helpers/report-readers.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { startServe, startUdptool } from '../helpers/udptool.ts'

/** What may break a label: quotes, escapes, line breaks, characters that control a terminal or turn the direction of text. */
const HOSTILE = 'a"b\\c\\n\nd\u001B[31m\u202Ee\r\t{f="g"} 1 # ü\u{1F600}'

/** An exporter with a target of each kind, and a scrape in which everything was observed. */
const observed = shared(async () => {
  const server = await startServe()
  const file = join(temporaryFolder(), 'exporter.json')
  const modules = {
    small: { size: 128, interval: '50ms', timeout: '200ms', oneWay: true },
    flows: { interval: '200ms', timeout: '200ms', flows: 2, perFlow: true },
    mtu: { run: 'mtu', interval: '10m' },
    sizes: { run: 'sweep', sizes: [64, 1472], interval: '10m' },
  }
  const groups = [{ module: ['small', 'flows', 'mtu', 'sizes'], targets: [server.at], labels: { hostile: HOSTILE } }]
  writeFileSync(file, JSON.stringify({ modules, groups }))
  const child = startUdptool(['exporter', '--config.file', file, '--web.listen-address', '127.0.0.1:0'])
  onCleanup(async () => await child[Symbol.asyncDispose]())
  const [, port = ''] = await child.waitFor('stdout', /^listening http 127\.0\.0\.1:(\d+) /m)
  const first = await scrape(Number(port))
  for (;;) {
    const text = await scrape(Number(port))
    const found = (name: string): number => readExposition(text).find(sample => sample.name === name)?.value ?? 0
    const wanted = ['one_way_seconds_count', 'rtt_seconds_count'].map(name => `udptool_probe_${name}`)
    if ([...wanted, 'udptool_path_mtu_bytes', 'udptool_max_intact_size_bytes'].every(name => found(name) > 0))
      return { first, text, at: `127.0.0.1:${port}` }
    await pause(250)
  }
})

async function scrape(port: number): Promise<string> {
  const { status, headers, body } = await exchange(port, get('/metrics'))
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  return Buffer.from(body, 'latin1').toString()
}

test('promtool has nothing to say about a scrape, at the start and later', async () => {
  if (!requireTool('promtool')) return
  for (const text of [observed().first, observed().text])
    expect(await checkMetrics(text)).toMatchObject({ code: 0, stdout: '', stderr: '' })
})

test('promtool accepts the queries of the docs', async () => {
  if (!requireTool('promtool')) return
  const page = readFileSync(`${ROOT}docs/exporter.md`, 'utf8')
  const queries = Array.from(page.matchAll(/^```promql\n(.*?)^```$/gmsu), ([, query = '']) => query)
  expect(queries.length).toBeGreaterThan(8)
  const rules = queries.map((expr, n) => ({ record: `docs:query:${n}`, expr }))
  const { code, stderr } = await promtool(['check', 'rules', writtenYaml({ groups: [{ name: 'docs', rules }] })])
  expect([code, stderr]).toEqual([0, ''])
})

test('names, types and labels are those of the dashboard, the rules and the docs', () => {
  // No reply was truncated, and a rate needs more than a minute.
  const unobserved = ['udptool_probe_cut_bytes', 'udptool_clock_skew_ratio']
  const own = (samples: readonly ReadSample[]): readonly string[] =>
    [...new Set(samples.filter(({ family }) => family.startsWith('udptool_')).map(shapeOf))].toSorted()
  const expected = own(readExposition(METRICS)).filter(shape => !unobserved.some(name => shape.startsWith(name)))
  expect(
    own(readExposition(observed().text)).filter(shape => !unobserved.some(name => shape.startsWith(name))),
  ).toEqual(expected)
})

/** Name, type and labels of a sample, without those that only some targets have. */
function shapeOf({ name, type, labels }: ReadSample): string {
  const names = Object.keys(labels).filter(label => label !== 'hostile' && label !== 'flow')
  return `${name} ${type} ${names.toSorted().join()}`
}

test('other readers get hostile labels back as they were configured', async () => {
  const { samples } = await readReport<{
    readonly samples: readonly { readonly labels: Readonly<Record<string, string>> }[]
  }>('prometheus', observed().text)
  const values = samples.flatMap(({ labels }) => labels['hostile'] ?? [])
  expect(values.length).toBeGreaterThan(100)
  expect(new Set(values)).toEqual(new Set([HOSTILE]))
})

test('Prometheus stores hostile labels as they were configured', async () => {
  if (!requireTool('prometheus')) return
  const jobs = [{ job_name: 'udptool', static_configs: [{ targets: [observed().at] }] }]
  const prometheus = await Prometheus.start(jobs)
  const series = await prometheus.until('udptool_probe_in_flight', values => values.length === 3)
  // A target with the sum of its flows, and one with two series.
  expect(series.map(({ metric }) => metric['hostile'])).toEqual([HOSTILE, HOSTILE, HOSTILE])
})

test('each counter of a target is there from the first scrape on', () => {
  const counters = (text: string): readonly string[] =>
    readExposition(text)
      .filter(({ type, labels }) => type === 'counter' && 'target' in labels)
      .map(({ name, labels }) => JSON.stringify([name, labels]))
  expect(counters(observed().first)).toEqual(counters(observed().text))
  const fates = readExposition(observed().first).filter(({ name }) => name === 'udptool_probe_fates_total')
  // One target with the sum of its flows, and one with two series.
  expect(fates.map(({ labels }) => labels['fate'])).toEqual([...FATES, ...FATES, ...FATES])
})
