import { usage, type UdptoolError } from './error.ts'
import { isIPv4, isIPv6 } from './ip.ts'
import { quoted } from './quoted.ts'
import { invalidValue } from './invalid-value.ts'

export const DEFAULT_PORT = 9000
export const DEFAULT_HOST = '127.0.0.1'

/** Where to send: a host name or an address (an IPv6 address without its brackets), and a port. */
export interface Target {
  readonly host: string
  readonly port: number
}

export interface TargetOptions {
  /** The smallest port accepted: 1, or 0 for an address to bind, where 0 lets the system choose. */
  readonly minPort?: 0 | 1
  /** The port of a target without one: 9000 if absent. */
  readonly defaultPort?: number
}

/**
 * A target: `host:port`, `[v6]:port`, `[fe80::1%eth0]:port`, `host` or a bare IPv6 address (the default port), `:port` (host
 * 127.0.0.1). Names are not resolved here.
 */
export function parseTarget(text: string | number, name = 'the target', options: TargetOptions = {}): Target {
  const { minPort = 1, defaultPort = DEFAULT_PORT } = options
  const examples = [`127.0.0.1:${defaultPort}`, `[::1]:${defaultPort}`] as const
  const written = String(text).trim()
  if (written === '') throw invalidValue(name, text, 'it is empty', examples)
  if (written.includes('://')) throw urlRefusal(written, text, name, examples)
  const ambiguous = addressWithPort(written)
  if (ambiguous !== undefined) throw ambiguity(ambiguous, written, text, name, defaultPort)
  if (isIPv6(written)) return { host: written, port: defaultPort }
  const [, bracketed, named, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::([^:]*))?$/su.exec(written) ?? []
  if (bracketed !== undefined) {
    if (isIPv4(bracketed))
      throw usage(
        `${name} cannot be ${quoted(text)}: only IPv6 addresses stand in brackets`,
        `did you mean ${bracketed}${port === undefined ? '' : `:${port}`}?`,
      )
    if (!isIPv6(bracketed)) throw invalidValue(name, text, `${quoted(bracketed)} is not an IPv6 address`, examples)
  } else if (named === undefined) {
    const [, address, rest] = /^\[([^[\]]*)\](\d{1,5})$/u.exec(written) ?? []
    if (address !== undefined && isIPv6(address))
      throw usage(
        `${name} cannot be ${quoted(text)}: there is no colon before the port`,
        `did you mean [${address}]:${rest}?`,
      )
    throw invalidValue(name, text, 'it is not host:port, and an IPv6 address with a port stands in brackets', examples)
  } else if (named !== '') checkHost(named, text, name, examples)
  const host = bracketed ?? (named === '' ? DEFAULT_HOST : (named ?? DEFAULT_HOST))
  return { host, port: port === undefined ? defaultPort : readPort(port, host, text, name, minPort, defaultPort) }
}

/** A target as `parseTarget` reads it back: `127.0.0.1:9000`, `[::1]:9000`. */
export function formatTarget({ host, port }: Target): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Two targets for a hint. */
type Examples = readonly [string, string]

function urlRefusal(written: string, text: string | number, name: string, examples: Examples): UdptoolError {
  const [, authority] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#@]+)\/?$/iu.exec(written) ?? []
  if (authority === undefined) return invalidValue(name, text, 'a target is no URL', examples)
  return usage(`${name} cannot be ${quoted(text)}: a target is no URL`, `did you mean ${authority}?`)
}

/**
 * Splits an IPv6 address without brackets that may end in a port: `::1:9000` is also an address as a whole, `::1:65000` is not. The port is two
 * to five decimal digits after a complete address; a single digit is unlikely to be a port.
 */
export function addressWithPort(written: string): { readonly address: string; readonly port: string } | undefined {
  const [, address, port] = /^([^[\]]*:[^[\]]*):([1-9]\d{1,4})$/u.exec(written) ?? []
  if (address === undefined || port === undefined || Number(port) > 65_535) return undefined
  return isIPv6(address) ? { address, port } : undefined
}

function ambiguity(
  { address, port }: { readonly address: string; readonly port: string },
  written: string,
  text: string | number,
  name: string,
  defaultPort: number,
): UdptoolError {
  const target = formatTarget({ host: address, port: Number(port) })
  if (!isIPv6(written))
    return usage(
      `${name} cannot be ${quoted(text)}: an IPv6 address with a port stands in brackets`,
      `did you mean ${target}?`,
    )
  return usage(
    `${name} cannot be ${quoted(text)}: ${port} may be its port or a part of the address`,
    `write ${target}, or ${formatTarget({ host: written, port: defaultPort })} for the whole as an address`,
  )
}

function checkHost(host: string, text: string | number, name: string, examples: Examples): void {
  if (isIPv4(host)) return
  const labels = host.replace(/\.$/u, '').split('.')
  if (labels.length === 1 && /^\d{1,5}$/u.test(host)) {
    throw usage(`${name} cannot be ${quoted(text)}: it has a port and no host`, `did you mean :${host}?`)
  }
  const plain = labels.map(label => label.replace(/^0+(?=\d)/u, '')).join('.')
  if (plain !== host && isIPv4(plain))
    throw usage(
      `${name} cannot be ${quoted(text)}: ${quoted(host)} has leading zeros, which some programs read as octal`,
      `did you mean ${plain}?`,
    )
  const [, first, port] = /^([\p{L}\p{N}._-]+)\s+(\d{1,5})$/u.exec(host) ?? []
  if (first !== undefined && port !== undefined)
    throw usage(`${name} cannot be ${quoted(text)}: a colon stands before the port`, `did you mean ${first}:${port}?`)
  if (/^\d+$/u.test(labels.at(-1) ?? ''))
    throw invalidValue(name, text, `${quoted(host)} is not an IPv4 address`, examples)
  const wrong = labels.find(label => !/^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]{0,62})$/u.test(label))
  if (wrong !== undefined || host.length > 253) {
    throw invalidValue(name, text, `${quoted(host)} is not a host name`, [
      examples[0].replace('127.0.0.1', 'localhost'),
      examples[1],
    ])
  }
}

function readPort(
  port: string,
  host: string,
  text: string | number,
  name: string,
  min: number,
  defaultPort: number,
): number {
  const number = /^\d{1,5}$/u.test(port) ? Number(port) : NaN
  if (number >= min && number <= 65_535) return number
  const why =
    port === ''
      ? 'the port is missing behind the colon'
      : number === 0
        ? 'nothing can be sent to port 0'
        : `a port is a number from ${min} to 65535`
  throw usage(`${name} cannot be ${quoted(text)}: ${why}`, `write ${formatTarget({ host, port: defaultPort })}`)
}
