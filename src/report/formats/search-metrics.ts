import type { SearchResult } from '../../verdict/monitor/search-result.ts'
import { gauge, type Family, type Sample } from './exposition.ts'
import { seriesLabels } from './series-labels.ts'

/**
 * The metrics of periodic searches (docs/exporter.md). They describe the last search of a target: what it did not find has no sample, but it
 * has a time.
 */
export function searchFamilies(results: readonly SearchResult[]): readonly Family[] {
  const each = (run: SearchResult['run'], read: (result: SearchResult) => number | undefined): readonly Sample[] =>
    results.flatMap(result => {
      const value = result.run === run ? read(result) : undefined
      return value === undefined ? [] : [[seriesLabels(result), value] as const]
    })
  return [
    gauge(
      'udptool_path_mtu_bytes',
      'Path MTU of the last search, IP header included.',
      each('mtu', ({ pathMtu }) => pathMtu),
    ),
    gauge(
      'udptool_path_mtu_black_hole',
      'Whether larger packets vanish without an ICMP error (1) or not (0).',
      each('mtu', ({ blackHole }) => (blackHole === undefined ? undefined : Number(blackHole))),
    ),
    gauge(
      'udptool_path_mtu_search_timestamp_seconds',
      'When the last search of the path MTU ended.',
      each('mtu', endOf),
    ),
    gauge(
      'udptool_max_intact_size_bytes',
      'Largest payload that came back whole in the last sweep.',
      each('sweep', ({ maxIntactSize }) => maxIntactSize),
    ),
    gauge('udptool_max_intact_size_sweep_timestamp_seconds', 'When the last sweep ended.', each('sweep', endOf)),
  ]
}

function endOf({ endedAt }: SearchResult): number {
  return endedAt / 1000
}
