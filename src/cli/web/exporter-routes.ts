import { UdptoolError } from '../../base/error.ts'
import type { HttpAnswer, Route } from '../../http/route.ts'
import type { Exporter } from '../../jobs/exporter/exporter.ts'
import type { ExporterWebPlan } from '../../jobs/exporter/plan.ts'
import { exporterFamilies } from '../../report/formats/exporter-metrics.ts'
import type { Family } from '../../report/formats/exposition.ts'
import { monitorFamilies } from '../../report/formats/monitor-metrics.ts'
import { searchFamilies } from '../../report/formats/search-metrics.ts'
import { printable } from '../../report/text/safe.ts'
import { readVersion } from '../../runs/version.ts'
import { excerptLines } from '../excerpt-lines.ts'
import type { LiveFeed } from './live-feed.ts'
import { metricsRoute } from './metrics-route.ts'
import { monitorRoutes } from './monitor-routes.ts'
import type { ProcessMetrics } from './process-metrics.ts'

const TEXT = 'text/plain; charset=utf-8'

/** The routes of an exporter (docs/exporter.md). */
export function exporterRoutes(
  exporter: Exporter,
  feed: LiveFeed,
  { telemetryPath }: ExporterWebPlan,
  ofProcess: ProcessMetrics,
): readonly Route[] {
  const version = readVersion()
  return [
    metricsRoute(telemetryPath, () => families(exporter, version), ofProcess),
    { path: '/-/reload', methods: ['POST', 'PUT'], answer: async () => await reload(exporter) },
    ...monitorRoutes(exporter.run, feed),
  ]
}

function families({ run, reloadState, searches }: Exporter, version: string): readonly Family[] {
  const facts = {
    version,
    node: process.versions.node,
    engine: run.engine,
    reload: reloadState,
    probes: { requests: [], moduleUnknown: 0 },
    modules: [],
  }
  return [
    ...monitorFamilies(run.measure(), { name: run.engine, drops: run.countsDrops }),
    ...searchFamilies(searches.results()),
    ...exporterFamilies(facts),
  ]
}

async function reload(exporter: Exporter): Promise<HttpAnswer> {
  try {
    await exporter.reload()
    return { type: TEXT, body: 'Reloaded\n' }
  } catch (error) {
    return { status: 500, type: TEXT, body: `Not reloaded, the old configuration stays: ${reason(error)}\n` }
  }
}

/** With the place of the mistake. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error))
  const { hint, excerpt } = error instanceof UdptoolError ? error : {}
  const text = printable(hint === undefined ? error.message : `${error.message} — ${hint}`)
  return excerpt === undefined ? text : `${text}${excerptLines(excerpt)}`
}
