import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { seeded } from '../../../src/base/random.ts'
import { createClientRules, RelayClient } from '../../../src/machines/relay-client.ts'
import { asReply, asReturned, flipped, probeBytes, requestBytes, RUN, textBytes } from './datagrams.ts'
import { type Forwarded, RelayHarness, relayPlan } from './relay-harness.ts'
import { anyRules } from './relay-rules.ts'

function newClient(): RelayClient {
  return new RelayClient(0, '127.0.0.1:40000', createClientRules(relayPlan(), seeded(1), 28, 0))
}

/** The reply of an uppercasing server that is not udptool. */
function echoed(bytes: Uint8Array): Uint8Array {
  return bytes.map(byte => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte))
}

describe('the key of a datagram', () => {
  test.each([21, 34, 128, 1400])('a probe of %i bytes and its reply', size => {
    const client = newClient()
    expect(client.identify('up', probeBytes(size, 77))).toEqual({ run: RUN, sequence: 77 })
    expect(client.identify('down', asReply(probeBytes(size, 77)))).toEqual({ run: RUN, sequence: 77 })
  })

  test('a receipts request has none, even if a bit of it is damaged', () => {
    const client = newClient()
    const request = requestBytes()
    expect(client.identify('up', request)).toBeUndefined()
    expect(client.identify('up', flipped(request, 30))).toEqual({ client: '127.0.0.1:40000', arrival: 0 })
  })

  test('other traffic has its number in its direction', () => {
    const client = newClient()
    const others = [textBytes('hello'), new Uint8Array(0), probeBytes(20, 3), flipped(probeBytes(128), 0)]
    const numbers = others.map(bytes => client.identify('up', bytes))
    expect(numbers).toEqual([0, 1, 2, 3].map(arrival => ({ client: '127.0.0.1:40000', arrival })))
    expect(client.identify('down', textBytes('HELLO'))).toEqual({ client: '127.0.0.1:40000', arrival: 0 })
    client.identify('down', probeBytes(128))
    expect(client.identify('down', textBytes('AGAIN'))).toMatchObject({ arrival: 1 })
  })
})

describe('a probe with an identity damaged by the relay', () => {
  test('is recognized by the same damage in its reply, whichever bit it was', () => {
    const bits = [0x01, 0x02, 0x04, 0x08, 0x10, 0x40, 0x80]
    fc.assert(
      fc.property(fc.nat(33), fc.constantFrom(...bits), fc.constantFrom(34, 128), (at, bit, size) => {
        const client = newClient()
        const passage = { run: RUN, sequence: 5 }
        const damaged = flipped(probeBytes(size, 5), at, bit)
        client.keepKey(passage, damaged)
        expect(client.identify('down', echoed(damaged))).toEqual(passage)
        expect(client.identify('down', asReturned(damaged))).toEqual(passage)
      }),
    )
  })

  test('is not confused with another probe: 5 damaged to 4 is not 4', () => {
    const client = newClient()
    const damaged = flipped(probeBytes(128, 5), 12)
    expect(damaged.subarray(5, 13)).toEqual(probeBytes(128, 4).subarray(5, 13))
    client.keepKey({ run: RUN, sequence: 5 }, damaged)
    expect(client.identify('down', asReply(probeBytes(128, 4)))).toEqual({ run: RUN, sequence: 4 })
    expect(client.identify('down', damaged)).toEqual({ run: RUN, sequence: 5 })
  })

  test.each([13, 20])('also if cut to %i bytes, which have the sequence and not the run', size => {
    const client = newClient()
    const cut = probeBytes(128, 9).subarray(0, size)
    client.keepKey({ run: RUN, sequence: 9 }, cut)
    expect(client.identify('down', cut)).toEqual({ run: RUN, sequence: 9 })
  })

  test('but not if cut shorter: many look like that', () => {
    const client = newClient()
    const cut = probeBytes(128, 9).subarray(0, 12)
    client.keepKey({ run: RUN, sequence: 9 }, cut)
    expect(client.identify('down', cut)).toEqual({ client: '127.0.0.1:40000', arrival: 0 })
  })

  test('is evicted after 4096 others', () => {
    const client = newClient()
    const damaged = (sequence: number): Uint8Array => flipped(probeBytes(34, sequence), 0)
    for (let sequence = 0; sequence <= 4096; sequence++) client.keepKey({ run: RUN, sequence }, damaged(sequence))
    expect(client.identify('down', damaged(0))).toEqual({ client: '127.0.0.1:40000', arrival: 0 })
    expect(client.identify('down', damaged(1))).toEqual({ run: RUN, sequence: 1 })
    expect(client.identify('down', damaged(4096))).toEqual({ run: RUN, sequence: 4096 })
  })

  test('the record stays consistent: no action on a reply belongs to a probe or run that never was', () => {
    const bench = new RelayHarness({ up: [{ rule: 'corrupt', ratio: 1 }], down: [{ rule: 'dropEvery', every: 1 }] })
    for (let sequence = 0; sequence < 500; sequence++) {
      const [bytes = new Uint8Array(0)] = bench.pass('up', probeBytes(34, sequence))
      bench.pass('down', echoed(bytes))
    }
    const actions = Array.from({ length: 500 }, (_, n) => [String(n), ['up:corrupted', 'down:dropped']])
    expect(bench.truth.runs).toEqual({ '1A2B3C4D': Object.fromEntries(actions) })
    expect(bench.truth.others).toEqual({})
  })
})

describe('the same seed and the same arrivals: the same record', () => {
  /** Probes and replies of one client, one each ms, and the additions of `between`: what is sent in either direction, and when. */
  function passed(bench: RelayHarness, between: (sequence: number) => void = () => undefined): unknown {
    const left: Forwarded[] = []
    for (let sequence = 0; sequence < 80; sequence++) {
      bench.now = sequence * MILLISECOND
      bench.arrive('up', probeBytes(64, sequence))
      bench.arrive('down', asReply(probeBytes(64, sequence)))
      between(sequence)
      left.push(...bench.run(bench.now))
    }
    bench.machine.stop(bench.now)
    return left.filter(({ flow }) => flow === 0).map(({ way, bytes, at }) => [way, at, String(bytes)])
  }

  const runsOf = (bench: RelayHarness): unknown => bench.truth.runs['1A2B3C4D']

  test('for any rules, repeatedly; another seed gives another record', () => {
    fc.assert(
      fc.property(anyRules, anyRules, fc.nat().map(String), (up, down, seed) => {
        const [one, two] = [new RelayHarness({ up, down, seed }), new RelayHarness({ up, down, seed })]
        expect(passed(two)).toEqual(passed(one))
        expect(two.truth).toEqual(one.truth)
      }),
      { numRuns: 40 },
    )
    const [one, two] = ['1', '2'].map(seed => {
      const bench = new RelayHarness({ up: [{ rule: 'drop', ratio: 0.5 }], seed })
      passed(bench)
      return runsOf(bench)
    })
    expect(one).not.toEqual(two)
  })

  test('other clients change nothing for this one', () => {
    fc.assert(
      fc.property(anyRules, anyRules, fc.infiniteStream(fc.nat(2)), (up, down, dice) => {
        const [one, two] = [new RelayHarness({ up, down }), new RelayHarness({ up, down })]
        const others = (sequence: number): void => {
          for (let n = dice.next().value ?? 0; n > 0; n--) {
            two.arrive('up', probeBytes(64, sequence, 7), 1)
            two.arrive('down', textBytes('other'), 2)
          }
        }
        expect(passed(two, others)).toEqual(passed(one))
        expect(runsOf(two)).toEqual(runsOf(one))
      }),
      { numRuns: 30 },
    )
  })

  test('nor does receipts traffic', () => {
    fc.assert(
      fc.property(anyRules, anyRules, fc.infiniteStream(fc.nat(2)), (up, down, dice) => {
        const [one, two] = [new RelayHarness({ up, down }), new RelayHarness({ up, down })]
        const requests = (number: number): void => {
          for (let n = dice.next().value ?? 0; n > 0; n--) two.arrive('up', requestBytes({ number }))
        }
        passed(one)
        passed(two, requests)
        const { receipts, ...rest } = two.truth
        expect({ ...rest, receipts: one.truth.receipts }).toEqual(one.truth)
        expect(receipts.down.seen).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  test('but separate generators: two clients get different results', () => {
    const bench = new RelayHarness({ up: [{ rule: 'drop', ratio: 0.5 }] })
    const lost = (flow: number): boolean[] =>
      Array.from({ length: 64 }, (_, n) => bench.pass('up', probeBytes(40, n, 9 + flow), flow).length === 0)
    expect(lost(0)).not.toEqual(lost(1))
  })

  test('and separate generators for each direction', () => {
    const rules = [{ rule: 'drop', ratio: 0.5 }] as const
    const bench = new RelayHarness({ up: rules, down: rules })
    const lost = (way: 'up' | 'down'): boolean[] =>
      Array.from({ length: 64 }, (_, n) => bench.pass(way, probeBytes(40, n)).length === 0)
    expect(lost('up')).not.toEqual(lost('down'))
  })
})

describe('a prober that changes its port', () => {
  /** How many of ten datagrams pass that come from ports of one host alternately, if each second one of a client is dropped. */
  function passed(ports: number, bytes: (n: number) => Uint8Array): number {
    const bench = new RelayHarness({ up: [{ rule: 'dropEvery', every: 2 }] })
    for (let n = 0; n < 10; n++) bench.arrive('up', bytes(n), n % ports)
    return bench.run(0).length
  }

  test.each<[string, number, (n: number) => Uint8Array, number]>([
    ['keeps its rules, by its run', 10, n => probeBytes(100, n), 5],
    ['by its host, if its probes are too small for a run number', 10, n => probeBytes(8, n), 5],
    ['another run has its own rules', 10, n => probeBytes(100, n, n), 10],
    ['and so has each port of other traffic', 10, () => textBytes('hello'), 10],
    ['one port', 1, () => textBytes('hello'), 5],
  ])('%s', (_, ports, bytes, count) => {
    expect(passed(ports, bytes)).toBe(count)
  })
})
