import type { Exporter } from '../../jobs/exporter/exporter.ts'
import { exporterFamilies } from '../../report/formats/exporter-metrics.ts'
import type { Family } from '../../report/formats/exposition.ts'
import { monitorFamilies } from '../../report/formats/monitor-metrics.ts'
import { searchFamilies } from '../../report/formats/search-metrics.ts'

/** The metrics of an exporter at present, without those of its process. */
export function exporterMetrics(exporter: Exporter, version: string): readonly Family[] {
  const { monitor, config, desk, reloadState, searchResults } = exporter
  const { engine, countsDrops } = monitor
  return [
    ...monitorFamilies(monitor.measure(), { name: engine, drops: countsDrops }),
    ...searchFamilies(searchResults),
    ...exporterFamilies({
      version,
      node: process.versions.node,
      engine,
      reload: reloadState,
      probes: desk.counts,
      modules: config.probe.modules ?? [...config.modules.keys()],
    }),
  ]
}
