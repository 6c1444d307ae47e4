import { UdptoolError } from '../../base/error.ts'
import { SECOND } from '../../base/nanos.ts'
import type { Route } from '../../http/route.ts'
import { startHttp, type HttpPlan, type HttpServer } from '../../http/server.ts'
import type { LiveFeed } from './live-feed.ts'
import { startUpdates } from './live-updates.ts'

const MAX_CONNECTIONS = 256
const HEADER_TIME = 5 * SECOND

/** What a server of a monitor serves, and where. */
export interface FeedPlan extends Omit<HttpPlan, 'maxConnections' | 'headerTime'> {
  readonly routes: readonly Route[]
  /** The option of the addresses, for a hint. */
  readonly flag: string
}

/** Serves routes, and sends the events of a feed while the server runs. Rejects with a UdptoolError if it cannot bind. */
export async function serveFeed(feed: LiveFeed, plan: FeedPlan): Promise<HttpServer> {
  const server = await listen(plan)
  const stopUpdates = startUpdates(feed)
  return {
    addresses: server.addresses,
    close: async () => {
      stopUpdates()
      await server.close()
    },
  }
}

async function listen({ routes, flag, ...plan }: FeedPlan): Promise<HttpServer> {
  try {
    return await startHttp({ ...plan, maxConnections: MAX_CONNECTIONS, headerTime: HEADER_TIME }, routes)
  } catch (cause) {
    if (!(cause instanceof UdptoolError) || cause.code !== 'addressInUse') throw cause
    // The general hint names --port, which is not the option of this port.
    const { code, message, operation, address } = cause
    const hint = `use ${flag} 127.0.0.1:0 for a free port, or end the program that has this one (ss -tlpn shows it)`
    throw new UdptoolError(code, message, { operation, address, hint, cause })
  }
}
