import type { DnsQuestion } from './answers.ts'
import type { Service } from './service.ts'

/** A question, and how it is asked. */
export interface DnsOptions extends DnsQuestion {
  /** Whether the server is to find the answer from other servers (RD). */
  readonly recurse: boolean
  /** Whether the server is to add signatures (DO, RFC 3225). Needs EDNS. */
  readonly dnssec: boolean
  /** The UDP payload size that an answer may have, in bytes (RFC 6891 section 6.2.3). 0: no EDNS, answers of up to 512 bytes. */
  readonly bufsize: number
  /** Whether the letters of the name have random case, which an answer repeats (draft-vixie-dnsext-dns0x20): more bits to guess. */
  readonly mixedCase: boolean
}

/**
 * A question to a name server. `name` is in A-labels, as `encodeName` accepts it.
 * Throws a RangeError for a name that is none: the caller checks it first.
 */
export function dnsService(options: DnsOptions): Service {
  void options
  return {
    name: 'dns',
    named: true,
    request: () => ({ bytes: new Uint8Array(), read: () => ({ what: 'malformed', why: 'it cannot be read' }) }),
  }
}
