import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ROOT } from '../helpers/child.ts'
import { scrape, startExporter, type ScrapedSample } from '../helpers/exporter.ts'
import { promtool, writtenYaml } from '../helpers/promtool.ts'
import { startRelay, type PortTruth } from '../helpers/relay.ts'
import { requireTool } from '../helpers/tools.ts'
import { HOSTED, startServe } from '../helpers/udptool.ts'

const FATES = 'udptool_probe_fates_total'

interface Ended {
  readonly settled: number
  readonly replied: number
  readonly lostForward: number
}

/** The counts by fate of the series with this label. A busy machine makes replies late. */
function endedOf(samples: readonly ScrapedSample[], label: string, value: string): Ended {
  const own = samples.filter(({ name, labels }) => name === FATES && labels[label] === value)
  const sum = (...fates: readonly string[]): number =>
    own.reduce((total, sample) => total + (fates.includes(sample.labels['fate'] ?? '') ? sample.value : 0), 0)
  return {
    settled: own.reduce((total, sample) => total + sample.value, 0),
    replied: sum('intact', 'late'),
    lostForward: sum('lostForward'),
  }
}

/** What the relay saw of the first epochs of a source port. Only whole epochs are final, so the counts of one of these are at /metrics. */
function firstEpochs({ runs }: PortTruth): readonly Ended[] {
  let sum: Ended = { settled: 0, replied: 0, lostForward: 0 }
  return runs.map(({ seen, dropped }) => {
    sum = {
      settled: sum.settled + seen,
      replied: sum.replied + seen - dropped,
      lostForward: sum.lostForward + dropped,
    }
    return sum
  })
}

/** Scrapes until each of these series has probes whose fate is final. */
async function scrapeSettled(
  port: number,
  label: string,
  values: readonly string[],
): Promise<readonly ScrapedSample[]> {
  for (;;) {
    const samples = await scrape(port)
    if (values.every(value => endedOf(samples, label, value).settled >= 100)) return samples
    await pause(200)
  }
}

/** The alerts that fire if these counters grow as much each minute for a quarter of an hour. */
async function firing(samples: readonly ScrapedSample[]): Promise<string> {
  const series = samples.map(({ name, labels, value }) => {
    const all = Object.entries({ ...labels, job: 'udptool', instance: 'here:19000' })
    return { series: `${name}{${all.map(([key, text]) => `${key}="${text}"`).join()}}`, values: `0+${value}x15` }
  })
  const alerts = { expr: 'ALERTS{alertname="UdptoolOneFlowLost",alertstate="firing"}', eval_time: '15m' }
  const file = writtenYaml({
    rule_files: [`${ROOT}mixin/udptool.rules.yaml`],
    evaluation_interval: '1m',
    tests: [{ interval: '1m', input_series: series, promql_expr_test: [{ ...alerts, exp_samples: [] }] }],
  })
  // It prints what it got if that is not what the test expects.
  const { stdout, stderr } = await promtool(['test', 'rules', file])
  return stdout + stderr
}

/** A timeout that no reply misses, however busy the machine is. */
const CALM = '10s'
const FLOWS = ['0', '1', '2', '3']

test.runIf(requireTool('promtool'))(
  'each flow has its own series, equal to the record of a relay that drops one source port, and the alert fires',
  async () => {
    await using server = await startServe(['--max-rate-per-source', '1Gpps'], HOSTED)
    await using relay = await startRelay(server.at, '--up', 'drop=client:2')
    const { port } = await startExporter(
      {
        modules: { ecmp: { interval: '20ms', timeout: CALM, flows: FLOWS.length, perFlow: true } },
        groups: [{ module: 'ecmp', targets: [relay.at] }],
      },
      HOSTED,
    )
    const samples = await scrapeSettled(port, 'flow', FLOWS)
    const { ports } = await relay.stop()
    const sources = samples.filter(({ name }) => name === 'udptool_flow_info')
    expect(sources.map(({ labels }) => labels['flow'])).toEqual(FLOWS)
    expect(new Set(sources.map(({ labels }) => labels['source_port']))).toEqual(new Set(Object.keys(ports)))
    for (const { labels } of sources) {
      const { flow = '', source_port: source = '' } = labels
      const truth = ports[source]
      if (truth === undefined) throw new Error(`the relay saw no port ${source}`)
      expect(firstEpochs(truth)).toContainEqual(endedOf(samples, 'flow', flow))
    }
    const lost = FLOWS.filter(flow => endedOf(samples, 'flow', flow).replied === 0)
    expect(lost).toHaveLength(1)
    const fates = samples.filter(({ name }) => name === FATES)
    const fired = await firing(fates)
    expect(fired).toContain('alertname="UdptoolOneFlowLost"')
    expect(fired).toContain(`target="${relay.at}"`)
    expect(await firing(fates.filter(({ labels }) => labels['flow'] !== lost[0]))).toContain('SUCCESS')
  },
)

test('each size has its own series, equal to the record of a relay that drops large datagrams', async () => {
  await using server = await startServe(['--max-rate-per-source', '1Gpps'], HOSTED)
  await using relay = await startRelay(server.at, '--up', 'drop=above:1000')
  const { port } = await startExporter(
    {
      modules: { sizes: { interval: '20ms', timeout: CALM, size: [128, 1472] } },
      groups: [{ module: 'sizes', targets: [relay.at] }],
    },
    HOSTED,
  )
  const samples = await scrapeSettled(port, 'size', ['128', '1472'])
  const { ports } = await relay.stop()
  const truths = Object.values(ports)
  expect(truths).toHaveLength(2)
  const epochs = (isDropped: boolean): readonly Ended[] =>
    truths.filter(({ dropped }) => dropped > 0 === isDropped).flatMap(firstEpochs)
  expect(epochs(false)).toContainEqual(endedOf(samples, 'size', '128'))
  expect(epochs(true)).toContainEqual(endedOf(samples, 'size', '1472'))
  expect(endedOf(samples, 'size', '1472').replied).toBe(0)
})
