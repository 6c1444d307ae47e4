import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { MILLISECOND, SECOND } from '../base/nanos.ts'
import { TEXT } from './content-type.ts'
import { isEmbedded, isHostOf, isLoopbackHost, isOriginOf, isOwnOrigin } from './own-host.ts'
import { type Admission, PasswordGate } from './password-gate.ts'
import type { HttpAnswer, Method, Route } from './route.ts'
import type { HttpSecurity, SecuritySettings } from './security.ts'

const compress = promisify(gzip)

/** Shorter bodies are not compressed. */
const LEAST_COMPRESSED = 1024

/** A connection on which nothing moves is closed after this time, ms. */
export const STUCK = (60 * SECOND) / MILLISECOND

/** A document of this server may load nothing, and no page may frame it. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'"

/** Headers of every answer. `Cross-Origin-Resource-Policy` keeps pages of other sites from loading an answer as a script or image. */
const COMMON = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const

const NO_SECURITY: SecuritySettings = { users: new Map(), headers: new Map() }

/** Answers to requests without the right password. */
const REFUSALS: Readonly<Record<Exclude<Admission, 'admitted'> | 'broken', HttpAnswer>> = {
  refused: { ...plain(401, 'Unauthorized'), headers: { 'WWW-Authenticate': 'Basic' } },
  busy: { ...plain(503, 'Too many passwords wait to be checked'), headers: { 'Retry-After': '1' } },
  broken: plain(500, 'Passwords cannot be checked'),
}

export interface AnswererPlan {
  /** Path above all routes, without a slash at its end. */
  readonly prefix?: string
  /** Address of this server behind a proxy. */
  readonly externalUrl?: URL
  /** Passwords and headers. Absent: none. */
  readonly security?: HttpSecurity
}

/** Answers requests by routes. */
export class Answerer {
  readonly #routes: ReadonlyMap<string, Route>
  readonly #prefix: string
  readonly #externalUrl: URL | undefined

  readonly #security: HttpSecurity | undefined
  readonly #gate = new PasswordGate()

  constructor(routes: readonly Route[], { prefix = '', externalUrl, security }: AnswererPlan) {
    this.#security = security
    this.#routes = new Map(routes.map(route => [prefix + route.path, route]))
    this.#prefix = prefix
    this.#externalUrl = externalUrl
  }

  /** `isLocal`: the request came to a loopback address, so its Host must be one too. */
  answer(request: IncomingMessage, response: ServerResponse, isLocal: boolean): void {
    // The client is gone.
    response.on('error', () => {})
    const { users, headers } = this.#security?.present() ?? NO_SECURITY
    for (const [name, value] of headers) response.setHeader(name, value)
    const refusal = this.#refusal(request, isLocal)
    if (refusal !== undefined) {
      // What follows on this connection may be the body.
      response.setHeader('Connection', 'close')
      void send(request, response, refusal)
      return
    }
    if (users.size === 0) this.#answerByRoute(request, response)
    else void this.#answerWithPassword(request, response, users)
  }

  async #answerWithPassword(
    request: IncomingMessage,
    response: ServerResponse,
    users: ReadonlyMap<string, string>,
  ): Promise<void> {
    const { headers, socket } = request
    const admission = await this.#gate
      .admit(headers.authorization, socket.remoteAddress ?? '', users)
      .catch(() => 'broken' as const)
    if (admission === 'admitted') {
      this.#answerByRoute(request, response)
      return
    }
    await send(request, response, REFUSALS[admission])
  }

  #answerByRoute(request: IncomingMessage, response: ServerResponse): void {
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/su)
    const route = this.#routes.get(path)
    const method = request.method === 'HEAD' ? 'GET' : request.method
    if (route === undefined) {
      void send(request, response, this.#withoutRoute(path, method))
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
      void respond(request, response, async signal => {
        const { headers } = request
        return await route.answer({ method: known, query: new URLSearchParams(query), headers, signal })
      })
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
  #refusal({ headers, rawHeaders, url = '' }: IncomingMessage, isLocal: boolean): HttpAnswer | undefined {
    const { host = '', origin } = headers
    // RFC 9112 §3.2. Node keeps the first one, a proxy before it may have read the other.
    if (rawHeaders.filter((name, n) => n % 2 === 0 && name.toLowerCase() === 'host').length > 1)
      return plain(400, 'The request has several Host headers')
    const external = this.#externalUrl
    if (isLocal && !isLoopbackHost(host) && (external === undefined || !isHostOf(host, external)))
      return plain(
        403,
        'This server is bound to a loopback address, and the Host of the request is neither one nor that of its external URL',
      )
    const isOwn =
      origin === undefined || isOwnOrigin(origin, host) || (external !== undefined && isOriginOf(origin, external))
    if (!isOwn || isEmbedded(headers)) return plain(403, 'The request comes from a page of another site')
    if (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0')
      return plain(413, 'A request has no body here')
    // RFC 9112 §3.2: a proxy gets the absolute form, OPTIONS the asterisk form.
    return url.startsWith('/') ? undefined : plain(400, 'The target of a request is a path')
  }

  /** Below a prefix `/` and the prefix without its slash lead to the first page, as in blackbox_exporter. */
  #withoutRoute(path: string, method: string | undefined): HttpAnswer {
    const isEntrance = this.#prefix !== '' && (path === '/' || path === this.#prefix)
    if (!isEntrance || method !== 'GET') return plain(404, 'Not found')
    const first = this.#externalUrl?.href.replace(/\/*$/u, '/') ?? `${this.#prefix}/`
    return { ...plain(302, 'Found'), headers: { Location: first } }
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (signal: AbortSignal) => Promise<HttpAnswer>,
): Promise<void> {
  const abort = new AbortController()
  const leave = (): void => abort.abort()
  response.once('close', leave)
  // The client may have left while its password was checked.
  if (request.socket.destroyed) leave()
  // An answer may take longer than a connection may be silent.
  request.socket.setTimeout(0)
  let found: HttpAnswer
  try {
    found = await answer(abort.signal)
  } catch {
    found = plain(500, 'The answer could not be made')
  }
  response.off('close', leave)
  request.socket.setTimeout(STUCK)
  await send(request, response, found)
}

async function send(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): Promise<void> {
  const isCompressed = answer.body.length >= LEAST_COMPRESSED && takesGzip(request)
  const { body } = answer
  const bytes = isCompressed ? await compress(body) : typeof body === 'string' ? Buffer.from(body) : body
  setHeaders(response, answer)
  response.setHeader('Content-Length', bytes.length)
  response.setHeader('Vary', 'Accept-Encoding')
  if (isCompressed) response.setHeader('Content-Encoding', 'gzip')
  response.writeHead(answer.status ?? 200)
  response.end(bytes)
}

function setHeaders(response: ServerResponse, { type, headers = {}, policy = NOTHING }: HttpAnswer): void {
  for (const [name, value] of Object.entries({ ...COMMON, ...headers })) response.setHeader(name, value)
  response.setHeader('Content-Type', type)
  // Two policies apply both: one of the administrator cannot loosen that of a page.
  const others = response.getHeader('Content-Security-Policy')
  response.setHeader('Content-Security-Policy', others === undefined ? policy : [String(others), policy])
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
