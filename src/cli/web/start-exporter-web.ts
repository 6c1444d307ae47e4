import { present } from '../../base/present.ts'
import type { HttpSecurity } from '../../http/security.ts'
import type { HttpServer } from '../../http/server.ts'
import type { Exporter } from '../../jobs/exporter/exporter.ts'
import type { ExporterWebPlan } from '../../jobs/exporter/plan.ts'
import { exporterRoutes } from './exporter-routes.ts'
import { LiveFeed } from './live-feed.ts'
import { startProcessMetrics } from './process-metrics.ts'
import { serveFeed } from './serve-feed.ts'

/** Serves an exporter. Rejects with a UdptoolError if it cannot bind. */
export async function startExporterWeb(
  exporter: Exporter,
  { plan, security }: { readonly plan: ExporterWebPlan; readonly security?: HttpSecurity | undefined },
): Promise<HttpServer> {
  const { listen, routePrefix, externalUrl } = plan
  const feed = new LiveFeed(exporter.monitor)
  const routes = exporterRoutes(exporter, feed, plan, await startProcessMetrics())
  const prefix = routePrefix === '' ? undefined : routePrefix
  return serveFeed(feed, {
    listen,
    routes,
    flag: '--web.listen-address',
    ...present({ prefix, externalUrl, security }),
  })
}
