import { usage } from './error.ts'
import { isIPv4, isIPv6 } from './ip.ts'
import { quoted } from './quoted.ts'
import { refusal } from './refusal.ts'

/** The port of a target that names none, as in the project's first server. */
export const DEFAULT_PORT = 9000
/** The host of a target that names none. */
export const DEFAULT_HOST = '127.0.0.1'

/** Where to send: a host name or an address (an IPv6 address without its brackets), and a port. */
export interface Target {
  readonly host: string
  readonly port: number
}

export interface TargetOptions {
  /** The smallest port accepted: 1, or 0 for an address to bind, where 0 lets the system choose. */
  readonly minPort?: 0 | 1
}

const EXAMPLES = ['127.0.0.1:9000', '[::1]:9000'] as const

/**
 * A target: `host:port`, `[v6]:port`, `[fe80::1%eth0]:port`, `host` or a bare IPv6 address (port 9000), `:port` (host
 * 127.0.0.1). Names are not resolved here.
 */
export function parseTarget(text: string | number, name = 'the target', options: TargetOptions = {}): Target {
  const written = String(text).trim()
  if (written === '') throw refusal(name, text, 'it is empty', EXAMPLES)
  if (written.includes('://')) throw refusal(name, text, 'a target is no URL', EXAMPLES)
  if (isIPv6(written)) return { host: written, port: DEFAULT_PORT }
  const [, bracketed, named, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::([^:]*))?$/su.exec(written) ?? []
  if (bracketed !== undefined) {
    if (!isIPv6(bracketed)) throw refusal(name, text, `${quoted(bracketed)} is not an IPv6 address`, EXAMPLES)
  } else if (named === undefined) {
    throw refusal(name, text, 'it is not host:port, and an IPv6 address with a port stands in brackets', EXAMPLES)
  } else if (named !== '') checkHost(named, text, name)
  return {
    host: bracketed ?? (named === '' ? DEFAULT_HOST : (named ?? DEFAULT_HOST)),
    port: port === undefined ? DEFAULT_PORT : readPort(port, text, name, options.minPort ?? 1),
  }
}

function checkHost(host: string, text: string | number, name: string): void {
  if (isIPv4(host)) return
  const labels = host.replace(/\.$/u, '').split('.')
  if (labels.length === 1 && /^\d{1,5}$/u.test(host)) {
    throw usage(`${name} cannot be ${quoted(text)}: it has a port and no host`, `did you mean :${host}?`)
  }
  if (/^\d+$/u.test(labels.at(-1) ?? '')) throw refusal(name, text, `${quoted(host)} is not an IPv4 address`, EXAMPLES)
  const wrong = labels.find(label => !/^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]{0,62})$/u.test(label))
  if (wrong !== undefined || host.length > 253) {
    throw refusal(name, text, `${quoted(host)} is not a host name`, ['localhost:9000', EXAMPLES[1]])
  }
}

function readPort(port: string, text: string | number, name: string, min: number): number {
  const number = /^\d{1,5}$/u.test(port) ? Number(port) : NaN
  if (number >= min && number <= 65_535) return number
  throw refusal(name, text, `a port is a number from ${min} to 65535`, EXAMPLES)
}
