import type { StreamAddress } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { SECOND } from '../../base/nanos.ts'
import type { Target } from '../../base/target.ts'
import type { Route } from '../../http/route.ts'
import { startHttp, type HttpServer } from '../../http/server.ts'
import { monitorFamilies } from '../../report/formats/monitor-metrics.ts'
import { LiveFeed } from './live-feed.ts'
import type { LiveSource } from './live-source.ts'
import { startUpdates } from './live-updates.ts'
import { metricsRoute } from './metrics-route.ts'
import { livePageRoute, monitorRoutes } from './monitor-routes.ts'

const MAX_CONNECTIONS = 256
const HEADER_TIME = 5 * SECOND

export interface RunningWeb {
  readonly address: StreamAddress
  /** Disconnects all viewers. Resolves when the port is free. */
  close(): Promise<void>
}

/** Serves the live page and the metrics of a monitor. Rejects with a UdptoolError if it cannot bind. */
export async function startWeb({ host, port }: Target, source: LiveSource): Promise<RunningWeb> {
  const feed = new LiveFeed(source)
  const server = await listen({ host, port }, [
    livePageRoute('/'),
    metricsRoute('/metrics', () =>
      monitorFamilies(source.measure(), { name: source.engine, drops: source.countsDrops }),
    ),
    ...monitorRoutes(source, feed),
  ])
  const stopUpdates = startUpdates(feed)
  return {
    address: server.addresses[0],
    close: async () => {
      stopUpdates()
      await server.close()
    },
  }
}

async function listen(target: Target, routes: readonly Route[]): Promise<HttpServer> {
  try {
    return await startHttp({ listen: [target], maxConnections: MAX_CONNECTIONS, headerTime: HEADER_TIME }, routes)
  } catch (cause) {
    if (!(cause instanceof UdptoolError) || cause.code !== 'addressInUse') throw cause
    // The general hint names --port, which is not the option of this port.
    const { code, message, operation, address } = cause
    const hint = 'use --web 127.0.0.1:0 for a free port, or end the program that has this one (ss -tlpn shows it)'
    throw new UdptoolError(code, message, { operation, address, hint, cause })
  }
}
