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
  readonly answers: readonly DnsRecord[]
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
