import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import { emptySlot, readSlot } from '../../../src/wire/evidence.ts'
import { KIND, OFFSET, readSequence } from '../../../src/wire/probe.ts'
import { ask, flipped, probeBytes, requestBytes, textBytes } from './datagrams.ts'
import { ServerHarness } from './server-harness.ts'

const AFAR = { address: '192.0.2.7', port: 40_000 }
const kindOf = (bytes: Uint8Array | undefined): number | undefined => bytes?.[OFFSET.kind]

describe('plain data', () => {
  test.each([
    ['upper', 'HELLO ß Ü 123'],
    ['echo', 'hello ß Ü 123'],
  ] as const)('mode %s', (mode, expected) => {
    expect(new ServerHarness({ mode }).receive(textBytes('hello ß Ü 123'))).toEqual(textBytes(expected))
  })

  test('an empty datagram is a message too', () => {
    const bench = new ServerHarness()
    expect(bench.receive(new Uint8Array(0))).toEqual(new Uint8Array(0))
    expect(bench.facts).toMatchObject({ received: 1, replied: 1, bytesReplied: 0 })
  })

  test('discard', () => {
    const bench = new ServerHarness({ mode: 'discard' })
    expect(bench.receive(textBytes('a'))).toBeUndefined()
    expect(bench.facts.dropped.discard).toBe(1)
  })

  test('bytes that the program did not read are counted', () => {
    const bench = new ServerHarness({ mode: 'echo' })
    expect(bench.receive(textBytes('hello'), 0, 3)).toEqual(textBytes('hel'))
    expect(bench.facts).toMatchObject({ truncated: 1, bytesReceived: 3 })
  })
})

describe('probes', () => {
  test('become R, with evidence', () => {
    const bench = new ServerHarness()
    bench.drops = 3
    bench.now = 5 * SECOND + 7
    const reply = bench.receive(probeBytes(300, 4), 0, 200) ?? new Uint8Array(0)
    const slot = emptySlot()
    expect(readSlot(reply, 0, reply.length, slot)).toBe('right')
    expect(slot).toMatchObject({
      received: 1,
      seen: 200,
      whole: 300,
      fragment: -1,
      tos: -1,
      ttl: -1,
      drops: -1,
      dwell: 0,
    })
    // 5.000000007 s after 0.999999999 s.
    expect([slot.arrivalSeconds, slot.arrivalNanos]).toEqual([1_700_000_006, 6])
    expect([kindOf(reply), readSequence(reply, 0)]).toEqual([KIND.reply, 4])
  })

  test('without room for evidence become R anyway, from 34 bytes on', () => {
    const bench = new ServerHarness()
    for (let size = 5; size < 117; size++)
      expect(kindOf(bench.receive(probeBytes(size, size)))).toBe(size < 34 ? KIND.probe : KIND.reply)
  })

  test('with undetectable damage are answered: the check covers neither the send time nor the payload', () => {
    for (let at = OFFSET.sent; at < OFFSET.received; at++)
      expect(kindOf(new ServerHarness().receive(flipped(probeBytes(128), at)))).toBe(KIND.reply)
    expect(kindOf(new ServerHarness().receive(flipped(probeBytes(128), 120)))).toBe(KIND.reply)
  })

  test('with a fixed answer', () => {
    const bench = new ServerHarness({ reply: textBytes('ok') })
    expect(bench.receive(probeBytes(128))).toEqual(textBytes('ok'))
    expect(ask(bench).totals).toMatchObject({ distinct: 1, answered: 1 })
  })
})

describe('a fixed answer', () => {
  test('longer than its request is sent complete to loopback, otherwise cut', () => {
    const bench = new ServerHarness({ reply: textBytes('a long answer') }, [{}, AFAR])
    expect(bench.receive(textBytes('x'), 0)).toBeUndefined()
    expect(bench.send().sent.map(({ bytes, flow }) => [bytes, flow])).toEqual([[textBytes('a long answer'), 0]])
    expect(bench.receive(textBytes('xy'), 1)).toEqual(textBytes('a '))
    expect(bench.facts).toMatchObject({ replied: 2, bytesReplied: 15 })
  })

  test('counts a probe once', () => {
    const bench = new ServerHarness({ reply: new Uint8Array(500) })
    bench.receive(probeBytes(128))
    expect(ask(bench).totals).toMatchObject({ answered: 0, pending: 1 })
    bench.send()
    expect(ask(bench).totals).toMatchObject({ answered: 1, pending: 0 })
  })
})

describe('several datagrams in one row', () => {
  test('are answered in one row', () => {
    const bench = new ServerHarness({ mode: 'echo' })
    const answers = bench.receiveTrain([0, 1, 2].map(sequence => probeBytes(128, sequence)))
    expect(answers.map(bytes => readSequence(bytes, 0))).toEqual([0, 1, 2])
    expect(bench.token).toBe(0)
    bench.receiveTrain([3, 4].map(sequence => probeBytes(128, sequence)))
    expect(bench.token).toBe(3)
  })

  test('unanswered ones leave no gap', () => {
    const bench = new ServerHarness({ mode: 'echo' })
    const loop = flipped(probeBytes(128, 1), OFFSET.kind, KIND.probe ^ KIND.reply)
    const answers = bench.receiveTrain([probeBytes(128, 0), flipped(loop, 8), probeBytes(128, 2), probeBytes(60, 3)])
    expect(answers.map(bytes => [readSequence(bytes, 0), bytes.length])).toEqual([
      [0, 128],
      [2, 128],
      [3, 60],
    ])
  })

  test('an answer of another length is sent separately', () => {
    const bench = new ServerHarness({ reply: textBytes('ok') })
    expect(bench.receiveTrain([textBytes('abc'), textBytes('def'), textBytes('g')])).toEqual([])
    expect(bench.send().sent.map(({ bytes }) => bytes)).toEqual([textBytes('ok'), textBytes('ok'), textBytes('ok')])
    expect(bench.receiveTrain([requestBytes({ number: 1 }), requestBytes({ number: 2 })])).toEqual([])
    expect(bench.send().sent.map(({ bytes }) => [kindOf(bytes), readSequence(bytes, 0)])).toEqual([
      [KIND.answer, 1],
      [KIND.answer, 2],
    ])
  })

  test('are answered as if one by one, plain data or not, in every mode', () => {
    const datagram = fc.oneof(
      fc.nat(9).map(sequence => probeBytes(64, sequence)),
      fc.string({ minLength: 64, maxLength: 64, unit: fc.constantFrom('a', 'B', 'z', '-') }).map(textBytes),
    )
    const plan = fc.record({
      mode: fc.constantFrom('upper', 'echo', 'discard'),
      maxRate: fc.option(fc.constant(30), { nil: undefined }),
    })
    const peer = fc.record({ port: fc.constantFrom(7, 40_000), address: fc.constantFrom('127.0.0.1', '192.0.2.1') })
    fc.assert(
      fc.property(
        fc.array(fc.array(datagram, { minLength: 2, maxLength: 6 })),
        plan,
        peer,
        fc.constantFrom(-1, 1, 64),
        (trains, { mode, maxRate }, from, ttl) => {
          const [whole, singly] = [1, 2].map(
            () => new ServerHarness({ mode, ...(maxRate === undefined ? {} : { maxRate }) }, [from]),
          )
          if (whole === undefined || singly === undefined) throw new Error('no servers')
          whole.ttl = singly.ttl = ttl
          for (const train of trains) {
            const one = train.map(bytes => singly.receive(bytes.slice())).filter(bytes => bytes !== undefined)
            expect(whole.receiveTrain(train)).toEqual(one)
          }
          expect(whole.facts).toEqual(singly.facts)
          if (from.port < 1024) return
          // By then a receipts request is within the rate again.
          whole.now = singly.now = SECOND
          const { dropUnit: _, ...asked } = ask(whole).totals
          const { dropUnit: __, ...due } = ask(singly).totals
          expect(asked).toEqual(due)
        },
      ),
    )
  })
})
