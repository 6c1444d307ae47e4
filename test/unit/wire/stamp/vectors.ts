import { createHmac } from 'node:crypto'
import type { Mac } from '../../../../src/wire/mac.ts'
import type { Reflection, Request } from '../../../../src/wire/stamp/packet.ts'
import { fromHex } from '../golden.ts'

/** The 32 octets 00 01 … 1f. */
export const KEY = Uint8Array.from({ length: 32 }, (_, at) => at)

export function hmacSha256(key: Uint8Array): Mac {
  return (...parts) => {
    const hmac = createHmac('sha256', key)
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
}

/** 2024-01-01T00:00:00.123456789Z. */
export const T1 = { seconds: Date.UTC(2024, 0, 1) / 1000, nanos: 123_456_789 }

export const REQUEST: Request = { ...T1, sequence: 1, format: 'ntp', errorEstimate: 1, ssid: 0 }

/** T2 = T1 + 1 s, T3 = T2 + 2^-16 s. */
export const REFLECTION: Reflection = {
  sequence: 1,
  receivedSeconds: T1.seconds + 1,
  receivedNanos: T1.nanos,
  seconds: T1.seconds + 1,
  nanos: T1.nanos + Math.round(1e9 / 2 ** 16),
  format: 'ntp',
  errorEstimate: 1,
  ttl: 64,
}

/** Made by a Python program from the figures of RFC 8762 and RFC 8972, with Python's hmac. */
export const VECTORS = {
  request: fromHex(`00000001e93c7f001f9add370001${'00'.repeat(30)}`),
  reply: fromHex(
    '00000001e93c7f011f9bdd3700010000e93c7f011f9add3700000001e93c7f001f9add370001000040000000'.replaceAll(' ', ''),
  ),
  requestMac: '4a124d5873db3d4469d289de10cd9c04',
  replyMac: '402a3ca0b1f84a40d7c4847acd6d7eaf',
  tlvs: fromHex('8005000c000000050000000000000000'),
  tlvMac: 'f48d6c686c5d38ce9a57579252e33e48',
}
