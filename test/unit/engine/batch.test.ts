import { expect, test } from 'vitest'
import { createInbox, createOutbox } from '../../../src/engine/batch.ts'
import { UNSEEN } from '../../../src/machines/machine.ts'

test('in a new inbox nothing is observed', () => {
  const inbox = createInbox(3)
  expect(inbox.count).toBe(0)
  expect(inbox.bytes).toHaveLength(0)
  for (const column of [inbox.drops, inbox.tos, inbox.ttl, inbox.fragment]) {
    expect([...column]).toEqual([UNSEEN, UNSEEN, UNSEEN])
  }
  expect([...inbox.answer]).toEqual([0, 0, 0])
  for (const column of Object.values(inbox)) if (ArrayBuffer.isView(column)) expect([0, 3]).toContain(length(column))
})

test('an inbox uses the given bytes without a copy', () => {
  const bytes = Uint8Array.of(1, 2)
  expect(createInbox(1, bytes).bytes).toBe(bytes)
})

test('an outbox has room, and one datagram per row', () => {
  const outbox = createOutbox(2, 1000)
  expect([outbox.count, outbox.capacity, outbox.room, outbox.bytes.length]).toEqual([0, 2, 1000, 1000])
  expect([outbox.train(1), outbox.train(9000)]).toEqual([1, 1])
  // Tokens are integers, also beyond 32 bits.
  outbox.token[1] = 2 ** 40 + 1
  expect(outbox.token[1]).toBe(2 ** 40 + 1)
})

function length(column: ArrayBufferView): number {
  return 'length' in column ? Number(column.length) : -1
}
