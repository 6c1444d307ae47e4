import type { Service } from './service.ts'

/** A check of a STUN server: a binding request without authentication (RFC 8489). */
export function stunService(): Service {
  return {
    name: 'stun',
    named: true,
    request: random => ({
      bytes: Uint8Array.of(0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, ...random(12).subarray(0, 12)),
      read: () => ({ what: 'malformed', why: 'STUN is not read yet' }),
    }),
  }
}
