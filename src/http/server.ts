import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { formatAddress, type StreamAddress, type StreamFamily } from '../base/address.ts'
import { isLoopback } from '../base/ip.ts'
import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { socketError } from '../engine/socket-error.ts'
import { Answerer, STUCK } from './answerer.ts'
import type { Route } from './route.ts'
import type { HttpSecurity } from './security.ts'
import { createTlsServer } from './tls-server.ts'

/** Maximum length of the request line and the headers together. */
const MAX_HEADER_BYTES = 8192

/** A connection without a request is closed after this time. */
const IDLE = 10 * SECOND

/** How often Node looks for connections whose time is over. Its default is 30 s. */
const CHECK_INTERVAL = SECOND

/** How long a closed server waits for answers that are being written. */
const GRACE = SECOND / 4

export interface ListenAddress {
  /** A numeric address, or a name that the system resolves. */
  readonly host: string
  /** 0: the kernel chooses. */
  readonly port: number
}

export interface HttpPlan {
  /** All of them serve the same routes. */
  readonly listen: readonly [ListenAddress, ...ListenAddress[]]
  /** Path above all routes, without a slash at its end: `/udptool`. `/` then redirects to it. */
  readonly prefix?: string
  /** Address of this server behind a proxy. On a loopback address its host is allowed as the Host of a request. */
  readonly externalUrl?: URL
  /** Further connections are closed at once, whatever address they came to. */
  readonly maxConnections: number
  /** Time for the headers of a request. It is checked about once a second. */
  readonly headerTime: Nanos
  /** TLS, passwords and headers. Absent: none. */
  readonly security?: HttpSecurity
  /** Called after each answer with a status of 400 or above. */
  readonly onRefused?: (refused: RefusedRequest) => void
}

/** A request with an answer of status 400 or above, as the client sent it. */
interface RefusedRequest {
  readonly status: number
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Address of the client. */
  readonly from: string
}

export interface HttpServer {
  /** In the order of `listen`. */
  readonly addresses: readonly [StreamAddress, ...StreamAddress[]]
  /** Ends all streams and connections. Resolves when the ports are free. */
  close(): Promise<void>
}

/**
 * Serves routes over HTTP/1.1, with TLS if the settings have it now. Bound to a loopback address it answers only requests to a loopback host or
 * the host of `externalUrl`. Rejects with a UdptoolError: `addressInUse`, `addressUnavailable`, `permission`, `resolve`, `socket`.
 */
export async function startHttp(plan: HttpPlan, routes: readonly Route[]): Promise<HttpServer> {
  const answerer = new Answerer(routes, plan)
  const connections = new Set<Socket>()
  const servers: Server[] = []
  async function start(at: ListenAddress): Promise<StreamAddress> {
    const server = createListener(plan)
    limitConnections(server, connections, plan.maxConnections)
    const address = await bind(server, at)
    servers.push(server)
    // A connection that could not be accepted, usually for lack of descriptors: the server and the other connections continue.
    server.on('error', () => {})
    const isLocal = isLoopback(address.address)
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      response.once('finish', () => noteRefusal(request, response, plan))
      answerer.answer(request, response, isLocal)
    })
    return address
  }
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => await (closing ??= closeAll(servers, routes))
  const [first, ...others] = plan.listen
  try {
    const addresses: [StreamAddress, ...StreamAddress[]] = [await start(first)]
    for (const at of others) addresses.push(await start(at))
    return { addresses, close }
  } catch (cause) {
    await close()
    throw cause
  }
}

function createListener({ headerTime, security }: HttpPlan): Server {
  const options: ServerOptions = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: headerTime / MILLISECOND,
    requestTimeout: headerTime / MILLISECOND,
    keepAliveTimeout: IDLE / MILLISECOND,
    connectionsCheckingInterval: CHECK_INTERVAL / MILLISECOND,
    noDelay: true,
  }
  const tls = security?.present().tls
  const server =
    security === undefined || tls === undefined
      ? createServer(options)
      : createTlsServer(options, security, tls, headerTime / MILLISECOND)
  server.setTimeout(STUCK)
  return server
}

function noteRefusal(request: IncomingMessage, { statusCode: status }: ServerResponse, { onRefused }: HttpPlan): void {
  if (status < 400) return
  const { method = '', url = '', socket } = request
  onRefused?.({ status, method, path: url.replace(/\?.*/su, ''), from: socket.remoteAddress ?? '' })
}

/** One bound for the connections of all servers. `maxConnections` of Node is per server. */
function limitConnections(server: Server, connections: Set<Socket>, most: number): void {
  server.prependListener('connection', (socket: Socket) => {
    if (connections.size >= most) {
      socket.destroy()
      return
    }
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
}

async function closeAll(servers: readonly Server[], routes: readonly Route[]): Promise<void> {
  for (const route of routes) if ('stream' in route) route.stream.close()
  await Promise.all(servers.map(closeOne))
}

async function closeOne(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const over = setTimeout(() => server.closeAllConnections(), GRACE / MILLISECOND)
  await closed
  clearTimeout(over)
}

async function bind(server: Server, { host, port }: ListenAddress): Promise<StreamAddress> {
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
