import { addressBytes, isIPv4, isIPv6 } from '../../base/ip.ts'
import { quoted } from '../../base/quoted.ts'
import { nearest } from '../../base/suggestion.ts'
import { addressWithPort } from '../../base/target.ts'
import { DNS_RCODES, dnsRcode, dnsRcodeName } from '../../wire/services/dns/codes.ts'
import { invalidExpectation } from '../expect/invalid-expectation.ts'
import type { QueryMetricType } from './metrics.ts'

/**
 * The value behind `==` or `!=` in the form in which values of its type are compared: a text as it is, hexadecimal digits in lower case, a
 * word in upper case, an address by its bytes. `sample`: a hint with valid values.
 */
export function readText(value: string, metric: string, type: QueryMetricType, expr: string, sample: string): string {
  if (type === 'text') return value
  const trimmed = value.trim()
  if (type === 'hex') return readHex(trimmed, expr, sample)
  if (trimmed === '') throw invalidExpectation(expr, 'the value is missing', sample)
  if (type === 'address') return readAddress(trimmed, metric, expr, sample)
  return metric === 'dns.rcode' ? readRcode(trimmed, metric, expr) : readKiss(trimmed, expr, sample)
}

function readHex(value: string, expr: string, sample: string): string {
  if (!/^[\da-f]*$/iu.test(value))
    throw invalidExpectation(expr, `${quoted(value)} is not hexadecimal (0 to 9, a to f, without spaces)`, sample)
  if (value.length % 2 !== 0)
    throw invalidExpectation(expr, `a byte has two digits, and these are ${value.length}`, sample)
  return value.toLowerCase()
}

function readRcode(value: string, metric: string, expr: string): string {
  const rcode = dnsRcode(value)
  if (rcode !== undefined) return dnsRcodeName(rcode)
  const meant = nearest(value, DNS_RCODES)
  throw invalidExpectation(
    expr,
    `${quoted(value)} is not a response code`,
    meant === undefined ? `write ${metric}==NOERROR or ${metric}==NXDOMAIN` : `did you mean ${metric}==${meant}?`,
  )
}

/** A kiss code is four ASCII characters, filled up with zeros (RFC 5905 section 7.4). */
function readKiss(value: string, expr: string, sample: string): string {
  if (/^[\x21-\x7e]{1,4}$/u.test(value)) return value.toUpperCase()
  throw invalidExpectation(expr, `${quoted(value)} is not a kiss code of at most four letters`, sample)
}

function readAddress(value: string, metric: string, expr: string, sample: string): string {
  const [, bracketed, plain, port] = /^(?:\[([^[\]]+)\]|([^[\]:]+)):(\d{1,5})$/u.exec(value) ?? []
  const isAddress = bracketed === undefined ? isIPv4(plain ?? '') : isIPv6(bracketed)
  if (isAddress && port !== undefined && Number(port) <= 65_535)
    return addressKey(bracketed ?? plain ?? '', Number(port)) ?? value
  const split = addressWithPort(value)
  if (split !== undefined)
    throw invalidExpectation(
      expr,
      'an IPv6 address with a port stands in brackets',
      `did you mean ${metric}==[${split.address}]:${split.port}?`,
    )
  if (isIPv4(value) || isIPv6(value)) {
    const start = isIPv4(value) ? value.replaceAll('.', String.raw`\.`) : String.raw`\[${value}\]`
    throw invalidExpectation(expr, `${quoted(value)} has no port`, `write ${metric}=~/^${start}:/ for any port`)
  }
  throw invalidExpectation(expr, `${quoted(value)} is not ADDRESS:PORT`, sample)
}

/** Equal for equal addresses, however they are written. Undefined if the text is no address. */
export function addressKey(address: string, port: number): string | undefined {
  const bytes = addressBytes(address)
  return bytes === undefined ? undefined : `${bytes.join('.')}:${port}`
}
