/** A final response to OPTIONS (RFC 3261 section 11). */
export interface SipAnswer {
  readonly service: 'sip'
  /** 200 to 699. */
  readonly status: number
  readonly reason: string
  /** The Server header field. */
  readonly server?: string
  /** The methods of the Allow header field. */
  readonly allow?: readonly string[]
}
