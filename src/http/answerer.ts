import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { isLoopbackHost, isOwnOrigin } from './own-host.ts'
import type { HttpAnswer, Method, Route } from './route.ts'

const compress = promisify(gzip)

/** Shorter bodies are not compressed. */
const LEAST_COMPRESSED = 1024

/** A document of this server may load nothing, and no page may frame it. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'"

const TEXT = 'text/plain; charset=utf-8'

/** Headers of every answer. `Cross-Origin-Resource-Policy` keeps pages of other sites from loading an answer as a script or image. */
const COMMON = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const

/** Answers requests by routes. */
export class Answerer {
  readonly #routes: ReadonlyMap<string, Route>
  readonly #loopbackOnly: boolean

  /** `loopbackOnly`: refuse a request whose Host is not loopback. */
  constructor(routes: readonly Route[], loopbackOnly: boolean) {
    this.#routes = new Map(routes.map(route => [route.path, route]))
    this.#loopbackOnly = loopbackOnly
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    // The client is gone.
    response.on('error', () => {})
    const refusal = this.#refusal(request)
    if (refusal !== undefined) {
      // What follows on this connection may be the body.
      response.setHeader('Connection', 'close')
      void send(request, response, refusal)
      return
    }
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/su)
    const route = this.#routes.get(path)
    const method = request.method === 'HEAD' ? 'GET' : request.method
    if (route === undefined) {
      void send(request, response, plain(404, 'Not found'))
      return
    }
    const methods = 'stream' in route ? (['GET'] as const) : (route.methods ?? (['GET'] as const))
    const known = methods.find(each => each === method)
    if (known === undefined) {
      response.setHeader('Allow', allowed(methods))
      void send(request, response, plain(405, 'Method not allowed'))
      return
    }
    if (!('stream' in route)) {
      void respond(
        request,
        response,
        async () => await route.answer({ method: known, query: new URLSearchParams(query) }),
      )
      return
    }
    if (!route.stream.hasRoom) {
      response.setHeader('Retry-After', '10')
      void send(request, response, plain(503, 'Too many viewers'))
      return
    }
    setHeaders(response, { type: 'text/event-stream', body: '' })
    response.setHeader('Connection', 'close')
    if (request.method === 'HEAD') response.end()
    else route.stream.add(response)
  }

  /** The answer to a request that this server does not take, whatever its path. */
  #refusal({ headers, url = '' }: IncomingMessage): HttpAnswer | undefined {
    const { host = '', origin } = headers
    if (this.#loopbackOnly && !isLoopbackHost(host))
      return plain(403, 'This server is bound to a loopback address, and the Host of the request is not one')
    if (origin !== undefined && !isOwnOrigin(origin, host))
      return plain(403, 'The Origin of the request is another site')
    if (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0')
      return plain(413, 'A request has no body here')
    // RFC 9112 §3.2: a proxy gets the absolute form, OPTIONS the asterisk form.
    return url.startsWith('/') ? undefined : plain(400, 'The target of a request is a path')
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: () => Promise<HttpAnswer>,
): Promise<void> {
  let found: HttpAnswer
  try {
    found = await answer()
  } catch {
    found = plain(500, 'The answer could not be made')
  }
  await send(request, response, found)
}

async function send(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): Promise<void> {
  const isCompressed = answer.body.length >= LEAST_COMPRESSED && takesGzip(request)
  const bytes = isCompressed ? await compress(answer.body) : Buffer.from(answer.body)
  setHeaders(response, answer)
  response.setHeader('Content-Length', bytes.length)
  response.setHeader('Vary', 'Accept-Encoding')
  if (isCompressed) response.setHeader('Content-Encoding', 'gzip')
  response.writeHead(answer.status ?? 200)
  response.end(bytes)
}

function setHeaders(response: ServerResponse, { type, policy = NOTHING }: HttpAnswer): void {
  for (const [name, value] of Object.entries(COMMON)) response.setHeader(name, value)
  response.setHeader('Content-Type', type)
  response.setHeader('Content-Security-Policy', policy)
}

/** RFC 9110 §12.5.3, `gzip` by its name only. */
function takesGzip({ headers }: IncomingMessage): boolean {
  const offers = (headers['accept-encoding'] ?? '').split(',')
  return offers.some(offer => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/iu.test(offer))
}

function allowed(methods: readonly Method[]): string {
  return methods.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
}

function plain(status: number, text: string): HttpAnswer {
  return { status, type: TEXT, body: `${text}\n` }
}
