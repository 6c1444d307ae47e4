import { expect, test } from 'vitest'
import { exporterFamilies, type ExporterFacts } from '../../../../src/report/formats/exporter-metrics.ts'
import { renderExposition } from '../../../../src/report/formats/exposition.ts'
import { readExposition } from '../../../helpers/exposition.ts'

const FACTS: ExporterFacts = {
  version: '0.1.0',
  node: '20.19.0',
  engine: 'kernel',
  reload: { succeededAt: 1_790_000_000_250 },
  probes: { requests: [], moduleUnknown: 0 },
  modules: ['once', 'mtu'],
}

function samplesOf(facts: ExporterFacts): readonly (readonly [string, Readonly<Record<string, string>>, number])[] {
  const text = [...renderExposition(exporterFamilies(facts))].join('')
  return readExposition(text).map(({ name, labels, value }) => [name, labels, value])
}

test('versions, engine and the time of the configuration', () => {
  const samples = samplesOf(FACTS)
  expect(samples).toContainEqual(['udptool_build_info', { version: '0.1.0', node: '20.19.0', engine: 'kernel' }, 1])
  expect(samples).toContainEqual(['udptool_exporter_config_last_reload_successful', {}, 1])
  expect(samples).toContainEqual([
    'udptool_exporter_config_last_reload_success_timestamp_seconds',
    {},
    1_790_000_000.25,
  ])
})

test('a failed reload keeps the time of the one before it', () => {
  const samples = samplesOf({ ...FACTS, reload: { ...FACTS.reload, failure: 'line 3' } })
  expect(samples).toContainEqual(['udptool_exporter_config_last_reload_successful', {}, 0])
  expect(samples).toContainEqual([
    'udptool_exporter_config_last_reload_success_timestamp_seconds',
    {},
    1_790_000_000.25,
  ])
})

test('answers of /probe exist with 0 before the first request, and each series once after it', () => {
  const requests = [
    { module: 'once', code: 200, count: 3 },
    { module: 'once', code: 499, count: 1 },
    { module: '', code: 400, count: 2 },
  ]
  const name = 'udptool_exporter_probe_requests_total'
  const series = (facts: ExporterFacts): readonly string[] =>
    samplesOf(facts).flatMap(([own, { module, code }, value]) => (own === name ? [`${module} ${code} ${value}`] : []))
  const zeros = ['once', 'mtu'].flatMap(module => [200, 400, 403, 503].map(code => `${module} ${code} 0`))
  expect(series(FACTS)).toEqual(zeros)
  expect(series({ ...FACTS, probes: { requests, moduleUnknown: 2 } }).toSorted()).toEqual(
    ['once 200 3', 'once 499 1', ' 400 2', ...zeros.filter(zero => zero !== 'once 200 0')].toSorted(),
  )
  expect(samplesOf({ ...FACTS, probes: { requests, moduleUnknown: 2 } })).toContainEqual([
    'udptool_exporter_module_unknown_total',
    {},
    2,
  ])
})
