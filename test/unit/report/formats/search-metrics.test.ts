import { expect, test } from 'vitest'
import { renderExposition } from '../../../../src/report/formats/exposition.ts'
import { searchFamilies } from '../../../../src/report/formats/search-metrics.ts'
import type { SearchResult } from '../../../../src/verdict/monitor/search-result.ts'

const MTU: SearchResult = {
  target: '10.0.0.7:9000',
  module: 'mtu',
  labels: { site: 'fra', area: 'dmz' },
  run: 'mtu',
  endedAt: 1_700_000_000_250,
}
const SWEEP: SearchResult = { ...MTU, module: 'sizes', run: 'sweep', labels: {} }

function text(...results: readonly SearchResult[]): readonly string[] {
  return [...renderExposition(searchFamilies(results))].join('').trimEnd().split('\n')
}

test('the last search of each target', () => {
  expect(text({ ...MTU, pathMtu: 1400, blackHole: true }, { ...SWEEP, maxIntactSize: 8972 })).toEqual([
    '# HELP udptool_path_mtu_bytes Path MTU of the last search, IP header included.',
    '# TYPE udptool_path_mtu_bytes gauge',
    'udptool_path_mtu_bytes{target="10.0.0.7:9000",module="mtu",area="dmz",site="fra"} 1400',
    '# HELP udptool_path_mtu_black_hole Whether larger packets vanish without an ICMP error (1) or not (0).',
    '# TYPE udptool_path_mtu_black_hole gauge',
    'udptool_path_mtu_black_hole{target="10.0.0.7:9000",module="mtu",area="dmz",site="fra"} 1',
    '# HELP udptool_path_mtu_search_timestamp_seconds When the last search of the path MTU ended.',
    '# TYPE udptool_path_mtu_search_timestamp_seconds gauge',
    'udptool_path_mtu_search_timestamp_seconds{target="10.0.0.7:9000",module="mtu",area="dmz",site="fra"} 1700000000.25',
    '# HELP udptool_max_intact_size_bytes Largest payload that came back whole in the last sweep.',
    '# TYPE udptool_max_intact_size_bytes gauge',
    'udptool_max_intact_size_bytes{target="10.0.0.7:9000",module="sizes"} 8972',
    '# HELP udptool_max_intact_size_sweep_timestamp_seconds When the last sweep ended.',
    '# TYPE udptool_max_intact_size_sweep_timestamp_seconds gauge',
    'udptool_max_intact_size_sweep_timestamp_seconds{target="10.0.0.7:9000",module="sizes"} 1700000000.25',
  ])
})

test('no black hole is a zero', () => {
  expect(text({ ...MTU, pathMtu: 1400, blackHole: false })).toContain(
    'udptool_path_mtu_black_hole{target="10.0.0.7:9000",module="mtu",area="dmz",site="fra"} 0',
  )
})

test('a search that found nothing has a time and no finding', () => {
  const lines = text({ ...MTU, failure: 'no path MTU: nothing answered' }, { ...SWEEP, failure: 'no such name' })
  expect(lines.filter(line => !line.startsWith('#'))).toEqual([
    'udptool_path_mtu_search_timestamp_seconds{target="10.0.0.7:9000",module="mtu",area="dmz",site="fra"} 1700000000.25',
    'udptool_max_intact_size_sweep_timestamp_seconds{target="10.0.0.7:9000",module="sizes"} 1700000000.25',
  ])
})

test('without a search there are no families', () => {
  expect(text()).toEqual([''])
})
