import type { Layout } from '../../wire/stamp/packet.ts'

/**
 * Whether the base packet at `at` is the reply of a reflector: it has a receive timestamp, the timestamp of its sender with an error estimate
 * beside it, and zeros between and after them. In a request these octets are zeros, or the padding of TWAMP-Light. RFC 8762 has no field that
 * distinguishes them, so two reflectors could answer each other for ever.
 */
export function isReply(bytes: Uint8Array, at: number, layout: Layout): boolean {
  return (
    !areZeros(bytes, at + layout.received, 8) &&
    !areZeros(bytes, at + layout.senderTimestamp, 8) &&
    // The multiplier.
    bytes[at + layout.senderErrorEstimate + 1] !== 0 &&
    areZeros(bytes, at + layout.senderErrorEstimate + 2, layout.senderTtl - layout.senderErrorEstimate - 2) &&
    areZeros(bytes, at + layout.senderTtl + 1, 3)
  )
}

function areZeros(bytes: Uint8Array, at: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (bytes[at + i] !== 0) return false
  return true
}
