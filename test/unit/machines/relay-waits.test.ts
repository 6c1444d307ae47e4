import { expect, test } from 'vitest'
import { SERVER_SIDE } from '../../../src/machines/relay.ts'
import { RelayHarness } from './relay-harness.ts'
import { textBytes } from './datagrams.ts'

/** More than the relay keeps of sent datagrams. */
const MANY = 5000

/** A relay whose first datagram to the server waits for room while many others pass to the client. */
function waiting(): { readonly bench: RelayHarness; readonly token: number } {
  const bench = new RelayHarness()
  bench.arrive('up', textBytes('first'))
  const token = bench.send().sent[0]?.token ?? -1
  bench.machine.waits(token)
  for (let n = 0; n < MANY; n++) {
    bench.arrive('down', textBytes('other'))
    bench.send()
  }
  return { bench, token }
}

test('a datagram that waited for room and was finally refused is refused, and no other', () => {
  const { bench, token } = waiting()
  bench.machine.refused(SERVER_SIDE, token, 1)
  expect(bench.facts.up.datagrams).toMatchObject({ seen: 1, forwarded: 0, refused: 1 })
  expect(bench.facts.down.datagrams).toMatchObject({ seen: MANY, forwarded: MANY, refused: 0 })
})

test('one that waited and was sent is forwarded', () => {
  const { bench, token } = waiting()
  bench.machine.left(token)
  expect(bench.facts.up.datagrams).toMatchObject({ seen: 1, forwarded: 1, refused: 0 })
})
