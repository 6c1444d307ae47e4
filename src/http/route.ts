import type { IncomingHttpHeaders } from 'node:http'
import type { EventStream } from './event-stream.ts'

/** Methods that routes answer. HEAD is answered wherever GET is. */
export type Method = 'GET' | 'POST' | 'PUT'

/** What a route knows about a request. A request has no body. */
export interface HttpRequest {
  readonly method: Method
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders
  /** Aborted when the client disconnects before it has its answer. */
  readonly signal: AbortSignal
}

/** An answer that is complete. */
export interface HttpAnswer {
  /** 200 if absent. */
  readonly status?: number
  /** Content-Type. */
  readonly type: string
  /** Text, or its bytes in UTF-8. */
  readonly body: string | Uint8Array
  /** Further headers, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Content-Security-Policy of a page. Absent: the browser may load and run nothing. */
  readonly policy?: string
}

interface RoutePath {
  /** The path below the prefix of the server, without query: `/targets`. */
  readonly path: string
}

/** A path whose answer is a whole document. */
interface AnswerRoute extends RoutePath {
  /** GET alone if absent. */
  readonly methods?: readonly Method[]
  /** A rejection is answered with 500, without its text. */
  answer(request: HttpRequest): HttpAnswer | Promise<HttpAnswer>
}

/** A path whose answer goes on: Server-Sent Events. GET only. */
interface StreamRoute extends RoutePath {
  readonly stream: EventStream
}

export type Route = AnswerRoute | StreamRoute
