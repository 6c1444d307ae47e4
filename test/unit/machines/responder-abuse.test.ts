import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { KIND, OFFSET } from '../../../src/wire/probe.ts'
import { ask, flipped, probeBytes, requestBytes, textBytes } from './datagrams.ts'
import { RECEIPT } from '../../../src/wire/receipts.ts'
import { OWN_PORT, ServerHarness } from './server-harness.ts'

const AFAR = { address: '192.0.2.7', port: 40_000 }
const kindOf = (bytes: Uint8Array | undefined): number | undefined => bytes?.[OFFSET.kind]

describe('loops and abuse', () => {
  test.each([0, 7, 53, 1023, 1900, 3702, 5353, 11_211, 27_015, OWN_PORT])(
    'plain data from port %i is dropped',
    port => {
      const bench = new ServerHarness({}, [{ port }])
      expect(bench.receive(textBytes('x'))).toBeUndefined()
      expect(bench.facts.dropped.sourcePort).toBe(1)
    },
  )

  test('plain data is sent with a TTL one lower, and not at all without any left', () => {
    const bench = new ServerHarness()
    const left = [64, 2, 1, 255].map(ttl => {
      bench.ttl = ttl
      return bench.receive(textBytes('x')) === undefined ? undefined : bench.hops
    })
    expect(left).toEqual([63, 1, undefined, 254])
    expect(bench.facts.dropped.hops).toBe(1)
  })

  test('the answer to a probe has this host’s default TTL, and so have all if the TTL is not observed', () => {
    const bench = new ServerHarness()
    bench.receive(textBytes('x'))
    expect(bench.hops).toBe(0)
    bench.ttl = 1
    expect(bench.receive(probeBytes(128))).toBeDefined()
    expect(bench.hops).toBe(0)
  })

  test('kinds R, T and D, and all that begins like them, are never answered', () => {
    const bench = new ServerHarness({ mode: 'echo' })
    const reply = bench.receive(probeBytes(128)) ?? new Uint8Array(0)
    const answer = bench.receive(requestBytes()) ?? new Uint8Array(0)
    const back = bench.receive(flipped(probeBytes(128), 60)) ?? new Uint8Array(0)
    expect([reply, answer, back].map(kindOf)).toEqual([KIND.reply, KIND.answer, KIND.damaged])
    for (const bytes of [reply, answer, back]) {
      for (let length = 5; length <= bytes.length; length += 7)
        expect(bench.receive(bytes.slice(0, length))).toBeUndefined()
      for (let at = 5; at < 34; at++) expect(bench.receive(flipped(bytes, at))).toBeUndefined()
    }
    expect(bench.facts.dropped.kind).toBeGreaterThan(90)
  })

  test('a receipts request without a right check is not answered', () => {
    const bench = new ServerHarness({ mode: 'echo' })
    for (let at = 5; at < 34; at++) expect(bench.receive(flipped(requestBytes(), at))).toBeUndefined()
    for (const length of [13, 33, 34, 49]) expect(bench.receive(requestBytes().slice(0, length))).toBeUndefined()
    expect(bench.receive(requestBytes())).toBeDefined()
  })

  test('no answer is longer than its request', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 1500 }), fc.nat(5000), (length, count) => {
        const answer = new ServerHarness().receive(requestBytes({ length, count }))
        expect(answer?.length ?? 0).toBeLessThanOrEqual(length)
        expect(answer === undefined).toBe(length < 140)
      }),
    )
  })

  describe('off loopback', () => {
    const sourceCap = { answers: 200, bytes: 1_000_000, onLoopback: false }
    const neighbour = { ...AFAR, address: '192.0.2.8' }
    const elsewhere = { ...AFAR, address: '192.0.3.7' }
    const damaged = (): Uint8Array => {
      const bytes = probeBytes(128)
      bytes[30] = bytes[30] === 0x30 ? 0x31 : 0x30
      return bytes
    }

    test.each([
      ['plain data', () => textBytes('x')],
      ['probes', () => probeBytes(128)],
      ['damaged probes', damaged],
    ])('%s are capped, by the network and for all kinds together', (_, datagram) => {
      const bench = new ServerHarness({ sourceCap }, [AFAR, neighbour, elsewhere, {}])
      const replies = (flow: number, bytes: () => Uint8Array): number =>
        Array.from({ length: 50 }, () => bench.receive(bytes(), flow)).filter(Boolean).length
      // A bucket of 200 answers a second holds 20, of which two are for receipts requests.
      expect(replies(0, datagram)).toBe(18)
      expect(replies(1, datagram)).toBe(0)
      for (const other of [() => textBytes('x'), () => probeBytes(128), damaged]) expect(replies(1, other)).toBe(0)
      expect(replies(2, datagram)).toBe(18)
      expect(replies(3, datagram)).toBe(50)
      expect(bench.facts.dropped.sourceRate).toBe(32 + 50 + 150 + 32)
    })

    test('receipts requests have reserved answers, and are capped too', () => {
      const bench = new ServerHarness({ sourceCap }, [AFAR])
      for (let n = 0; n < 50; n++) bench.receive(probeBytes(128, n))
      const answers = Array.from({ length: 10 }, () => bench.receive(requestBytes({ length: 160, count: 0 })))
      expect(answers.filter(Boolean)).toHaveLength(2)
      expect(bench.facts.dropped.sourceRate).toBe(32 + 8)
    })

    test('bytes of answers are capped too, whatever their number', () => {
      const bench = new ServerHarness({ sourceCap }, [AFAR])
      // 100 kB at once, a tenth of it for receipts requests.
      const replies = Array.from({ length: 20 }, () => bench.receive(probeBytes(9000))).filter(Boolean)
      expect(replies).toHaveLength(10)
    })

    test('withheld answers are booked as withheld', () => {
      const bench = new ServerHarness({ sourceCap }, [AFAR])
      for (let n = 0; n < 50; n++) bench.receive(probeBytes(128, n))
      bench.now = SECOND
      const answer = ask(bench, { from: 0, count: 50, length: 300 })
      expect(answer.totals).toMatchObject({ distinct: 50, answered: 18, withheld: 32, sendFailed: 0 })
      expect([...answer.states]).toEqual([
        ...Array.from({ length: 18 }, () => RECEIPT.answered),
        ...Array.from({ length: 32 }, () => RECEIPT.withheld),
      ])
    })
  })

  test.each([0, 7, 1023, 1900, 3702, 5353, 11_211, 27_015, 9000])(
    'a probe from port %i is withheld and booked so, and no receipts request from there is answered',
    port => {
      const bench = new ServerHarness({}, [{ ...AFAR, port }, { port }])
      for (const flow of [0, 1]) {
        expect(bench.receive(probeBytes(128), flow)).toBeUndefined()
        expect(bench.receive(requestBytes(), flow)).toBeUndefined()
      }
      expect(bench.facts.dropped.sourcePort).toBe(4)
      expect(bench.facts.probes).toBe(2)
    },
  )

  test('a denied peer gets nothing, receipts neither', () => {
    const bench = new ServerHarness({ deny: ['192.0.2.0/24'] }, [AFAR, {}])
    for (const bytes of [textBytes('x'), probeBytes(128), requestBytes()])
      expect(bench.receive(bytes, 0)).toBeUndefined()
    expect(bench.facts.dropped.denied).toBe(3)
    expect(bench.receive(textBytes('x'), 1)).toBeDefined()
  })

  test('two servers that send to each other stop', () => {
    const [one, two] = [new ServerHarness({}, [{ port: 9001 }]), new ServerHarness({}, [{ port: 9002 }])]
    let bytes: Uint8Array | undefined = probeBytes(128)
    let hops = 0
    for (; bytes !== undefined && hops < 100; hops++) bytes = (hops % 2 === 0 ? one : two).receive(bytes)
    expect(hops).toBe(2)
  })

  test('random datagrams neither throw nor amplify', () => {
    const bench = new ServerHarness({}, [AFAR])
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(40), (noise, head) => {
        const bytes = probeBytes(128).slice(0, head)
        const datagram = new Uint8Array([...bytes, ...noise])
        bench.now += MILLISECOND
        expect(bench.receive(datagram)?.length ?? 0).toBeLessThanOrEqual(datagram.length)
      }),
    )
  })
})
