import type { StreamAddress } from '../../base/address.ts'
import type { Target } from '../../base/target.ts'
import { monitorFamilies } from '../../report/formats/monitor-metrics.ts'
import { LiveFeed } from './live-feed.ts'
import type { LiveSource } from './live-source.ts'
import { metricsRoute } from './metrics-route.ts'
import { livePageRoute, monitorRoutes } from './monitor-routes.ts'
import { serveFeed } from './serve-feed.ts'

export interface RunningWeb {
  readonly address: StreamAddress
  /** Disconnects all viewers. Resolves when the port is free. */
  close(): Promise<void>
}

/** Serves the live page and the metrics of a monitor. Rejects with a UdptoolError if it cannot bind. */
export async function startWeb({ host, port }: Target, source: LiveSource): Promise<RunningWeb> {
  const feed = new LiveFeed(source)
  const routes = [
    livePageRoute('/', { product: 'udptool watch' }),
    metricsRoute('/metrics', () =>
      monitorFamilies(source.measure(), { name: source.engine, drops: source.countsDrops }),
    ),
    ...monitorRoutes(source, feed),
  ]
  const server = await serveFeed(feed, { listen: [{ host, port }], routes, flag: '--web' })
  return { address: server.addresses[0], close: async () => server.close() }
}
