import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messageService } from '../../../../src/wire/services/message.ts'
import { anyDatagram, requestOf } from './request.ts'

test('a message is sent as it is, and any datagram answers it', () => {
  fc.assert(
    fc.property(fc.uint8Array(), anyDatagram, (bytes, reply) => {
      const service = messageService({ bytes })
      const request = requestOf(service)
      expect(request.bytes).toEqual(bytes)
      expect(request.read(reply)).toEqual({ what: 'answer', answer: { service: 'message' } })
      // The port alone shows which request a reply belongs to.
      expect(service.named).toBe(false)
    }),
  )
})
