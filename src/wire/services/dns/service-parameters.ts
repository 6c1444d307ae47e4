import { encodeBase64 } from '../../../base/base64.ts'
import { formatIPv6 } from '../../../base/ip.ts'
import type { Cursor } from './cursor.ts'
import { quoteBytes } from './text.ts'

/** Keys of service parameters (RFC 9460 section 14.3.2, RFC 9461, RFC 9540). */
const KEYS = [
  'mandatory',
  'alpn',
  'no-default-alpn',
  'port',
  'ipv4hint',
  'ech',
  'ipv6hint',
  'dohpath',
  'ohttp',
] as const

/** The service parameters of an SVCB or HTTPS record: `alpn="h2,h3" port=8443` (RFC 9460 appendix A). */
export function serviceParameters(data: Cursor): string {
  const texts: string[] = []
  for (let last = -1; !data.isAtEnd;) {
    const key = data.u16()
    const value = data.part(data.u16())
    // RFC 9460 section 2.2: each key once, in increasing order; anything else is malformed.
    if (key <= last) data.fail('its service parameters are not in order')
    last = key
    texts.push(parameterText(key, value))
    if (value.fault !== undefined || !value.isAtEnd) data.fail(`its service parameter ${keyName(key)} is wrong`)
  }
  return texts.join(' ')
}

function keyName(key: number): string {
  return KEYS[key] ?? `key${key}`
}

function parameterText(key: number, value: Cursor): string {
  const name = keyName(key)
  switch (KEYS[key]) {
    case 'mandatory':
      return `${name}=${listOf(value, () => keyName(value.u16())).join(',')}`
    case 'alpn':
      return `${name}=${quoteList(listOf(value, () => value.bytes(value.u8())))}`
    case 'port':
      return `${name}=${value.u16()}`
    case 'ipv4hint':
      return `${name}=${listOf(value, () => value.bytes(4).join('.')).join(',')}`
    case 'ipv6hint':
      return `${name}=${listOf(value, () => formatIPv6(value.bytes(16))).join(',')}`
    case 'ech':
      return `${name}=${encodeBase64(value.bytes())}`
    case 'no-default-alpn':
    case 'ohttp':
      return name
    default:
      return value.isAtEnd ? name : `${name}=${quoteBytes(value.bytes())}`
  }
}

/** One item at least. */
function listOf<Item>(value: Cursor, item: () => Item): readonly Item[] {
  const items: Item[] = []
  do items.push(item())
  while (!value.isAtEnd)
  return items
}

const COMMA = 0x2c
const BACKSLASH = 0x5c

/**
 * Protocols as a list in one character-string. A backslash goes before each comma and backslash of a protocol, and the string has its own
 * escapes on top (RFC 9460 appendix A.1).
 */
function quoteList(protocols: readonly Uint8Array[]): string {
  const list: number[] = []
  for (const [i, protocol] of protocols.entries()) {
    if (i > 0) list.push(COMMA)
    for (const byte of protocol) {
      if (byte === COMMA || byte === BACKSLASH) list.push(BACKSLASH)
      list.push(byte)
    }
  }
  return quoteBytes(Uint8Array.from(list))
}
