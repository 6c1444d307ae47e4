import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { formatAddress, type StreamAddress, type StreamFamily } from '../base/address.ts'
import { isLoopback } from '../base/ip.ts'
import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { socketError } from '../engine/socket-error.ts'
import { Answerer } from './answerer.ts'
import type { Route } from './route.ts'

/** Maximum length of the request line and the headers together. */
const MAX_HEADER_BYTES = 8192

/** A connection without a request is closed after this time, and one on which nothing moves. */
const IDLE = 10 * SECOND
const STUCK = 60 * SECOND

/** How often Node looks for connections whose time is over. Its default is 30 s. */
const CHECK_INTERVAL = SECOND

/** How long a closed server waits for answers that are being written. */
const GRACE = SECOND / 4

export interface HttpPlan {
  /** A numeric address, or a name that the system resolves. */
  readonly host: string
  /** 0: the kernel chooses. */
  readonly port: number
  /** Further connections are closed at once. */
  readonly maxConnections: number
  /** Time for the headers of a request. It is checked about once a second. */
  readonly headerTime: Nanos
}

export interface HttpServer {
  readonly address: StreamAddress
  /** Ends all streams and connections. Resolves when the port is free. */
  close(): Promise<void>
}

/**
 * Serves routes over HTTP/1.1. Bound to a loopback address it answers only requests to a loopback host. Rejects with a UdptoolError:
 * `addressInUse`, `addressUnavailable`, `permission`, `resolve`, `socket`.
 */
export async function startHttp(plan: HttpPlan, routes: readonly Route[]): Promise<HttpServer> {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: plan.headerTime / MILLISECOND,
    requestTimeout: plan.headerTime / MILLISECOND,
    keepAliveTimeout: IDLE / MILLISECOND,
    connectionsCheckingInterval: CHECK_INTERVAL / MILLISECOND,
    noDelay: true,
  })
  server.maxConnections = plan.maxConnections
  server.setTimeout(STUCK / MILLISECOND)
  const address = await bind(server, plan)
  // A connection that could not be accepted, usually for lack of descriptors: the server and the other connections continue.
  server.on('error', () => {})
  const answerer = new Answerer(routes, isLoopback(address.address))
  server.on('request', (request: IncomingMessage, response: ServerResponse) => answerer.answer(request, response))
  let closing: Promise<void> | undefined
  return { address, close: async () => await (closing ??= close(server, routes)) }
}

async function close(server: Server, routes: readonly Route[]): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  for (const route of routes) if ('stream' in route) route.stream.close()
  server.closeIdleConnections()
  const over = setTimeout(() => server.closeAllConnections(), GRACE / MILLISECOND)
  await closed
  clearTimeout(over)
}

async function bind(server: Server, { host, port }: HttpPlan): Promise<StreamAddress> {
  const listening = once(server, 'listening')
  server.listen({ host, port })
  try {
    await listening
  } catch (cause) {
    throw socketError(cause, 'bind', formatAddress({ address: host, port, family: familyOf(host) }))
  }
  const bound = server.address()
  if (bound === null || typeof bound === 'string') return { address: host, port, family: familyOf(host) }
  return { address: bound.address, port: bound.port, family: familyOf(bound.address) }
}

function familyOf(address: string): StreamFamily {
  return address.includes(':') ? 'tcp6' : 'tcp4'
}
