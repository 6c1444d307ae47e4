import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import type { Ends, Reading, Service, ServiceRequest } from '../../../../src/wire/services/service.ts'

export const ENDS: Ends = {
  local: { address: '192.0.2.1', port: 40000, family: 'udp4' },
  target: { address: '192.0.2.53', port: 5060, family: 'udp4' },
}

/** A request whose ids are random. */
export function requestOf(service: Service, ends: Ends = ENDS): ServiceRequest {
  return service.request(length => Uint8Array.from(randomBytes(length)), ends)
}

/** Why it is no answer, after what it is: `unmatched: its message id is 2, that of the request is 1`. */
export function reasonOf(reading: Reading): string {
  return 'why' in reading ? `${reading.what}: ${reading.why}` : reading.what
}

/** Up to the most bytes that a UDP datagram has. */
export const anyDatagram = fc.oneof(
  { weight: 9, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  fc.uint8Array({ maxLength: 65_507, size: 'max' }),
)
