import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { FATES } from '../../src/ledger/fate.ts'
import { ROOT } from '../helpers/child.ts'
import { checkMetrics, promtool } from '../helpers/promtool.ts'
import { METRICS, PROBE_METRICS, samplesOf } from '../helpers/exporter-contract.ts'
import { schemaOf } from '../helpers/json-schema.ts'
import { renamedKeys } from '../helpers/renamed-keys.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly legendFormat: string }[]
}
interface Dashboard {
  readonly panels: readonly Panel[]
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr: string }[] }
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] }
}

const text = readFileSync(`${ROOT}mixin/udptool.dashboard.json`, 'utf8')
const dashboard = JSON.parse(text) as Dashboard
const variables = dashboard.templating.list.map(({ name }) => name)
const queries = dashboard.panels.flatMap(({ id, title, targets = [] }) =>
  targets.map(({ refId, expr }) => ({
    title: `${title} ${refId}`,
    record: `panel:${id}:${refId}`,
    expr: filled(expr),
  })),
)
const samples = samplesOf(METRICS)

/** A query with values in place of its variables, as Grafana sends it. */
function filled(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$__range', '10m')
    .replaceAll(/\$[a-z]+/gu, '.*')
}

test.runIf(requireTool('promtool'))('the metrics that these tests assume are well formed', async () => {
  for (const metrics of [METRICS, PROBE_METRICS]) {
    expect(await checkMetrics(metrics)).toMatchObject({ code: 0, stdout: '', stderr: '' })
  }
})

describe('the dashboard', () => {
  test('is valid, and a misspelled field is not', () => {
    const errorsOf = schemaOf('grafana-dashboard')
    expect(errorsOf(dashboard)).toEqual([])
    // Names chosen by the author: of fields that are renamed or left out, and of values that are shown as text.
    const chosen = /\/(?:renameByName|excludeByName)\/|\/properties\/\d+\/value\//u
    const changes = [...renamedKeys(dashboard)].filter(([path]) => !chosen.test(path))
    expect(changes.length).toBeGreaterThan(1000)
    const accepted = changes.filter(([, changed]) => errorsOf(changed).length === 0)
    expect(accepted.map(([path]) => path)).toEqual([])
  })

  test('has panels that do not overlap, in rows of 24 columns, each with its number', () => {
    const taken = new Map<string, string>()
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.get(`${x},${y}`), title).toBeUndefined()
          taken.set(`${x},${y}`, title)
        }
      }
    }
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
  })

  test('shows what it is for', () => {
    expect(variables).toEqual(expect.arrayContaining(['datasource', 'target', 'module']))
    const titles = dashboard.panels.map(({ type, title }) => `${type}: ${title}`)
    expect(titles).toEqual(
      expect.arrayContaining([
        'heatmap: Round trips',
        'timeseries: Fates',
        'timeseries: Loss by direction',
        'table: Loss by flow and target',
        'table: Outages',
        'timeseries: Round trip, p50 and p99',
        'timeseries: Path MTU',
        'row: Exporters',
      ]),
    )
    const [colors = ''] = /"title": "Fates"[\s\S]*?"title": "Loss by direction"/u.exec(text) ?? []
    expect(FATES.filter(fate => !colors.includes(`"options": "${fate}"`))).toEqual([])
  })

  test('uses only variables that it declares, and filters by each', () => {
    const used = new Set([...text.matchAll(/\$\{?(?!__)([a-z]+)\}?/gu)].map(([, name = '']) => name))
    expect([...used].sort()).toEqual(variables.toSorted())
    for (const { targets = [], title } of dashboard.panels) {
      for (const { expr } of targets) expect(expr, title).toMatch(/job=~"\$job",instance=~"\$instance"/u)
    }
  })

  test('offers labels that the metrics have', () => {
    const known = (name: string): ReadonlySet<string> =>
      new Set([
        'job',
        'instance',
        ...samples.filter(one => one.name === name).flatMap(({ labels }) => Object.keys(labels)),
      ])
    const listed = dashboard.templating.list.flatMap(({ definition }) => definition ?? [])
    expect(listed).toHaveLength(variables.length - 1)
    for (const definition of listed) {
      const [, metric = '', selector = '', label = ''] =
        /^label_values\((\w+)(?:\{(.*)\})?, (\w+)\)$/u.exec(definition) ?? []
      expect(samples.some(({ name }) => name === metric)).toBe(true)
      expect(known(metric)).toContain(label)
      for (const [, name = ''] of selector.matchAll(/(\w+)=~/gu)) expect(known(metric)).toContain(name)
    }
  })

  test('names labels in its legends that the queries keep', () => {
    for (const { targets = [] } of dashboard.panels) {
      for (const { expr, legendFormat } of targets) {
        const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/gu)].map(([, name = '']) => name)
        const kept = [...expr.matchAll(/by \(([^)]*)\)/gu)].flatMap(([, list = '']) => list.split(', '))
        // A query without an aggregation keeps all labels of the exporter.
        expect(labels.filter(name => !(kept.length === 0 ? ['instance'] : kept).includes(name))).toEqual([])
      }
    }
  })

  test.runIf(requireTool('promtool'))('has queries that are right, and that find the metrics', async () => {
    const folder = temporaryFolder()
    const annotations = dashboard.annotations.list.map(({ expr }, i) => ({
      record: `annotation:${i}`,
      expr: filled(expr),
    }))
    const rules = [...queries.map(({ record, expr }) => ({ record, expr })), ...annotations]
    writeFileSync(join(folder, 'rules.yaml'), stringify({ groups: [{ name: 'dashboard', rules }] }))
    const check = await promtool(['check', 'rules', join(folder, 'rules.yaml')])
    expect(check.stderr).toBe('')
    expect(check.stdout).toContain(`${rules.length} rules found`)

    // A counter counts ten a minute, so that a query for events finds some.
    const series = samples.map(({ name, labels, type }) => {
      const pairs = Object.entries({ job: 'u', instance: 'a', ...labels }).map(([key, value]) => `${key}="${value}"`)
      return { series: `${name}{${pairs.join(',')}}`, values: type === 'gauge' ? '1x15' : '0+10x15' }
    })
    const cases = queries.map(({ record }) => ({
      expr: `count({__name__="${record}"}) > bool 0`,
      eval_time: '12m',
      exp_samples: [{ labels: '{}', value: 1 }],
    }))
    const tests = [{ interval: '1m', input_series: series, promql_expr_test: cases }]
    writeFileSync(
      join(folder, 'tests.yaml'),
      stringify({ rule_files: ['rules.yaml'], evaluation_interval: '1m', tests }),
    )
    const { code, stdout, stderr } = await promtool(['test', 'rules', join(folder, 'tests.yaml')])
    const empty = [...(stdout + stderr).matchAll(/__name__=\\"(panel:[^\\]+)\\"/gu)].map(([, name]) => name)
    expect(queries.filter(({ record }) => empty.includes(record)).map(({ title }) => title)).toEqual([])
    expect([stderr, code]).toEqual(['', 0])
    expect(stdout).toContain('SUCCESS')
  })
})
