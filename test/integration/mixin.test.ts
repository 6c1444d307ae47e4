import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { FATES, LOSSES } from '../../src/ledger/fate.ts'
import { ROOT, start } from '../helpers/child.ts'
import { METRICS, PROBE_METRICS, samplesOf } from '../helpers/exporter-contract.ts'
import { schemaOf } from '../helpers/json-schema.ts'
import { promtool, type Rule, type RuleFile } from '../helpers/promtool.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'

interface TestFile {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[]
    readonly promql_expr_test?: readonly { readonly expr: string }[]
  }[]
}

const RULES = `${ROOT}mixin/udptool.rules.yaml`
const rulesText = readFileSync(RULES, 'utf8')
const rules = parse(rulesText) as RuleFile
const alerts = rules.groups.flatMap(group => group.rules.filter(({ alert }) => alert !== undefined))
const recorded = rules.groups.flatMap(group => group.rules.flatMap(({ record }) => record ?? []))
const thresholds = recorded.filter(name => name.startsWith('udptool:threshold:'))

const testNames = readdirSync(`${ROOT}mixin/tests`)
const testFiles = testNames.map(name => parse(readFileSync(`${ROOT}mixin/tests/${name}`, 'utf8')) as TestFile)
const allTests = testFiles.flatMap(({ tests }) => tests)
const alertTests = allTests.flatMap(({ alert_rule_test: cases = [] }) => cases)

const readme = readFileSync(`${ROOT}mixin/README.md`, 'utf8')
const tools = requireTool('promtool')

describe('the rules', () => {
  test.runIf(tools)('are right by promtool, without a duplicate', async () => {
    const { code, stdout, stderr } = await promtool(['check', 'rules', '--lint=all', '--lint-fatal', RULES])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`${alerts.length + recorded.length} rules found`)
  })

  test.runIf(tools).each(testNames)('pass %s', async name => {
    const { code, stdout, stderr } = await promtool(['test', 'rules', `${ROOT}mixin/tests/${name}`])
    expect(stdout + stderr).toContain('SUCCESS')
    expect(code).toBe(0)
  })

  test('have a test of each recorded series, and of each alert one that fires and one that does not', () => {
    const tested = allTests.flatMap(({ promql_expr_test: cases = [] }) => cases.map(({ expr }) => expr)).join('\n')
    const figures = recorded.filter(name => !thresholds.includes(name))
    expect(figures.filter(name => !tested.includes(name))).toEqual([])
    const fires = (name?: string): ReadonlySet<boolean> =>
      new Set(alertTests.filter(one => one.alertname === name).map(one => one.exp_alerts.length > 0))
    expect(alerts.filter(({ alert }) => fires(alert).size !== 2)).toEqual([])
    expect(alertTests.filter(({ alertname }) => !alerts.some(({ alert }) => alert === alertname))).toEqual([])
  })

  // Half and double of it; 1 more and 1 less than none.
  const changes = thresholds.flatMap(name => {
    const value = Number(/^vector\((\S+)\)$/u.exec(ruleOf(name).expr)?.[1])
    return (value === 0 ? [1, -1] : [value * 2, value / 2]).map(changed => [name, value, changed] as const)
  })

  test.runIf(tools).each(changes)('fail their tests if %s is not %d but %d', async (name, _value, changed) => {
    const groups = rules.groups.map(group => ({
      ...group,
      rules: group.rules.map(rule => (rule.record === name ? { ...rule, expr: `vector(${changed})` } : rule)),
    }))
    const folder = temporaryFolder()
    cpSync(`${ROOT}mixin/tests`, join(folder, 'tests'), { recursive: true })
    writeFileSync(join(folder, 'udptool.rules.yaml'), stringify({ groups }))
    const { code, stdout, stderr } = await promtool([
      'test',
      'rules',
      ...testNames.filter((_, i) => isAbout(testFiles[i], name)).map(one => join(folder, 'tests', one)),
    ])
    expect(stdout + stderr).toContain('FAILED')
    expect(code).toBe(1)
  })

  test('compare with each threshold', () => {
    const used = alerts.map(({ expr }) => expr).join('\n')
    expect(thresholds.filter(name => !used.includes(`scalar(${name})`))).toEqual([])
  })

  test('name alerts of the contract', () => {
    expect(alerts.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining([
        'UdptoolTargetSilent',
        'UdptoolLoss',
        'UdptoolCut',
        'UdptoolCorrupt',
        'UdptoolServerBuffer',
        'UdptoolOwnBuffer',
        'UdptoolOneFlowLost',
        'UdptoolMtuShrank',
        'UdptoolPathChanged',
        'UdptoolSenderTooSlow',
        'UdptoolReloadFailed',
      ]),
    )
  })
})

describe.each(alerts)('$alert', ({ alert = '', annotations = {}, labels = {} }) => {
  test('has a severity, a summary, a description that names where to look, and its part of mixin/README.md', () => {
    expect(['info', 'warning', 'critical']).toContain(labels['severity'])
    expect(Object.keys(annotations)).toEqual(['summary', 'description', 'runbook_url'])
    expect(annotations['description']).toMatch(/\b[Ll]ook (?:at|for) /u)
    expect(annotations['runbook_url']).toMatch(new RegExp(`/mixin/README\\.md#${alert.toLowerCase()}$`, 'u'))
    expect(readme).toContain(`\n### ${alert}\n`)
  })
})

const FOLDERS = ['mixin', 'deploy']
const files = FOLDERS.flatMap(folder =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name)),
)

describe('the metrics named in mixin/ and deploy/', () => {
  const known = new Set([...samplesOf(METRICS), ...samplesOf(PROBE_METRICS)].map(({ name }) => name))

  test.each(files.map(path => path.slice(ROOT.length)))('are there: %s', name => {
    const text = readFileSync(join(ROOT, name), 'utf8')
    // Neither a part of a recorded name (with colons), nor a beginning (`probe_udp_*`), nor a part of a label.
    const named = text.match(/(?<![\w:*-])(?:udptool|probe|process|nodejs)_[a-z0-9_]*[a-z0-9](?![\w:*])/gu) ?? []
    expect(named.filter(one => !known.has(one))).toEqual([])
  })

  test('have only labels and fates that exist', () => {
    const text = files.map(path => readFileSync(path, 'utf8').replaceAll(String.raw`\"`, '"')).join('\n')
    const fates = [...text.matchAll(/fate=~?"([^"]*)"/gu)].flatMap(([, list = '']) => list.split('|'))
    expect(fates.length).toBeGreaterThan(50)
    expect(fates.filter(fate => !FATES.some(known => known === fate))).toEqual([])
    // A reply is what is no loss, everywhere.
    const replies = [...text.matchAll(/fate=~"(intact[^"]*)"/gu)].map(([, list = '']) => list.split('|'))
    expect(replies.length).toBeGreaterThan(5)
    for (const list of replies) expect(list).toEqual(FATES.filter(fate => !LOSSES.includes(fate)))
  })
})

test('mixin/README.md has every threshold with its value', () => {
  const rows = [...readme.matchAll(/^\| `(udptool:threshold:\w+)` +\| (\S+) +\|/gmu)]
  expect(rows.map(([, name = '', value = '']) => [name, `vector(${value})`])).toEqual(
    thresholds.map(name => [name, ruleOf(name).expr]),
  )
})

test('mixin/README.md shows how the rules become a PrometheusRule', async () => {
  const [, script = ''] = /```sh\n(\{[\s\S]*?)```/u.exec(readme) ?? []
  const { stdout } = await start('sh', ['-c', `cd "$0" && ${script.replace('kubectl apply -f -', 'cat')}`, ROOT])
    .finished
  const object = parse(stdout) as { kind: string; spec: unknown }
  expect(object.spec).toEqual(rules)
  expect(schemaOf('kubernetes')(object)).toEqual([])
})

function ruleOf(name: string): Rule {
  const rule = rules.groups.flatMap(group => group.rules).find(({ record }) => record === name)
  if (rule === undefined) throw new Error(`no rule records ${name}`)
  return rule
}

/** Whether tests of a file are about an alert that compares with this threshold. */
function isAbout(file: TestFile | undefined, threshold: string): boolean {
  const names = alerts.filter(({ expr }) => expr.includes(`(${threshold})`)).map(({ alert }) => alert)
  return file?.tests.some(one => one.alert_rule_test?.some(({ alertname }) => names.includes(alertname))) ?? false
}
