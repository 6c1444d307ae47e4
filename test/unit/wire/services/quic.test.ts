import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { quicService } from '../../../../src/wire/services/quic.ts'
import { mutated } from '../../../helpers/mutations.ts'
import { anyDatagram, ENDS, reasonOf, requestOf } from './request.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (piece: Uint8Array): string => Buffer.from(piece).toString('hex')

/** The ids that the caller draws: the destination id is 0x05 to 0x0c, the source id 0x0e to 0x15. */
const request = quicService().request(length => Uint8Array.from({ length }, (_, at) => at - 1), ENDS)
const DESTINATION = '05060708090a0b0c'
const SOURCE = '0e0f101112131415'

/** A Version Negotiation packet by RFC 9000 figure 14, made of its fields. */
const negotiation = (versions: string, { first = '80', to = SOURCE, from = DESTINATION } = {}): Uint8Array =>
  bytes(`${first}00000000${length(to)}${to}${length(from)}${from}${versions}`)
const length = (id: string): string => (id.length / 2).toString(16).padStart(2, '0')

/** RFC 9001 appendix A.3: the first packet of a server, protected. */
const SERVER_INITIAL =
  'cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a' +
  '5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3' +
  'dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84' +
  '022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc4' +
  '2158407dd074ee'
/** RFC 9001 appendix A.4. */
const RETRY = 'ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba'
/** RFC 9001 appendix A.5. */
const SHORT = '4cfe4189655e5cd55c41f69080575d7999c25a5bfb'

describe('the QUIC request', () => {
  test('is a packet with a long header of a reserved version, ids of 8 bytes, and 1200 bytes', () => {
    for (let times = 0; times < 50; times++) {
      const { bytes: packet } = requestOf(quicService())
      expect(packet.length).toBe(1200)
      expect(hex(packet.subarray(0, 6))).toMatch(/^c[\da-f](?:[\da-f]a){4}08$/)
      expect(packet[14]).toBe(8)
    }
  })

  test('has other ids and another content each time', () => {
    const packets = Array.from({ length: 50 }, () => requestOf(quicService()).bytes)
    for (const [from, to] of [
      [6, 14],
      [15, 23],
      [23, 1200],
    ])
      expect(new Set(packets.map(packet => hex(packet.subarray(from, to)))).size).toBe(50)
    // 16 bits of the version are random.
    expect(new Set(packets.map(packet => hex(packet.subarray(1, 5)))).size).toBeGreaterThan(45)
  })
})

describe('the answer of a QUIC server', () => {
  test('is a Version Negotiation packet with the ids of the request, exchanged', () => {
    const versions = ['00000001', '6b3343cf', 'ff00001d', 'ff000009', '709a50c4', '51303433'].join('')
    expect(request.read(negotiation(versions))).toEqual({
      what: 'answer',
      answer: { service: 'quic', versions: ['v1', 'v2', 'draft-29', 'draft-09', '709a50c4', '51303433'] },
    })
  })

  test('may have any values in the unused bits', () => {
    for (const first of ['80', 'bf', 'c0', 'ff'])
      expect(request.read(negotiation('00000001', { first })).what).toBe('answer')
  })

  test('names no reserved versions, and a version once', () => {
    const versions = ['0a1a2a3a', '00000001', 'ca6a3aea', '00000001', '1a0a0a0b'].join('')
    expect(request.read(negotiation(versions))).toMatchObject({ answer: { versions: ['v1', '1a0a0a0b'] } })
    expect(request.read(negotiation('0a1a2a3a'))).toMatchObject({ what: 'answer', answer: { versions: [] } })
  })

  test('names drafts by their number, and what is above them by its digits', () => {
    const versions = ['ff000001', 'ff000000', 'ff0000ff', 'ff000100', 'ffffffff'].join('')
    expect(request.read(negotiation(versions))).toMatchObject({
      answer: { versions: ['draft-01', 'ff000000', 'draft-255', 'ff000100', 'ffffffff'] },
    })
  })

  test('was sent by Caddy 2.6.2 (quic-go) to this request', () => {
    const caddy = bytes(`bf0000000008${SOURCE}08${DESTINATION}ca6a3aea00000001709a50c4ff00001d`)
    expect(request.read(caddy)).toMatchObject({ answer: { versions: ['v1', '709a50c4', 'draft-29'] } })
  })

  test('is no answer with other ids', () => {
    expect(reasonOf(request.read(negotiation('00000001', { to: '0e0f101112131416' })))).toBe(
      'unmatched: its destination connection id 0e0f101112131416 is of another request',
    )
    expect(reasonOf(request.read(negotiation('00000001', { to: '' })))).toBe(
      'unmatched: its destination connection id (empty) is of another request',
    )
    expect(reasonOf(request.read(negotiation('00000001', { from: 'ab'.repeat(255) })))).toBe(
      `unmatched: its source connection id ${'ab'.repeat(20)}… is of another request`,
    )
    expect(reasonOf(request.read(negotiation('00000001', { to: DESTINATION, from: SOURCE })))).toMatch(/^unmatched/)
  })

  test('is no answer if it offers the version of the request (RFC 9000 section 6.2)', () => {
    const own = hex(request.bytes.subarray(1, 5))
    expect(reasonOf(request.read(negotiation(`00000001${own}`)))).toBe(
      `unmatched: it offers the reserved version ${own} of the request`,
    )
  })

  test('is no answer without whole versions', () => {
    expect(reasonOf(request.read(negotiation('')))).toBe('malformed: it has no versions')
    expect(reasonOf(request.read(negotiation('000000')))).toBe('malformed: it ends inside a version')
    expect(reasonOf(request.read(negotiation('0000000100')))).toBe('malformed: it ends inside a version')
  })

  test('is none of the packets of RFC 9001 appendix A, nor the request itself', () => {
    for (const packet of [SERVER_INITIAL, RETRY])
      expect(reasonOf(request.read(bytes(packet)))).toBe(
        'unmatched: it is a packet of QUIC version v1, no Version Negotiation',
      )
    expect(reasonOf(request.read(bytes(SHORT)))).toMatch(/^malformed: it has no long header/)
    expect(reasonOf(request.read(request.bytes))).toBe('unmatched: it is our own request, sent back')
  })

  test('is no answer if it breaks off anywhere', () => {
    const whole = negotiation('00000001')
    for (let size = 0; size < whole.length; size++)
      expect(reasonOf(request.read(whole.subarray(0, size)))).toMatch(/^malformed: /)
    for (const size of [13, 22])
      expect(reasonOf(request.read(whole.subarray(0, size)))).toBe('malformed: it ends inside its QUIC header')
  })

  test('is never read from other bytes', () => {
    const header = hex(negotiation('')).slice(2)
    fc.assert(
      fc.property(anyDatagram, datagram => {
        expect(request.read(datagram).what).not.toBe('answer')
      }),
    )
    const random = seeded('quic')
    for (let times = 0; times < 5000; times++) {
      const datagram = mutated(negotiation('0000000151303433'), random)
      const { what } = request.read(datagram)
      // Only the unused bits and the list may differ from an answer.
      const isNegotiation = (datagram[0] ?? 0) >= 128 && hex(datagram.subarray(1)).startsWith(header)
      const rest = datagram.length - negotiation('').length
      expect(what === 'answer').toBe(isNegotiation && rest > 0 && rest % 4 === 0)
    }
  })
})
