import type { IncomingHttpHeaders } from 'node:http'
import { isIPv4, isIPv6, isLoopback } from '../base/ip.ts'

/**
 * Whether a Host header (RFC 9110 §7.2) names this host by a loopback address or `localhost`. A page of another site can make a browser
 * send requests to 127.0.0.1 under a name of its own (DNS rebinding), but then the header has that name. The port is free: it differs
 * behind a forwarded port.
 */
export function isLoopbackHost(header: string): boolean {
  const [, bracketed, named] = parts(header)
  if (bracketed !== undefined) return isIPv6(bracketed) && isLoopback(bracketed)
  if (named === undefined) return false
  return named.toLowerCase() === 'localhost' || (isIPv4(named) && isLoopback(named))
}

/** Whether a Host header has the host of this URL. The port is free. */
export function isHostOf(header: string, { hostname }: URL): boolean {
  const [, bracketed, named] = parts(header)
  return (bracketed === undefined ? named : `[${bracketed}]`)?.toLowerCase() === hostname
}

function parts(header: string): readonly (string | undefined)[] {
  return /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d{0,5})?$/u.exec(header) ?? []
}

/**
 * Whether an Origin header (RFC 6454 §7) is that of a page of this server. The scheme is not compared: a proxy in front of this server may
 * speak HTTPS. The origin `null` is foreign.
 */
export function isOwnOrigin(origin: string, host: string): boolean {
  const [, authority] = /^https?:\/\/([^/]+)$/iu.exec(origin) ?? []
  return authority?.toLowerCase() === host.toLowerCase()
}

/** Whether an Origin header is that of this URL. A browser writes no port that is the default of the scheme, as a URL does. */
export function isOriginOf(origin: string, url: URL): boolean {
  return /^https?:$/u.test(url.protocol) && origin.toLowerCase() === url.origin
}

/**
 * Whether a browser made this request for a part of a page of another site: an image, a script, a frame. Such a request may have no Origin, but
 * it has the headers of Fetch Metadata (https://www.w3.org/TR/fetch-metadata/). Other clients have none. To follow a link is allowed.
 */
export function isEmbedded(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  const isForeign = site === 'cross-site' || site === 'same-site'
  return isForeign && !(headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document')
}
