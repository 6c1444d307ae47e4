import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { receivedByKind, type ActivePeer, type ReceivedKind } from '../../../src/facts/server-activity.ts'
import { ask, asReply, flipped, probeBytes, requestBytes, textBytes } from './datagrams.ts'
import { ServerHarness } from './server-harness.ts'

const HALF = 500 * MILLISECOND

/** A live server at its first moment. */
function live(...[plan, peers]: ConstructorParameters<typeof ServerHarness>): ServerHarness {
  const bench = new ServerHarness({ live: true, ...plan }, peers)
  bench.send()
  return bench
}

/** The machine is called at `now`, as by an engine. */
function at(bench: ServerHarness, now: number): number {
  bench.now = now
  return bench.send().wake
}

function shown(bench: ServerHarness): readonly ActivePeer[] {
  return bench.facts.activity?.peers ?? []
}

test('without live there is no activity, no drop counter is read, and nothing wakes the server', () => {
  const bench = new ServerHarness()
  expect(bench.send().wake).toBe(Infinity)
  expect(bench.facts.activity).toBeUndefined()
  expect(bench.facts.kernelDrops).toBeUndefined()
})

test('the first moment has no rates: they are unknown, not zero', () => {
  const bench = live()
  expect(bench.facts.activity).toEqual({ known: 0, peers: [] })
  bench.receive(textBytes('x'))
  at(bench, HALF - 1)
  expect(bench.facts.activity).toEqual({ known: 0, peers: [] })
})

test('a rate is growth over the real time between two moments', () => {
  const bench = live()
  for (let n = 0; n < 30; n++) bench.receive(textBytes('abcd'))
  bench.receive(probeBytes(100))
  // 750 ms instead of 500: the engine was late.
  at(bench, 1.5 * HALF)
  expect(bench.facts.activity?.perSecond).toMatchObject({
    received: 31 / 0.75,
    probes: 1 / 0.75,
    bytesReceived: 220 / 0.75,
  })
  expect(shown(bench)).toEqual([
    { address: '127.0.0.1', port: 40_000, received: 31, replied: 31, perSecond: 31 / 0.75, silent: 0 },
  ])
  at(bench, 3 * HALF)
  expect(bench.facts.activity?.perSecond).toMatchObject({ received: 0, probes: 0 })
  expect(shown(bench)).toMatchObject([{ received: 31, perSecond: 0, silent: 1.5 * HALF }])
})

test('two moments a second, with many peers fewer', () => {
  const bench = live({ maxPeers: 400_000 })
  expect(at(bench, 0)).toBe(HALF)
  for (let flow = 0; flow < 130_000; flow++) bench.receive(textBytes(''), flow)
  at(bench, HALF)
  expect(bench.facts.activity?.known).toBe(130_000)
  expect(bench.send().wake).toBe(HALF + 520 * MILLISECOND)
})

test('drops of the socket, and their rate', () => {
  const bench = live()
  bench.drops = 40
  at(bench, HALF)
  expect(bench.facts.kernelDrops).toBe(40)
  expect(bench.facts.activity?.perSecond?.kernelDrops).toBe(80)
  const blind = new ServerHarness({ live: true })
  blind.drops = undefined
  blind.send()
  at(blind, HALF)
  expect(blind.facts.kernelDrops).toBeUndefined()
  expect(blind.facts.activity?.perSecond).not.toHaveProperty('kernelDrops')
})

test('an evicted peer is not listed, and the next one with its number begins at nothing', () => {
  const bench = live({}, [{ port: 4000 }])
  for (let n = 0; n < 5; n++) bench.receive(textBytes('x'))
  at(bench, HALF)
  bench.machine.evict(0)
  at(bench, 2 * HALF)
  expect(bench.facts.activity).toMatchObject({ known: 0, peers: [] })
  expect(bench.facts.peersEvicted).toBe(1)
  bench.peers[0] = { address: '127.0.0.9', port: 5000, family: 'udp4' }
  bench.receive(textBytes('x'))
  at(bench, 3 * HALF)
  expect(shown(bench)).toEqual([{ address: '127.0.0.9', port: 5000, received: 1, replied: 1, perSecond: 2, silent: 0 }])
})

describe('kinds', () => {
  const NONE = { probes: 0, plain: 0, requests: 0, damaged: 0, answers: 0, denied: 0 }
  const KINDS: Record<ReceivedKind, readonly Uint8Array[]> = {
    probes: [probeBytes(200), probeBytes(34)],
    plain: [textBytes(''), textBytes('hello'), textBytes('UDT'), textBytes('UDT1Z')],
    requests: [requestBytes(), requestBytes({ length: 500, count: 10 })],
    damaged: [flipped(probeBytes(200), 20), flipped(requestBytes(), 20)],
    answers: [asReply(probeBytes(200)), requestBytes().subarray(0, 10), textBytes('UDT2')],
    denied: [],
  }

  test.each(Object.entries(KINDS))('%s', (kind, datagrams) => {
    for (const bytes of datagrams) {
      const bench = live()
      bench.receive(bytes)
      expect(receivedByKind(bench.facts)).toEqual({
        ...NONE,
        [kind]: 1,
      })
    }
  })

  test('their sum is what was received, and so is the sum of fates, whatever arrives in whatever mode', () => {
    const kinds = Object.entries(KINDS).flatMap(([kind, all]) => all.map(bytes => ({ kind, bytes })))
    const arrivals = fc.array(fc.record({ one: fc.constantFrom(...kinds), flow: fc.nat(2), after: fc.nat(1e6) }))
    const plans = fc.constantFrom(
      {},
      { mode: 'discard' as const },
      { deny: ['10.0.0.2'] },
      { maxRate: 5 },
      { reply: textBytes('ok') },
    )
    fc.assert(
      fc.property(arrivals, plans, (all, plan) => {
        const bench = live(plan, [{}, { address: '10.0.0.2' }, { port: 9000 }])
        const expected = { ...NONE }
        for (const { one, flow, after } of all) {
          bench.now += after
          bench.receive(one.bytes, flow)
          const kind = 'deny' in plan && flow === 1 ? 'denied' : one.kind
          expected[kind as ReceivedKind] += 1
        }
        expect(receivedByKind(bench.facts)).toEqual(expected)
        // Fixed answers leave by themselves.
        while (bench.send().sent.length > 0);
        const { replied, dropped, received } = bench.facts
        expect(Object.values(dropped).reduce((sum, count) => sum + count, replied)).toBe(received)
      }),
    )
  })

  test('requests that get no answer are requests too', () => {
    const bench = live({}, [{}])
    ask(bench)
    expect(bench.facts).toMatchObject({ requests: 1, receipts: 1 })
    const capped = live({ maxRate: 1 })
    for (let n = 0; n < 20; n++) capped.receive(requestBytes({ number: n }))
    expect(capped.facts.requests).toBe(20)
    expect(capped.facts.receipts).toBeLessThan(20)
  })
})

test('the listed peers are the first ten of each order, found by sorting all', () => {
  const PEERS = 40
  const bursts = fc.array(
    fc.record({ flow: fc.nat(PEERS - 1), count: fc.integer({ min: 1, max: 9 }), evict: fc.boolean() }),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(fc.array(bursts, { minLength: 1, maxLength: 4 }), rounds => {
      const bench = live(
        {},
        Array.from({ length: PEERS }, (_, n) => ({ port: 2000 + n })),
      )
      const model = new Map<number, { received: number; grown: number; seen: number }>()
      for (const [round, all] of rounds.entries()) {
        for (const peer of model.values()) peer.grown = 0
        for (const { flow, count, evict } of all) {
          if (evict && model.delete(flow)) bench.machine.evict(flow)
          const peer = model.get(flow) ?? { received: 0, grown: 0, seen: 0 }
          model.set(flow, peer)
          peer.received += count
          peer.grown += count
          peer.seen = round
          bench.receiveTrain(
            Array.from({ length: count }, () => textBytes('abc')),
            flow,
          )
        }
        at(bench, (round + 1) * HALF)
        const peers = shown(bench)
        const rows = [...model].map(([flow, { received, grown, seen }]) => ({
          address: '127.0.0.1',
          port: 2000 + flow,
          received,
          replied: received,
          perSecond: grown * 2,
          silent: (round - seen) * HALF,
        }))
        for (const peer of peers) expect(rows).toContainEqual(peer)
        expect(bench.facts.activity?.known).toBe(rows.length)
        const top = (list: readonly ActivePeer[], key: (peer: ActivePeer) => number): number[] =>
          list
            .map(key)
            .sort((a, b) => b - a)
            .slice(0, 10)
        for (const key of [
          (peer: ActivePeer) => peer.received,
          (peer: ActivePeer) => peer.perSecond ?? 0,
          (peer: ActivePeer) => -peer.silent,
        ])
          expect(top(peers, key)).toEqual(top(rows, key))
        expect(new Set(peers.map(({ port }) => port)).size).toBe(peers.length)
      }
    }),
  )
})

test('a year of a silent server is one moment after another', () => {
  const bench = live()
  bench.receive(textBytes('x'))
  at(bench, HALF)
  at(bench, 100 * 24 * 3600 * SECOND)
  expect(shown(bench)).toMatchObject([{ received: 1, silent: 100 * 24 * 3600 * SECOND - HALF }])
})
