import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { CHECKED_SIZE, KIND, OFFSET, PROBE_SIZE } from '../../../src/wire/probe.ts'
import { RECEIPT } from '../../../src/wire/receipts.ts'
import { fromHex, GOLDEN, toHex } from '../wire/golden.ts'
import { ask, flipped, probeBytes, requestBytes, textBytes } from './datagrams.ts'
import { ServerHarness } from './server-harness.ts'

const MODES = ['upper', 'echo'] as const
const NEVER = ['R', 'T', 'D']

/** The datagram with its first bytes replaced by these letters. */
function begun(bytes: Uint8Array, letters: string): Uint8Array {
  const changed = bytes.slice()
  changed.set(textBytes(letters).subarray(0, bytes.length))
  return changed
}

/** As a server returns it: kind `D`, the rest by the mode. */
function returned(bytes: Uint8Array, mode: 'upper' | 'echo'): Uint8Array {
  const expected = bytes.slice()
  expected[OFFSET.kind] = 0x44
  return mode === 'echo'
    ? expected
    : new Uint8Array(
        Buffer.from(
          Buffer.from(expected)
            .toString('latin1')
            .replace(/[a-z]/g, letter => letter.toUpperCase()),
          'latin1',
        ),
      )
}

describe.each(MODES)('a damaged probe in mode %s', mode => {
  test.each(Object.entries(GOLDEN.returned))(
    'is returned as the golden packet %s',
    (_, { size, damage, hex, ...probe }) => {
      const request = probeBytes(size, probe.sequence, probe.run, probe.sent)
      for (const [offset, byte] of Object.entries(damage)) request[Number(offset)] = byte
      const answer = new ServerHarness({ mode }).receive(request)
      expect(toHex(answer?.subarray(0, PROBE_SIZE) ?? new Uint8Array(0))).toBe(toHex(fromHex(hex)))
    },
  )

  test('with a right check and a filled slot is in the receipts, and not in damaged', () => {
    const bench = new ServerHarness({ mode })
    bench.receive(probeBytes(128, 0))
    for (let at = OFFSET.received; at < PROBE_SIZE; at++) {
      const sent = flipped(probeBytes(128, at), at)
      expect(bench.receive(sent)).toEqual(returned(sent, mode))
    }
    const { totals } = ask(bench)
    expect(totals).toMatchObject({ distinct: 68, answered: 68, withheld: 0, damaged: 0 })
    expect(bench.facts).toMatchObject({ probes: 68, damaged: 0 })
    const [state] = ask(bench, { from: 60, count: 1, length: 160 }).states
    expect(state).toBe(RECEIPT.answered)
  })

  test('without a right check is in damaged, and not in receipts', () => {
    const bench = new ServerHarness({ mode })
    bench.receive(probeBytes(128, 0))
    let damaged = 0
    for (let at = OFFSET.kind; at < CHECKED_SIZE; at++) {
      const sent = flipped(probeBytes(128, 1), at, 0x08)
      expect(bench.receive(sent)).toEqual(returned(sent, mode))
      damaged += 1
    }
    expect(ask(bench).totals).toMatchObject({ distinct: 1, answered: 1, damaged })
    expect(bench.facts).toMatchObject({ probes: 1, damaged })
  })

  test('below 34 bytes is plain data, with its own kind', () => {
    const bench = new ServerHarness({ mode })
    for (let size = OFFSET.sequence; size < CHECKED_SIZE; size++)
      expect(bench.receive(flipped(probeBytes(size, 3), 4, 0x08))?.[OFFSET.kind]).toBe(KIND.probe ^ 0x08)
    expect(bench.facts.damaged).toBe(0)
  })

  test('is delayed like any answer, and sent as D', () => {
    const bench = new ServerHarness({ mode, delay: MILLISECOND })
    const sent = flipped(probeBytes(128, 1), 8)
    expect(bench.receive(sent)).toBeUndefined()
    bench.now = 2 * MILLISECOND
    expect(bench.send().sent.map(({ bytes }) => bytes)).toEqual([returned(sent, mode)])
  })

  test('is subject to the same ports and rates as plain data', () => {
    const bench = new ServerHarness({ mode, sourceCap: { answers: 10, onLoopback: false } }, [
      { port: 53 },
      { address: '192.0.2.1', port: 40_000 },
    ])
    const damaged = flipped(probeBytes(128), 8)
    expect(bench.receive(damaged, 0)).toBeUndefined()
    expect(bench.facts.dropped.sourcePort).toBe(1)
    for (let n = 0; n < 20; n++) bench.receive(damaged, 1)
    expect(bench.facts.dropped.sourceRate).toBeGreaterThan(0)
  })
})

test('a slot damaged after its check is withheld in mode discard', () => {
  const bench = new ServerHarness({ mode: 'discard' })
  expect(bench.receive(flipped(probeBytes(128), 60))).toBeUndefined()
  expect(ask(bench).totals).toMatchObject({ distinct: 1, answered: 0, withheld: 1, damaged: 0 })
})

describe('a magic in other letter case', () => {
  const whole = probeBytes(128)

  test.each(['udt1q', 'uDT1Q', 'UdT1Q', 'udt2H', 'UDt2q'])('%s is damaged in mode upper', letters => {
    const bench = new ServerHarness({ mode: 'upper' })
    expect(bench.receive(begun(whole, letters))).toEqual(returned(begun(whole, letters), 'upper'))
    expect(bench.facts).toMatchObject({ damaged: 1, probes: 0 })
    // Below 34 bytes, and without upper-casing, it is data like any other.
    expect(bench.receive(begun(whole.subarray(0, 33), letters))).toHaveLength(33)
    expect(new ServerHarness({ mode: 'echo' }).receive(begun(whole, letters))).toEqual(begun(whole, letters))
    expect(bench.facts.damaged).toBe(1)
  })

  test.each(['udt1s', 'uDT1R', 'UDt1t', 'udt1D'])('%s is not answered in mode upper', letters => {
    const bench = new ServerHarness({ mode: 'upper' })
    expect(bench.receive(begun(whole, letters))).toBeUndefined()
    expect(bench.facts.dropped.kind).toBe(1)
  })
})

test.each(MODES)('a datagram that begins with UDT2 is never plain data in mode %s', mode => {
  const bench = new ServerHarness({ mode })
  for (const letter of 'HCQRSTDx') {
    for (const size of [4, 5, 33, 34, 128])
      expect(bench.receive(begun(probeBytes(size), `UDT2${letter}`))).toBeUndefined()
  }
  expect(bench.facts).toMatchObject({ replied: 0, probes: 0, dropped: { kind: 40 } })
})

/** Any datagram of the format or similar: each kind, right or wrong, changed, cut, in other letter case. */
const datagram = fc
  .record({
    base: fc.oneof(
      fc.nat(300).map(size => probeBytes(size)),
      fc.integer({ min: 50, max: 300 }).map(length => requestBytes({ length, count: 50 })),
    ),
    letter: fc.option(fc.constantFrom(...'QRSTDqrstdXH'), { nil: undefined }),
    magic: fc.option(fc.constantFrom('UDT1', 'UDT2', 'udt1', 'udt2', 'Udt1', 'uDT2', 'UDT3'), {
      nil: undefined,
      freq: 2,
    }),
    changes: fc.array(fc.tuple(fc.nat(299), fc.nat(255)), { maxLength: 3 }),
    // Upper-casing corrects digits in the other case.
    lower: fc.boolean(),
    cut: fc.option(fc.nat(300), { nil: undefined }),
  })
  .map(({ base, letter, magic, changes, lower, cut }) => {
    const bytes = base.slice()
    if (lower)
      for (let i = 5; i < bytes.length; i++)
        if ((bytes[i] ?? 0) >= 0x41 && (bytes[i] ?? 0) <= 0x46) bytes[i] = (bytes[i] ?? 0) | 0x20
    for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
    if (letter !== undefined && bytes.length > 4) bytes[4] = letter.charCodeAt(0)
    if (magic !== undefined && bytes.length >= 4) bytes.set(textBytes(magic))
    return bytes.subarray(0, cut)
  })

test('no server answers a datagram with a magic and 34 bytes or more that a server sends', () => {
  const text = textBytes('a fixed answer that is longer than a check')
  const plans = (
    [{ mode: 'upper' }, { mode: 'echo' }, { mode: 'upper', delay: MILLISECOND }, { reply: text }] as const
  ).map(plan => ({ ...plan, maxPeers: 1 }))
  const sends = (bench: ServerHarness, received: readonly Uint8Array[]): Uint8Array[] => {
    const answers = bench.receiveTrain(received.map(bytes => bytes.slice()))
    bench.now += 2 * MILLISECOND
    return [...answers, ...bench.send(4).sent.map(({ bytes }) => bytes)]
  }
  const others = plans.map(plan => new ServerHarness(plan))
  fc.assert(
    fc.property(fc.constantFrom(...plans), fc.array(datagram, { minLength: 1, maxLength: 4 }), (plan, all) => {
      const size = all[0]?.length ?? 0
      const train = all.filter(bytes => bytes.length === size)
      for (const answer of sends(new ServerHarness(plan), train)) {
        const magic = Buffer.from(answer.subarray(0, 4)).toString('latin1')
        if (answer.length < CHECKED_SIZE || (magic !== 'UDT1' && magic !== 'UDT2')) continue
        expect(NEVER).toContain(String.fromCharCode(answer[OFFSET.kind] ?? 0))
        for (const other of others) expect(sends(other, [answer])).toEqual([])
      }
    }),
    { numRuns: 2000 },
  )
})
