import { expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { plainCodec } from '../../../src/machines/codec.ts'
import { EvidenceWriter } from '../../../src/machines/evidence-writer.ts'
import { UNSEEN } from '../../../src/machines/machine.ts'
import { emptySlot, readSlot } from '../../../src/wire/evidence.ts'
import { arriving, probeBytes } from './datagrams.ts'

/** A server whose drops a test sets, with the number of readings. */
class Server {
  drops: number | undefined = 0
  looks = 0
  readonly #writer = new EvidenceWriter(
    {
      peer: () => ({ address: '127.0.0.1', port: 1, family: 'udp4' }),
      drops: () => {
        this.looks += 1
        return this.drops
      },
      epoch: () => ({ seconds: 0, nanos: 0 }),
    },
    plainCodec(),
  )

  /** The drops in the answer to a probe that was queued at this value of the socket's counter. */
  answer(counter: number, now: number): number {
    const bytes = probeBytes(128, 0)
    const probe = arriving(bytes, now)
    probe.inbox.drops[0] = counter
    this.#writer.fill(probe, 128, 1)
    const slot = emptySlot()
    readSlot(bytes, 0, 128, slot)
    return slot.drops
  }
}

test('the drops of a slot are those of a full buffer, not the socket’s counter', () => {
  const server = new Server()
  server.drops = 3
  expect(server.answer(8, 0)).toBe(3)
})

test('they are read when the counter has grown, at most every 100 ms', () => {
  const server = new Server()
  for (let n = 0; n < 50; n++) server.answer(1 + n, n * MILLISECOND)
  expect(server.looks).toBe(1)
  server.drops = 40
  expect(server.answer(60, 100 * MILLISECOND)).toBe(40)
  for (let n = 0; n < 50; n++) expect(server.answer(60, (300 + n) * MILLISECOND)).toBe(40)
  expect(server.looks).toBe(2)
})

test('they are absent if the engine cannot read the counter, or this host no other drops', () => {
  const server = new Server()
  expect(server.answer(UNSEEN, 0)).toBe(-1)
  expect(server.looks).toBe(0)
  server.drops = undefined
  expect(server.answer(5, 0)).toBe(-1)
})
