/** A Version Negotiation packet (RFC 9000 section 17.2.1). */
export interface QuicAnswer {
  readonly service: 'quic'
  /** The versions of the server: `v1`, `v2`, `draft-29`, or 8 hex digits. Reserved versions (RFC 9000 section 15) are left out. */
  readonly versions: readonly string[]
}
