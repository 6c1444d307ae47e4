import { decodeBase64 } from '../../base/base64.ts'
import { usage } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { LARGEST_PAYLOAD } from '../../base/sizes.ts'

/** A message as text, in UTF-8. */
export function parseText(value: string, flag: string): Uint8Array {
  return sized(new TextEncoder().encode(value), flag)
}

/** A message as hexadecimal digits, two for each byte. Spaces and colons between bytes are ignored. */
export function parseHex(value: string, flag: string): Uint8Array {
  const digits = value.replaceAll(/[\s:]/gu, '').replace(/^0x/iu, '')
  const wrong = /[^\da-f]/iu.exec(digits)?.[0]
  if (wrong !== undefined)
    throw usage(
      `${flag} cannot be ${quoted(value)}: ${quoted(wrong)} is no hexadecimal digit`,
      'write two digits for each byte: 68656c6c6f',
    )
  if (digits.length % 2 !== 0)
    throw usage(
      `${flag} cannot be ${quoted(value)}: it has ${digits.length} digits, an odd number`,
      'write two digits for each byte: 0a, not a',
    )
  return sized(
    Uint8Array.from(digits.match(/../gu) ?? [], byte => Number.parseInt(byte, 16)),
    flag,
  )
}

/** A message in base64 (RFC 4648 section 4), with its padding. */
export function parseBase64(value: string, flag: string): Uint8Array {
  const compact = value.replaceAll(/\s/gu, '')
  const bytes = decodeBase64(compact)
  if (bytes !== undefined) return sized(bytes, flag)
  const padded = compact.padEnd(Math.ceil(compact.length / 4) * 4, '=')
  const standard = padded.replaceAll('-', '+').replaceAll('_', '/')
  const hint =
    compact !== '' && decodeBase64(standard) !== undefined
      ? `did you mean ${standard}?`
      : 'write base64 with its padding: aGVsbG8='
  throw usage(`${flag} cannot be ${quoted(value)}: it is not base64`, hint)
}

function sized(bytes: Uint8Array, flag: string): Uint8Array {
  if (bytes.length <= LARGEST_PAYLOAD.udp6) return bytes
  throw usage(
    `${flag} has ${bytes.length} bytes, and a UDP datagram carries at most ${LARGEST_PAYLOAD.udp4} over IPv4`,
    'send less',
  )
}
