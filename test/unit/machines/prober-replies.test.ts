import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { createInbox } from '../../../src/engine/batch.ts'
import { foreignEcho, foreignReading, foreignText, foreignUpper, type ForeignServer } from '../../simulation/foreign.ts'
import { OUTCOME, TRAIT } from '../../../src/facts/probe-table.ts'
import { asReply, asReturned, flipped, probeBytes, RUN } from './datagrams.ts'
import { networkOf } from './plans.ts'
import { outcomesOf, rowsOf } from './rows.ts'

import { ProberHarness, run } from './prober-harness.ts'

const ECONNREFUSED = 111
const NOTHING = new Uint8Array(0)
const { waiting, whole, cut, wrong, refused, unreachable } = OUTCOME

describe('replies', () => {
  test('copies change only the count of copies', () => {
    const bench = new ProberHarness({ count: 1 })
    bench.pass(0)
    const bytes = probeBytes(128, 0, RUN, 0)
    for (const copy of [bytes, flipped(bytes, 120), bytes.subarray(0, 60)]) bench.receive(copy)
    expect(rowsOf(bench.facts)).toMatchObject([{ outcome: whole, copies: 2, order: 1 }])
    expect(bench.facts.clients[0]).toMatchObject({ replies: 1, duplicates: 2, unidentified: 0 })
  })

  test('the TTL is that of the first reply, and absent where it was not observed', () => {
    const bench = new ProberHarness({ count: 2, interval: 0 })
    bench.pass(0)
    bench.receive(probeBytes(128, 0, RUN, 0))
    for (const ttl of [255, 57]) {
      bench.ttl = ttl
      bench.receive(probeBytes(128, 1, RUN, 0))
    }
    expect(bench.facts.probes.find(0)?.ttl?.subarray(0, 2)).toEqual(Uint8Array.of(0, 255))
  })

  test('copies are counted beyond the width of a byte', () => {
    const bench = new ProberHarness({ count: 1 })
    bench.pass(0)
    const bytes = probeBytes(128, 0, RUN, 0)
    for (let copy = 0; copy < 400; copy++) bench.receive(bytes)
    expect(rowsOf(bench.facts)).toMatchObject([{ outcome: whole, copies: 399 }])
    expect(bench.facts.clients[0]).toMatchObject({ replies: 1, duplicates: 399 })
  })

  const whole200 = probeBytes(200, 0, RUN, 0)
  test.each([
    ['a header damaged from client to server', 200, flipped(whole200, 15), 1],
    ['a request cut before its check', 200, whole200.subarray(0, 33), 1],
    ['a kind damaged from client to server, as the slot is blank', 200, flipped(whole200, 4, 0x04), 1],
    ['a slot damaged from client to server: the check was right', 200, flipped(whole200, 60), 0],
    ['a kind that may have been damaged in either direction', 100, flipped(probeBytes(100, 0, RUN, 0), 4, 0x04), 0],
    ['a header damaged from server to client', 100, flipped(asReply(probeBytes(100, 0, RUN, 0)), 15), 0],
    ['too small for a check', 33, probeBytes(33, 0, RUN, 0), 1],
    ['returned: a header was damaged', 200, asReturned(flipped(whole200, 15)), 1],
    ['returned: a kind was damaged, as all else is right', 200, asReturned(whole200), 1],
    ['returned: a slot was damaged, under a right check', 200, asReturned(flipped(whole200, 60)), 0],
    ['returned: cut before what was damaged', 200, asReturned(whole200).subarray(0, 60), 0],
  ])('that show a request without a right check: %s', (_, size, bytes, echoed) => {
    const bench = new ProberHarness({ count: 1, sizes: [size] })
    bench.pass(0)
    bench.receive(bytes)
    bench.receive(bytes)
    expect(bench.facts.clients[0]).toMatchObject({ replies: 1, duplicates: 1, echoedArrivals: 2 * echoed })
  })

  test('another run is foreign, noise is unidentified', () => {
    const bench = new ProberHarness({ count: 2 })
    bench.pass(20 * MILLISECOND)
    bench.receive(probeBytes(128, 0, RUN + 1))
    bench.receive(new Uint8Array(60).fill(0x20))
    bench.receive(probeBytes(128, 7))
    bench.receive(probeBytes(129, 0))
    expect(bench.facts.clients[0]).toMatchObject({ replies: 0, foreign: 1, unidentified: 3 })
  })

  test('a reply replaces a refusal or an ICMP error', () => {
    const bench = new ProberHarness({ count: 2, interval: 0 })
    bench.pass(0)
    bench.machine.refused(0, 0, 1, 105, 0)
    bench.machine.unreachable(0, { errno: ECONNREFUSED }, NOTHING, 0)
    expect(outcomesOf(bench.facts)).toEqual([refused, unreachable])
    for (const sequence of [0, 1]) bench.receive(probeBytes(128, sequence, RUN, 0))
    bench.machine.refused(0, 0, 2, 105, 0)
    expect(outcomesOf(bench.facts)).toEqual([whole, whole])
    bench.pass(SECOND)
    expect(bench.machine.closed).toBe(true)
  })

  test('several datagrams in one row', () => {
    const bench = new ProberHarness({ count: 3, interval: 0 })
    bench.pass(0)
    const inbox = createInbox(
      1,
      new Uint8Array([
        ...probeBytes(128, 0, RUN, 0),
        ...probeBytes(128, 1, RUN, 0),
        ...probeBytes(128, 2, RUN, 0).subarray(0, 70),
      ]),
    )
    inbox.count = 1
    inbox.size[0] = inbox.whole[0] = inbox.bytes.length
    inbox.stride[0] = 128
    bench.machine.receive(inbox, 0)
    expect(rowsOf(bench.facts)).toMatchObject([{ outcome: whole }, { outcome: whole }, { outcome: cut, detail: 70 }])
  })

  test.each<[string, ForeignServer, number[]]>([
    ['an echo server', foreignEcho, [whole, whole]],
    ['an uppercasing server', foreignUpper, [whole, whole]],
    ['a server that reads 100 bytes', foreignReading(100), [cut, cut]],
    ['a server that reads 20 bytes', foreignReading(20), [cut, cut]],
    ['a server with one text', foreignText('hello there, dear old friend!'), [waiting, waiting]],
  ])('%s', (_, respond, outcomes) => {
    const { facts } = run({ count: 2 }, { respond })
    expect(outcomesOf(facts)).toEqual(outcomes)
    expect(facts.clients[0]?.receipts.state).toBe('unasked')
    expect(rowsOf(facts).every(({ answered }) => !answered)).toBe(true)
  })

  test('cut to almost nothing, with one in flight', () => {
    for (const size of [0, 1, 12]) {
      const { facts } = run({ count: 4, window: 1 }, { respond: foreignReading(size) })
      expect(rowsOf(facts)).toMatchObject(
        Array.from({ length: 4 }, () => ({
          outcome: cut,
          detail: size,
          side: TRAIT.sideHidden & (size < 5 ? 0xff : 0),
        })),
      )
    }
  })

  test('our own receive buffer overflows', () => {
    const network = networkOf({ clientBuffer: { datagrams: 3, pause: 5 * MILLISECOND } })
    const { facts } = run({ count: 10, burst: 10, receipts: false }, { network })
    expect(outcomesOf(facts).filter(outcome => outcome === whole)).toHaveLength(3)
    expect((facts.clients[0]?.dropsAfter ?? 0) - (facts.clients[0]?.dropsBefore ?? 0)).toBe(7)
  })
})

test('one bit of damage anywhere is detected, and booked on its probe', () => {
  const { facts, truth } = run(
    { count: 200, interval: MILLISECOND, sizes: [300] },
    { network: networkOf({ down: [{ rule: 'corrupt', ratio: 1 }] }) },
  )
  expect(outcomesOf(facts)).toEqual(Array.from({ length: 200 }, () => wrong))
  expect(truth.clients[0]?.down.probes.corrupted).toBe(200)
})
