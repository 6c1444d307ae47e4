import type { Address } from '../../base/address.ts'
import type { Nanos } from '../../base/nanos.ts'

/** A question to a name server. */
export interface DnsQuestion {
  readonly name: string
  /** The type of the records: 1 (A), 28 (AAAA), … */
  readonly type: number
  /** The class: 1 (IN), 3 (CH), … */
  readonly class: number
}

/** One resource record of an answer (RFC 1035 section 3.2.1), for a reader. */
export interface DnsRecord {
  readonly name: string
  /** `A`, `AAAA`, …, or `TYPE65535` (RFC 3597). */
  readonly type: string
  /** `IN`, `CH`, …, or `CLASS255`. */
  readonly class: string
  /** Seconds. */
  readonly ttl: number
  /** As in a zone file: `192.0.2.1`, `10 mail.example.org.`, or `\# 2 0102` for an unknown type. */
  readonly data: string
}

/** An answer of a name server. */
export interface DnsAnswer {
  readonly service: 'dns'
  readonly question: DnsQuestion
  /** `NOERROR`, `NXDOMAIN`, …, or `RCODE4095`; 12 bits with EDNS (RFC 6891 section 6.1.3). */
  readonly rcode: string
  readonly aa: boolean
  readonly tc: boolean
  readonly ra: boolean
  readonly ad: boolean
  /** Number of records in the answer section. */
  readonly answers: number
  /** Those records. */
  readonly records: readonly DnsRecord[]
  /** Number of records in the authority and additional sections; the latter without OPT. */
  readonly authorities: number
  readonly additionals: number
  /** Absent: the answer has no OPT record. */
  readonly edns?: {
    readonly version: number
    /** The UDP payload size of the server, bytes. */
    readonly size: number
    readonly dnssecOk: boolean
    /** Extended DNS errors (RFC 8914): `18 Prohibited: text`. */
    readonly errors: readonly string[]
  }
}

/** A moment of real time: seconds and nanoseconds since 1970 (UTC). */
export interface RealTime {
  readonly seconds: number
  readonly nanos: number
}

/** An answer of an NTP server (RFC 5905 section 7.3). */
export interface NtpAnswer {
  readonly service: 'ntp'
  /** 1 to 4. */
  readonly version: number
  /** The leap indicator. `unknown`: the clock is not synchronized. */
  readonly leap: 'none' | 'add' | 'delete' | 'unknown'
  /** 1 to 15; 16 not synchronized; 0 not specified, or a kiss-o'-death; 17 to 255 reserved. */
  readonly stratum: number
  /** The kiss code of a packet with stratum 0: `RATE`, `DENY`, … */
  readonly kiss?: string
  /** The precision of the server's clock. */
  readonly precision: Nanos
  readonly rootDelay: Nanos
  readonly rootDispersion: Nanos
  /** `GPS` for stratum 1, an IPv4 address or 8 hex digits above. */
  readonly referenceId: string
  /** When the server received the request and sent the answer, by its clock. Absent: it sent 0, "unknown" (RFC 5905 section 6). */
  readonly received?: RealTime
  readonly sent?: RealTime
}

/** An answer to a STUN binding request (RFC 8489). */
export interface StunAnswer {
  readonly service: 'stun'
  /** The source address that the server saw. Absent in an error. */
  readonly mapped?: Address
  readonly software?: string
  readonly error?: { readonly code: number; readonly reason: string }
}

/** A Version Negotiation packet (RFC 9000 section 17.2.1). */
interface QuicAnswer {
  readonly service: 'quic'
  /** The versions of the server: `v1`, `v2`, `draft-29`, or 8 hex digits. Reserved versions (RFC 9000 section 15) are left out. */
  readonly versions: readonly string[]
}

/** A final response to OPTIONS (RFC 3261 section 11). */
export interface SipAnswer {
  readonly service: 'sip'
  /** 200 to 699. */
  readonly status: number
  readonly reason: string
  /** The Server header field, or User-Agent, which some servers send instead. */
  readonly server?: string
  /** The methods of the Allow header field. */
  readonly allow?: readonly string[]
}

/** The answer to a CoAP ping (RFC 7252 section 4.3): a Reset message. */
interface CoapAnswer {
  readonly service: 'coap'
  readonly messageId: number
}

/** A reply to a free text or bytes: whatever the target sends to the port. */
interface MessageAnswer {
  readonly service: 'message'
}

/** What a datagram says that answers a request, by the protocol. */
export type ServiceAnswer = DnsAnswer | NtpAnswer | StunAnswer | QuicAnswer | SipAnswer | CoapAnswer | MessageAnswer

/** The protocols of `udptool query`. */
export type ServiceName = ServiceAnswer['service']
