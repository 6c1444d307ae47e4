import type { Address } from '../../base/address.ts'

/** An answer to a STUN binding request (RFC 8489). */
export interface StunAnswer {
  readonly service: 'stun'
  /** The source address that the server saw. Absent in an error. */
  readonly mapped?: Address
  readonly software?: string
  readonly error?: { readonly code: number; readonly reason: string }
}
