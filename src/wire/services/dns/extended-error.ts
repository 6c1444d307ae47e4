import type { Cursor } from './cursor.ts'

/** Extended DNS errors by their number (RFC 8914 section 5.2 and the IANA registry). */
const NAMES = [
  'Other Error',
  'Unsupported DNSKEY Algorithm',
  'Unsupported DS Digest Type',
  'Stale Answer',
  'Forged Answer',
  'DNSSEC Indeterminate',
  'DNSSEC Bogus',
  'Signature Expired',
  'Signature Not Yet Valid',
  'DNSKEY Missing',
  'RRSIGs Missing',
  'No Zone Key Bit Set',
  'NSEC Missing',
  'Cached Error',
  'Not Ready',
  'Blocked',
  'Censored',
  'Filtered',
  'Prohibited',
  'Stale NXDOMAIN Answer',
  'Not Authoritative',
  'Not Supported',
  'No Reachable Authority',
  'Network Error',
  'Invalid Data',
  'Signature Expired before Valid',
  'Too Early',
  'Unsupported NSEC3 Iterations Value',
  'Unable to conform to policy',
  'Synthesized',
]

/** `18 Prohibited: text` (RFC 8914 section 2). `no code` if the option has less than 2 bytes. */
export function extendedErrorText(option: Cursor): string {
  const code = option.u16()
  if (option.fault !== undefined) return 'no code'
  // Some servers end the text with a NUL, which is no part of it.
  const text = new TextDecoder().decode(option.bytes()).replace(/\0+$/u, '')
  const kind = NAMES[code] === undefined ? String(code) : `${code} ${NAMES[code]}`
  return text === '' ? kind : `${kind}: ${text}`
}
