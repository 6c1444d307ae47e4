import { parseCidr, type Cidr } from '../../base/cidr.ts'
import { UdptoolError, usage } from '../../base/error.ts'
import { invalidValue } from '../../base/invalid-value.ts'
import { isAddress } from '../../base/ip.ts'
import { quoted } from '../../base/quoted.ts'
import { addressWithPort, DEFAULT_PORT, formatTarget, parseTarget, type Target } from '../../base/target.ts'

/** Which targets `/probe` may ask: a network, one target, or the hosts below a domain at one port. */
export type AllowEntry =
  | { readonly kind: 'network'; readonly network: Cidr }
  | { readonly kind: 'target'; readonly target: Target }
  /** `suffix` begins with a dot and has small letters. */
  | { readonly kind: 'suffix'; readonly suffix: string; readonly port: number }

const EXAMPLES = ['10.0.0.0/8', 'edge.example:9000'] as const
const WILDCARD = '*.'

/** Parses `10.0.0.0/8`, `host:port`, `[v6]:port` or `*.suffix:port`. Throws a `usage` error. */
export function parseAllowEntry(text: string, name: string): AllowEntry {
  const written = text.trim()
  if (written.includes('/')) return { kind: 'network', network: parseCidr(written, name) }
  if (written.startsWith(WILDCARD)) return suffixOf(written, text, name)
  if (written.includes('*'))
    throw invalidValue(name, text, 'a * stands only before the first dot', ['*.example:9000', EXAMPLES[0]])
  if (isAddress(written) && addressWithPort(written) === undefined) throw bareAddress(written, text, name)
  const target = parseTarget(written, name)
  if (!/:\d+$/u.test(written))
    throw usage(`${name} cannot be ${quoted(text)}: it has no port`, `did you mean ${formatTarget(target)}?`)
  return { kind: 'target', target }
}

function suffixOf(written: string, text: string, name: string): AllowEntry {
  try {
    const { host, port } = parseTarget(written.slice(WILDCARD.length), name)
    if (/:\d+$/u.test(written) && !isAddress(host)) return { kind: 'suffix', suffix: `.${host.toLowerCase()}`, port }
  } catch (error) {
    if (!(error instanceof UdptoolError)) throw error
  }
  throw invalidValue(name, text, 'behind *. stand a domain and a port', ['*.example:9000', EXAMPLES[0]])
}

function bareAddress(address: string, text: string, name: string): UdptoolError {
  const target = formatTarget({ host: address, port: DEFAULT_PORT })
  return usage(
    `${name} cannot be ${quoted(text)}: it is an address without a port`,
    `write ${target} for one port, or ${address}/${address.includes(':') ? 128 : 32} for all`,
  )
}
