import { equalBytes } from '../../base/bytes.ts'
import { addressBytes, isAddress, isIPv6, isLoopback, isMulticast } from '../../base/ip.ts'
import type { Target } from '../../base/target.ts'
import { parseAllowEntry, type AllowEntry } from '../monitor/allow-entry.ts'

/** Targets to which strangers may have something sent. */
export interface AllowList {
  /** Whether an address of this host could be allowed. If not, its name need not be resolved. */
  mayAllow(requested: Target): boolean
  /** Whether a resolved address of the requested host is allowed, with the requested port. */
  allows(requested: Target, address: string): boolean
}

/** An entry of the list. */
type Rule = (requested: Target, at: Destination) => boolean

/** The address and port to which datagrams would go. */
interface Destination {
  readonly address: string
  readonly port: number
  /** Undefined: the name is not resolved yet, and its address may be any. */
  readonly bytes: readonly number[] | undefined
  readonly isLinkLocal: boolean
}

/** Ports of system services (RFC 6335 section 6), which answer a datagram with more than an echo. */
const FIRST_FREE_PORT = 1024

/** The list of `probe.allow`: networks, `host:port` and `*.suffix:port`. Throws a `usage` error. */
export function parseAllowList(entries: readonly string[], name: string): AllowList {
  return new Rules(entries.map(entry => ruleOf(parseAllowEntry(entry, name))))
}

/** A list of these targets only. */
export function allowTargets(targets: readonly Target[]): AllowList {
  return new Rules(targets.map(targetRule))
}

class Rules implements AllowList {
  readonly #rules: readonly Rule[]

  constructor(rules: readonly Rule[]) {
    this.#rules = rules
  }

  mayAllow(requested: Target): boolean {
    const { host, port } = requested
    if (isAddress(host)) return this.allows(requested, host)
    const unknown = { address: host, port, bytes: undefined, isLinkLocal: false }
    return port !== 0 && this.#rules.some(rule => rule(requested, unknown))
  }

  allows(requested: Target, address: string): boolean {
    const { port } = requested
    const bytes = addressBytes(address)
    if (bytes === undefined || port === 0) return false
    const inside = embeddedIPv4(bytes)
    if (isNever(address, bytes) || (inside !== undefined && isNever(inside.join('.'), inside))) return false
    const linkLocal = isLinkLocal(bytes) || (inside !== undefined && isLinkLocal(inside))
    return this.#rules.some(rule => rule(requested, { address, port, bytes, isLinkLocal: linkLocal }))
  }
}

function ruleOf(entry: AllowEntry): Rule {
  if (entry.kind === 'target') return targetRule(entry.target)
  if (entry.kind === 'network')
    return (_, { address, port, bytes, isLinkLocal: linkLocal }) =>
      port >= FIRST_FREE_PORT && !linkLocal && (bytes === undefined || entry.network.contains(address))
  // A stranger may have a name below the suffix, and would reach this host by an address of its own.
  return (requested, at) =>
    at.port === entry.port && isBelow(requested.host, entry.suffix) && !at.isLinkLocal && !isLoopback(at.address)
}

/** A target as it must be requested: an address does not stand for the names that have it. So it can be link-local, and its port any. */
function targetRule({ host, port }: Target): Rule {
  if (isAddress(host))
    return (requested, at) =>
      at.port === port &&
      isAddress(requested.host) &&
      sameBytes(at.bytes, addressBytes(host)) &&
      (!at.isLinkLocal || zoneOf(host) === zoneOf(at.address))
  const name = plainName(host)
  return (requested, at) =>
    at.port === port && !isAddress(requested.host) && plainName(requested.host) === name && !at.isLinkLocal
}

function isBelow(host: string, written: string): boolean {
  const [name, suffix] = [plainName(host), plainName(written)]
  return !isAddress(host) && name.endsWith(suffix) && name.length > suffix.length
}

/** Names are equal without regard to ASCII case (RFC 4343), and with or without the dot of the root. */
export function plainName(host: string): string {
  return host.replace(/\.$/u, '').replaceAll(/[A-Z]/gu, letter => letter.toLowerCase())
}

function sameBytes(one: readonly number[] | undefined, other: readonly number[] | undefined): boolean {
  return one !== undefined && other !== undefined && equalBytes(one, other)
}

/** A link-local address is another one on each interface. */
function zoneOf(address: string): string | undefined {
  return address.split('%')[1]
}

/** 0.0.0.0/8 (RFC 1122 section 3.2.1.3), `::`, multicast, and the limited broadcast (RFC 919). The kernel refuses other broadcasts. */
function isNever(address: string, bytes: readonly number[]): boolean {
  if (isMulticast(address) || bytes.every(byte => byte === 0)) return true
  return bytes.length === 4 && (bytes[0] === 0 || bytes.every(byte => byte === 255))
}

/** 169.254.0.0/16 (RFC 3927), where clouds have their metadata services, and fe80::/10 (RFC 4291 section 2.5.6). */
function isLinkLocal([first = 0, second = 0, ...rest]: readonly number[]): boolean {
  return rest.length === 2 ? first === 169 && second === 254 : first === 0xfe && second >> 6 === 2
}

/**
 * The IPv4 address that a translator or a tunnel takes from an IPv6 address: 64:ff9b::/96 (RFC 6052), 2002::/16 (RFC 3056) and ::/96 (RFC 4291
 * section 2.5.5.1), except `::1`.
 */
function embeddedIPv4(bytes: readonly number[]): readonly number[] | undefined {
  if (bytes.length !== 16) return undefined
  if (bytes[0] === 0x20 && bytes[1] === 0x02) return bytes.slice(2, 6)
  const isZero = (from: number): boolean => bytes.slice(from, 12).every(byte => byte === 0)
  const isTranslated = [0x00, 0x64, 0xff, 0x9b].every((byte, n) => bytes[n] === byte) && isZero(4)
  const isCompatible = isZero(0) && bytes.slice(12, 15).some(byte => byte !== 0)
  return isTranslated || isCompatible ? bytes.slice(12) : undefined
}

/** An address as it is used after the check: an IPv4-mapped one as IPv4, and a zone only where it counts. */
export function checkedAddress(address: string): string {
  const bytes = addressBytes(address)
  if (bytes?.length === 4) return bytes.join('.')
  const isZoned = isIPv6(address) && bytes !== undefined && isLinkLocal(bytes)
  return isZoned ? address : (address.split('%')[0] ?? address)
}
