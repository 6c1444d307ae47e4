import { UdptoolError } from '../../base/error.ts'
import { TEXT } from '../../http/content-type.ts'
import type { HttpAnswer, HttpRequest, Route } from '../../http/route.ts'
import type { Exporter } from '../../jobs/exporter/exporter.ts'
import type { ExporterWebPlan } from '../../jobs/exporter/plan.ts'
import { configText } from '../../jobs/monitor/config-text.ts'
import { printable } from '../../report/text/safe.ts'
import { readVersion } from '../../runs/version.ts'
import { excerptLines } from '../excerpt-lines.ts'
import { exporterMetrics } from './exporter-metrics.ts'
import { landingRoute } from './landing-route.ts'
import type { LiveFeed } from './live-feed.ts'
import { metricsRoute } from './metrics-route.ts'
import { livePageRoute, monitorRoutes } from './monitor-routes.ts'
import type { ProcessMetrics } from './process-metrics.ts'

const SCRAPE_TIMEOUT = 'x-prometheus-scrape-timeout-seconds'

/** The routes of an exporter (docs/exporter.md). */
export function exporterRoutes(
  exporter: Exporter,
  feed: LiveFeed,
  { telemetryPath }: ExporterWebPlan,
  ofProcess: ProcessMetrics,
): readonly Route[] {
  const version = readVersion()
  return [
    metricsRoute(telemetryPath, () => exporterMetrics(exporter, version), ofProcess),
    landingRoute(exporter, telemetryPath, version),
    { path: '/probe', answer: async request => probe(exporter, request) },
    { path: '/logs', answer: ({ query }) => probeLog(exporter, query) },
    // A browser shows text, but saves application/yaml to a file.
    { path: '/config', answer: () => ({ type: TEXT, body: configText(exporter.config) }) },
    { path: '/-/reload', methods: ['POST', 'PUT'], answer: async () => reload(exporter) },
    livePageRoute('/live', { product: 'udptool exporter', home: './' }),
    ...monitorRoutes(exporter.monitor, feed),
  ]
}

async function probe({ desk }: Exporter, { query, headers, signal }: HttpRequest): Promise<HttpAnswer> {
  const timeout = headers[SCRAPE_TIMEOUT]
  return desk.probe({
    target: query.get('target'),
    module: query.get('module'),
    isDebug: query.get('debug') === 'true',
    ...(timeout === undefined ? {} : { timeout: Number(timeout) }),
    signal,
  })
}

function probeLog({ desk }: Exporter, query: HttpRequest['query']): HttpAnswer {
  const id = query.get('id') ?? ''
  if (!/^\d{1,15}$/u.test(id)) return { status: 400, type: TEXT, body: 'Give the id of a recent probe: /logs?id=1\n' }
  const log = desk.log(Number(id))
  if (log === undefined) return { status: 404, type: TEXT, body: 'There is no recent probe with this id\n' }
  return { type: TEXT, body: log }
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
