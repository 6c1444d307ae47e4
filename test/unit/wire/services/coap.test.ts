import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { coapService } from '../../../../src/wire/services/coap.ts'
import { mutated } from '../../../helpers/mutations.ts'
import { anyDatagram, ENDS, reasonOf, requestOf } from './request.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
/** The ping of RFC 7252 section 4.3 with the message id of figure 16, 0x7d34. */
const request = coapService().request(() => bytes('7d34'), ENDS)
const reasonFor = (hex: string): string => reasonOf(request.read(bytes(hex)))

describe('the CoAP ping', () => {
  test('is an empty Confirmable message: version 1, type 0, no token, code 0.00', () => {
    expect(Buffer.from(request.bytes).toString('hex')).toBe('40007d34')
  })

  test('has another message id each time', () => {
    const ids = new Set(Array.from({ length: 50 }, () => requestOf(coapService()).bytes.join()))
    expect(ids.size).toBeGreaterThan(40)
  })

  test('is answered by an empty Reset with its message id', () => {
    expect(request.read(bytes('70007d34'))).toEqual({
      what: 'answer',
      answer: { service: 'coap', messageId: 0x7d34 },
    })
  })

  test('is answered by no other message id, and by no other type', () => {
    expect(reasonFor('70007d35')).toBe('unmatched: its message id is 32053, that of the request is 32052')
    expect(reasonFor('40007d34')).toBe('unmatched: it is our own request, sent back')
    expect(reasonFor('40007d35')).toMatch(/^unmatched: it is a Confirmable message/)
    expect(reasonFor('50007d34')).toMatch(/^unmatched: it is a Non-confirmable message/)
    // An Acknowledgement does not reject, and section 4.2 demands that an empty message is rejected.
    expect(reasonFor('60007d34')).toBe('unmatched: it is an Acknowledgement, and only a Reset answers an empty message')
  })

  test('is not answered by the exchanges of RFC 7252 figures 16 and 17', () => {
    // GET /temperature; the ACK with 2.05 Content "22.3 C"; the same with the token 0x20.
    const path = 'bb74656d7065726174757265'
    expect(reasonFor('40017d34' + path)).toMatch(/^unmatched: it is a Confirmable message/)
    expect(reasonFor('60457d34ff32322e332043')).toMatch(/^unmatched: it is an Acknowledgement/)
    expect(reasonFor('61457d3520ff32322e332043')).toMatch(/^unmatched: it is an Acknowledgement/)
  })

  test('finds message format errors (RFC 7252 sections 3, 4.1 and 4.2)', () => {
    expect(reasonFor('')).toBe('malformed: it has 0 bytes, a CoAP header has 4')
    expect(reasonFor('70007d')).toBe('malformed: it has 3 bytes, a CoAP header has 4')
    expect(reasonFor('b0007d34')).toBe('malformed: its CoAP version is 2, not 1')
    expect(reasonFor('79007d34' + '00'.repeat(9))).toBe('malformed: its token length of 9 is reserved')
    expect(reasonFor('61457d34')).toBe('malformed: it ends inside its token')
    expect(reasonFor('70007d34ff')).toBe('malformed: it has the code of an empty message, and is not empty')
    expect(reasonFor('71007d3420')).toBe('malformed: it has the code of an empty message, and is not empty')
    expect(reasonFor('70457d34')).toBe('malformed: it is a Reset with a code, and a Reset must be empty')
  })

  test('only one datagram of all answers it', () => {
    const answer = bytes('70007d34')
    const isAnswer = (datagram: Uint8Array): boolean => Buffer.compare(datagram, answer) === 0
    fc.assert(
      fc.property(fc.oneof(anyDatagram, fc.uint8Array({ minLength: 4, maxLength: 4 })), datagram => {
        expect(request.read(datagram).what === 'answer').toBe(isAnswer(datagram))
      }),
    )
    const random = seeded('coap')
    for (let times = 0; times < 2000; times++) {
      const datagram = mutated(answer, random)
      expect(request.read(datagram).what === 'answer').toBe(isAnswer(datagram))
    }
  })
})
