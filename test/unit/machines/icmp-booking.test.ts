import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import type { IcmpError } from '../../../src/facts/icmp.ts'
import type { IgnoredIcmp } from '../../../src/facts/ignored-icmp.ts'
import type { ProbePlan } from '../../../src/facts/plan.ts'
import { OUTCOME } from '../../../src/facts/probe-table.ts'
import { asReply, flipped, probeBytes, requestBytes, RUN, textBytes } from './datagrams.ts'
import { ProberHarness } from './prober-harness.ts'
import { outcomesOf, rowsOf } from './rows.ts'

const REFUSED: IcmpError = { errno: 111, type: 3, code: 3, reporter: '192.0.2.1' }
const TOO_BIG: IcmpError = { errno: 90, type: 3, code: 4, reporter: '192.0.2.1', mtu: 576 }
const NOTHING = new Uint8Array(0)
const { waiting, unreachable, whole } = OUTCOME

/** Three probes of 128 bytes, or of these sizes, sent at 0. */
function bench(plan: Partial<ProbePlan> = {}): ProberHarness {
  const made = new ProberHarness({ count: 3, interval: 0, ...plan })
  made.pass(0)
  return made
}

/** A probe as it was sent. */
function sentProbe(sequence: number, size = 128, run = RUN): Uint8Array {
  return probeBytes(size, sequence, run, 0)
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]))
}

describe('a quote', () => {
  test.each([128, 50, 34, 33, 21, 20, 13, 12])('of %i bytes identifies its probe', length => {
    const { machine, facts } = bench()
    machine.unreachable(0, REFUSED, sentProbe(1).subarray(0, length), 0)
    // 12 bytes leave the last digit of the sequence open: the newest matches.
    expect(outcomesOf(facts)).toEqual(length === 12 ? [waiting, waiting, unreachable] : [waiting, unreachable, waiting])
    expect(facts.icmpIgnored).toEqual({})
  })

  test.each<[string, IgnoredIcmp, Uint8Array]>([
    ['a probe that has its error already', { settled: 1 }, sentProbe(1)],
    ['a probe that was never sent', { foreign: 1 }, sentProbe(9)],
    ['a probe that was never sent, cut', { foreign: 1 }, sentProbe(9).subarray(0, 13)],
    ['a probe of another run', { foreign: 1 }, sentProbe(0, 128, RUN + 1)],
    ['a probe of another run, cut', { foreign: 1 }, sentProbe(0, 128, RUN + 1).subarray(0, 21)],
    ['a receipts request of another run', { foreign: 1 }, requestBytes({ run: RUN + 1 })],
    ['a probe of another size', { quote: 1 }, sentProbe(0, 256)],
    ['a probe with another send time', { quote: 1 }, probeBytes(128, 0, RUN, 1)],
    ['a damaged probe', { quote: 1 }, flipped(sentProbe(0), 30)],
    ['a damaged probe, cut', { quote: 1 }, flipped(sentProbe(0), 3).subarray(0, 8)],
    ['a reply', { quote: 1 }, asReply(sentProbe(0))],
    ['junk', { quote: 1 }, textBytes('the quick brown fox jumps over it')],
    ['a single wrong byte', { quote: 1 }, Uint8Array.of(0)],
    ['a longer datagram that begins with a probe', { quote: 1 }, joined(sentProbe(0, 40), textBytes('x'))],
  ])('of %s is ignored and counted', (what, ignored, quoted) => {
    const { machine, facts } = bench(what.startsWith('a longer') ? { sizes: [40] } : {})
    if ('settled' in ignored) machine.unreachable(0, REFUSED, sentProbe(1), 0)
    const before = outcomesOf(facts)
    machine.unreachable(0, { errno: 113 }, quoted, 0)
    expect(outcomesOf(facts)).toEqual(before)
    expect(facts.icmpIgnored).toEqual(ignored)
    expect(facts.icmp.map(({ errno }) => errno)).not.toContain(113)
  })

  test('of a receipts request of our own is neither booked nor counted', () => {
    const { machine, facts } = bench()
    machine.unreachable(0, REFUSED, requestBytes(), 0)
    machine.unreachable(0, REFUSED, requestBytes().subarray(0, 20), 0)
    expect(outcomesOf(facts)).toEqual([waiting, waiting, waiting])
    expect(facts.icmpIgnored).toEqual({})
  })

  test('of a short datagram may be padded for extensions (RFC 4884)', () => {
    const { machine, facts } = bench({ sizes: [40, 9] })
    machine.unreachable(0, REFUSED, joined(sentProbe(0, 40), new Uint8Array(60), textBytes(' label')), 0)
    machine.unreachable(0, REFUSED, joined(sentProbe(1, 9), new Uint8Array(91)), 0)
    expect(outcomesOf(facts)).toEqual([unreachable, unreachable, waiting])
  })

  test('of a probe too small for a sequence belongs to the newest open one, preferably of that size', () => {
    const { machine, facts } = bench({ sizes: [5, 6], count: 4 })
    machine.unreachable(0, REFUSED, sentProbe(0, 5), 0)
    machine.unreachable(0, REFUSED, sentProbe(0, 5), 0)
    expect(outcomesOf(facts)).toEqual([unreachable, waiting, unreachable, waiting])
    machine.unreachable(0, REFUSED, sentProbe(0, 5), 0)
    expect(outcomesOf(facts)).toEqual([unreachable, waiting, unreachable, unreachable])
  })

  test.each([120, 121])('arrives within two minutes: %i seconds', seconds => {
    const { machine, facts } = bench({ timeout: 300 * SECOND })
    machine.unreachable(0, REFUSED, sentProbe(0), seconds * SECOND)
    expect(outcomesOf(facts)[0]).toBe(seconds > 120 ? waiting : unreachable)
    expect(facts.icmpIgnored).toEqual(seconds > 120 ? { old: 1 } : {})
  })

  test('of a final row is old', () => {
    const { machine, facts } = bench()
    facts.finalRows = 2
    machine.unreachable(0, REFUSED, sentProbe(1), 0)
    expect(facts.icmpIgnored).toEqual({ old: 1 })
  })

  test('that arrives at another port of the client is not for this port’s probe', () => {
    const { machine, facts } = bench()
    machine.unreachable(2, REFUSED, sentProbe(0), 0)
    expect(facts.icmpIgnored).toEqual({ foreign: 1 })
    expect(outcomesOf(facts)).toEqual([waiting, waiting, waiting])
  })
})

describe('an error without a quote', () => {
  test('is for the newest open probe, if there is one', () => {
    const { machine, facts } = bench({ count: 1 })
    machine.unreachable(0, { errno: 111 }, NOTHING, 0)
    machine.unreachable(0, { errno: 111 }, NOTHING, 0)
    expect(outcomesOf(facts)).toEqual([unreachable])
    expect(facts.icmpIgnored).toEqual({ unmatched: 1 })
  })
})

describe('"too big"', () => {
  const TOO_BIG_6: IcmpError = { errno: 90, type: 2, code: 0 }

  test.each<[string, number, IcmpError, boolean]>([
    ['an MTU below the packet', 1000, TOO_BIG, true],
    ['an MTU of the packet less one', 548, { ...TOO_BIG, mtu: 575 }, true],
    ['no MTU, as by RFC 792', 1000, { errno: 90, type: 3, code: 4 }, true],
    ['an MTU of the packet', 548, TOO_BIG, false],
    ['an MTU of 65535 for a small datagram', 1000, { ...TOO_BIG, mtu: 65_535 }, false],
    ['an MTU below the least of IPv4', 1000, { ...TOO_BIG, mtu: 67 }, false],
    ['a packet that every path of IPv4 carries', 40, { errno: 90, type: 3, code: 4 }, false],
    ['an MTU of IPv6', 2000, { ...TOO_BIG_6, mtu: 1280 }, true],
    ['an MTU below the least of IPv6', 2000, { ...TOO_BIG_6, mtu: 1279 }, false],
    ['a packet that every path of IPv6 carries', 1232, TOO_BIG_6, false],
    ['the same without a quote', 1232, { errno: 90, family: 'udp6' }, false],
    ['the same over IPv4', 1232, { errno: 90, family: 'udp4' }, true],
  ])('with %s (%i bytes)', (_, size, error, possible) => {
    const { machine, facts } = bench({ sizes: [size], count: 1 })
    machine.unreachable(0, error, error.type === undefined ? NOTHING : sentProbe(0, size), 0)
    expect(outcomesOf(facts)).toEqual([possible ? unreachable : waiting])
    expect(facts.icmpIgnored).toEqual(possible ? {} : { mtu: 1 })
    const { family: __, ...kept } = error
    expect(facts.icmp).toEqual(possible ? [kept] : [])
  })

  test.each([0, 8, 20])('with a quote of %i bytes, which proves no probe, loses its MTU', length => {
    const { machine, facts } = bench({ sizes: [1000], count: 1 })
    machine.unreachable(0, TOO_BIG, sentProbe(0, 1000).subarray(0, length), 0)
    expect(outcomesOf(facts)).toEqual([unreachable])
    const { mtu: _, ...kept } = TOO_BIG
    expect(facts.icmp).toEqual([kept])
  })
})

describe('a quote of several datagrams', () => {
  const train = (first: number): Uint8Array => joined(sentProbe(first), sentProbe(first + 1))

  test('belongs to a train that was one packet when the error occurred', () => {
    const { machine, facts } = bench()
    facts.probes.open(0).train.set([0, 1, 0])
    machine.unreachable(0, REFUSED, train(0), 0)
    expect(outcomesOf(facts)).toEqual([unreachable, unreachable, waiting])
  })

  test('does not belong to probes sent separately', () => {
    const { machine, facts } = bench()
    machine.unreachable(0, REFUSED, train(0), 0)
    expect(outcomesOf(facts)).toEqual([unreachable, waiting, waiting])
  })

  test('but a quote of a single datagram was fragmented before the error', () => {
    const { machine, facts } = bench()
    facts.probes.open(0).train.set([0, 1, 2])
    machine.unreachable(0, REFUSED, sentProbe(0), 0)
    expect(outcomesOf(facts)).toEqual([unreachable, waiting, waiting])
  })
})

test('a reply replaces an ICMP error', () => {
  const made = bench()
  made.machine.unreachable(0, REFUSED, sentProbe(0), 0)
  made.receive(sentProbe(0))
  expect(outcomesOf(made.facts)).toEqual([whole, waiting, waiting])
})

test.each<[string, IcmpError]>([
  ['errno', { ...TOO_BIG, errno: 113 }],
  ['type', { ...TOO_BIG, type: 11 }],
  ['code', { ...TOO_BIG, code: 1 }],
  ['reporter', { ...TOO_BIG, reporter: '192.0.2.2' }],
  ['mtu', { ...TOO_BIG, mtu: 577 }],
])('errors are listed once, and apart by %s', (_, other) => {
  const { machine, facts } = bench({ sizes: [1000] })
  machine.unreachable(0, TOO_BIG, sentProbe(0, 1000), 0)
  machine.unreachable(0, other, sentProbe(1, 1000), 0)
  machine.unreachable(0, TOO_BIG, sentProbe(2, 1000), 0)
  expect(facts.icmp).toEqual([TOO_BIG, other])
  expect(rowsOf(facts).map(({ detail }) => detail)).toEqual([0, 1, 0])
})

test('with very many different errors the sender is dropped, and each probe has its own', () => {
  const { machine, facts } = bench({ count: 400 })
  for (let n = 0; n < 400; n++)
    machine.unreachable(0, { ...REFUSED, reporter: `192.0.${n >> 8}.${n & 255}` }, sentProbe(n), 0)
  expect(facts.icmp).toHaveLength(257)
  expect(facts.icmp.at(-1)).toEqual({ errno: 111, type: 3, code: 3 })
  expect(rowsOf(facts).map(({ outcome, detail }) => [outcome, detail])).toEqual(
    Array.from({ length: 400 }, (_, n) => [unreachable, Math.min(n, 256)]),
  )
})

test('an error on a socket that belongs to no client', () => {
  const { machine, facts } = bench()
  machine.unreachable(1, REFUSED, NOTHING, 0)
  expect(facts.icmp).toEqual([])
})
