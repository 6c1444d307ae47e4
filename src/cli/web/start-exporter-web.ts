import { usage } from '../../base/error.ts'
import { present } from '../../base/present.ts'
import type { HttpSecurity } from '../../http/security.ts'
import type { HttpServer } from '../../http/server.ts'
import type { Exporter } from '../../jobs/exporter/exporter.ts'
import type { ExporterWebPlan } from '../../jobs/exporter/plan.ts'
import type { Log } from '../../jobs/log.ts'
import { exporterRoutes } from './exporter-routes.ts'
import { LiveFeed } from './live-feed.ts'
import { startProcessMetrics } from './process-metrics.ts'
import { serveFeed } from './serve-feed.ts'

/** A request can have a path of 8 KiB. */
const LONGEST_PATH = 200

export interface ExporterWebSurroundings {
  readonly plan: ExporterWebPlan
  /** TLS, passwords and headers. Undefined: none. */
  readonly security: HttpSecurity | undefined
  readonly log: Log
}

/** Serves an exporter. Rejects with a UdptoolError if it cannot bind. */
export async function startExporterWeb(
  exporter: Exporter,
  { plan, security, log }: ExporterWebSurroundings,
): Promise<HttpServer> {
  const { listen, routePrefix, externalUrl } = plan
  const feed = new LiveFeed(exporter.monitor)
  const routes = exporterRoutes(exporter, feed, plan, await startProcessMetrics())
  const { telemetryPath } = plan
  if (routes.filter(({ path }) => path === telemetryPath).length > 1)
    throw usage(
      `--web.telemetry-path cannot be ${telemetryPath}: the exporter has another page there`,
      'write --web.telemetry-path /metrics',
    )
  const prefix = routePrefix === '' ? undefined : routePrefix
  return serveFeed(feed, {
    listen,
    routes,
    flag: '--web.listen-address',
    onRefused({ path, ...refused }) {
      log('debug', 'request refused', { ...refused, path: path.slice(0, LONGEST_PATH) })
    },
    ...present({ prefix, externalUrl, security }),
  })
}
