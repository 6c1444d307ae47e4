import { writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { expect, test } from 'vitest'
import { Prometheus, type Value } from '../helpers/prometheus.ts'
import { startEcho } from '../helpers/peers.ts'
import { startRelay, type RelayTruth } from '../helpers/relay.ts'
import { requireTool } from '../helpers/tools.ts'
import { startServe } from '../helpers/udptool.ts'
import { startExporter } from '../helpers/exporter.ts'
import type { Child } from '../helpers/child.ts'

const FATES = 'sum by (fate) (udptool_probe_fates_total)'

interface Exporter {
  readonly at: string
  readonly child: Child
  /** Writes another configuration and has it read. Returns the status of the answer. */
  reload(config: object): Promise<number>
}

async function started(config: object): Promise<Exporter> {
  const { child, port, file } = await startExporter(config)
  const at = `127.0.0.1:${port}`
  return {
    at,
    child,
    reload: async next => {
      writeFileSync(file, stringify(next))
      return (await fetch(`http://${at}/-/reload`, { method: 'POST' })).status
    },
  }
}

/** A scrape job of an exporter's own metrics. */
function job(at: string, name = 'udptool'): object {
  return { job_name: name, static_configs: [{ targets: [at] }] }
}

/** A scrape job of `/probe`, as docs/exporter.md has it. */
function probeJob(at: string, module: string, targets: readonly string[]): object {
  return {
    job_name: 'probe',
    metrics_path: '/probe',
    params: { module: [module] },
    // A run of twenty probes takes a second.
    scrape_interval: '5s',
    scrape_timeout: '5s',
    static_configs: [{ targets }],
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_target'], target_label: 'instance' },
      { target_label: '__address__', replacement: at },
    ],
  }
}

function byFate(values: readonly Value[]): Readonly<Record<string, number>> {
  return Object.fromEntries(values.map(({ metric, value }) => [metric['fate'], value]))
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** What the relay did with the probes of its first runs, as many as have this number of probes together. */
function recordOf({ runs }: RelayTruth, probes: number): Readonly<Record<string, number>> {
  const counted = { runs: 0, lostForward: 0, lostReturn: 0, intact: 0 }
  for (const run of Object.values(runs)) {
    if (counted.lostForward + counted.lostReturn + counted.intact === probes) break
    counted.runs += 1
    for (const { up, down } of Object.values(run.probes))
      if (up.includes('drop')) counted.lostForward += 1
      else if (down.includes('drop')) counted.lostReturn += 1
      else counted.intact += 1
  }
  return counted
}

const hasPrometheus = requireTool('prometheus')

test.runIf(hasPrometheus)('a real Prometheus has the loss by direction that the relay made', async () => {
  await using server = await startServe([])
  await using relay = await startRelay(server.at, '--up', 'drop=every:5', '--down', 'drop=every:7')
  const config = {
    modules: { fast: { interval: '100ms', size: 200 } },
    groups: [{ module: 'fast', targets: [relay.at], labels: { site: 'fra' } }],
  }
  const exporter = await started(config)
  const prometheus = await Prometheus.start([job(exporter.at)], { hasRules: true })
  // The fates of two epochs of ten seconds.
  const fates = byFate(await prometheus.until(FATES, values => total(byFate(values)) > 150))
  const [series] = await prometheus.query('udptool_probe_fates_total{fate="lostForward"}')
  expect(series?.metric).toMatchObject({
    target: relay.at,
    module: 'fast',
    site: 'fra',
    job: 'udptool',
    instance: exporter.at,
  })
  // Every series is there from the first scrape on: the first loss is an increase from 0.
  expect(await prometheus.query('count(min_over_time(udptool_probe_fates_total[10m]) == 0)')).toMatchObject([
    { value: 12 },
  ])
  const replies = byFate(
    await prometheus.query(
      `${FATES} or label_replace(sum(udptool_probe_rtt_seconds_count), "fate", "replies", "", "")`,
    ),
  )
  expect(replies['replies']).toBeGreaterThan(0)
  // The rules of the mixin, evaluated by it.
  const [loss] = await prometheus.until('path:udptool_probe_loss:ratio_rate5m', values => values.length > 0)
  expect(loss?.value).toBeGreaterThan(0)
  expect((await prometheus.targets()).map(({ health, lastError }) => [health, lastError])).toEqual([['up', '']])
  exporter.child.signal('SIGTERM')
  expect((await exporter.child.finished).code).toBe(0)
  const { runs, ...record } = recordOf(await relay.stop(), total(fates))
  expect(runs).toBeGreaterThan(1)
  expect(Object.fromEntries(Object.entries(fates).filter(([, count]) => count > 0))).toEqual(record)
})

test.runIf(hasPrometheus)(
  'after a reload the series of a removed target are gone, and no other counter is reset',
  async () => {
    await using stays = await startEcho()
    await using goes = await startEcho()
    const group = (...targets: readonly string[]): object => ({
      modules: { fast: { interval: '100ms' } },
      groups: [{ module: 'fast', targets }],
    })
    const exporter = await started(group(stays.at, goes.at))
    const prometheus = await Prometheus.start([job(exporter.at)])
    const count = (at: string): string => `sum(udptool_probe_fates_total{target="${at}"})`
    await prometheus.until(count(goes.at), ([sum]) => (sum?.value ?? 0) > 0)
    const [before] = await prometheus.until(count(stays.at), ([sum]) => (sum?.value ?? 0) > 0)
    expect(await exporter.reload({ ...group(stays.at), groups: [] })).toBe(500)
    expect(
      await prometheus.until('udptool_exporter_config_last_reload_successful', ([one]) => one?.value === 0),
    ).toHaveLength(1)
    expect(await exporter.reload(group(stays.at))).toBe(200)
    // Prometheus marks them stale at its next scrape. Without that it would show them for five minutes.
    await prometheus.until(`{__name__=~"udptool_.+",target="${goes.at}"}`, values => values.length === 0)
    await prometheus.until(count(stays.at), ([sum]) => (sum?.value ?? 0) > (before?.value ?? NaN))
    const counters = `{__name__=~"udptool_.+_(total|bucket|sum|count)",target="${stays.at}"}`
    const names = (await prometheus.query(`count by (__name__) (${counters})`)).map(({ metric }) => metric['__name__'])
    expect(names.length).toBeGreaterThan(10)
    for (const name of names)
      expect(await prometheus.query(`resets(${name}{target="${stays.at}"}[10m]) > 0`), name).toEqual([])
    exporter.child.signal('SIGTERM')
    expect((await exporter.child.finished).code).toBe(0)
    // One socket for the whole time.
    expect(Object.keys((await stays.stop()).peers)).toHaveLength(1)
  },
)

test.runIf(hasPrometheus)(
  '/probe: each scrape is a run with a ledger of its own, equal to what the relay does',
  async () => {
    await using server = await startServe([])
    await using relay = await startRelay(server.at, '--up', 'drop=seq:3-5', '--down', 'drop=seq:10-10')
    const exporter = await started({
      modules: { once: { count: 20, interval: '50ms', expect: ['loss<50%', 'rtt.p50<5s'] } },
      groups: [{ targets: [server.at] }],
      probe: { modules: ['once'], allow: [relay.at] },
    })
    const prometheus = await Prometheus.start([probeJob(exporter.at, 'once', [relay.at, '127.0.0.1:9'])])
    const at = `{instance="${relay.at}"}`
    const fates = byFate(await prometheus.until(`probe_udp_datagrams${at}`, values => values.length > 0))
    expect(fates).toMatchObject({ lostForward: 3, lostReturn: 1, intact: 16 })
    expect(total(fates)).toBe(20)
    for (const [metric, value] of [
      ['probe_udp_scheduled', 20],
      ['probe_success', 1],
      ['probe_udp_loss_ratio', 0.2],
      ['probe_udp_shortened', 0],
      ['probe_ip_protocol', 4],
      ['up', 1],
    ] as const)
      expect(await prometheus.query(`${metric}${at}`), metric).toMatchObject([{ value }])
    expect(await prometheus.query(`sum(probe_udp_expectation${at})`)).toMatchObject([{ value: 2 }])
    // The target that is not allowed gets 403, which is a scrape that failed.
    await prometheus.until('up{instance="127.0.0.1:9"}', ([up]) => up?.value === 0)
    const refused = (await prometheus.targets()).find(({ health }) => health === 'down')
    expect(refused?.lastError).toContain('403')
  },
)

test.runIf(hasPrometheus)('two Prometheus servers do not double the traffic', async () => {
  await using server = await startServe([])
  await using relay = await startRelay(server.at)
  const exporter = await started({
    modules: { fast: { interval: '100ms' } },
    groups: [{ module: 'fast', targets: [relay.at] }],
  })
  const [one, other] = await Promise.all([Prometheus.start([job(exporter.at)]), Prometheus.start([job(exporter.at)])])
  const isCounted = (values: readonly Value[]): boolean => total(byFate(values)) > 0
  const [first, second] = [byFate(await one.until(FATES, isCounted)), byFate(await other.until(FATES, isCounted))]
  const [missed] = await one.query('sum(udptool_probe_missed_total)')
  exporter.child.signal('SIGTERM')
  await exporter.child.finished
  const { runs } = await relay.stop()
  const [epoch] = Object.values(runs)
  const sent = Object.keys(epoch?.probes ?? {}).length
  // Ten seconds at ten a second, however many servers read the counters.
  expect(sent).toBeGreaterThan(0)
  expect(sent).toBeLessThanOrEqual(100)
  expect(sent + (missed?.value ?? NaN)).toBeGreaterThanOrEqual(100)
  expect([total(first), total(second)].every(counted => counted >= sent)).toBe(true)
  expect(first['intact']).toBeGreaterThanOrEqual(sent)
})
