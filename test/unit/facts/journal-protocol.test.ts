import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createIrttFacts } from '../../../src/facts/irtt.ts'
import { encodeJournal } from '../../../src/facts/journal.ts'
import { LineSum } from '../../../src/facts/journal-lines.ts'
import { NO_COUNTER, PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import { decodeJournal } from '../../../src/facts/read-journal.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { createStampFacts, type StampFacts } from '../../../src/facts/stamp.ts'
import { UnfinishedJournal } from '../../../src/facts/unfinished-journal.ts'
import { refused } from '../../helpers/refused.ts'
import { crafted, echoed, silent, times, type CraftedRow } from '../ledger/crafted.ts'
import { irttPlan, stampPlan } from '../machines/plans.ts'

const lines = (facts: RunFacts): string[] => [...encodeJournal({ facts, context: {} })]
const load = (facts: RunFacts): RunFacts => decodeJournal(lines(facts).join('')).facts

/** A journal of these lines with a right end line, so that its content is checked and not only its checksum. */
function sealed(texts: readonly string[], rows: number): string {
  const sum = new LineSum()
  for (const text of texts) sum.add(text.trimEnd())
  return [...texts.map(text => text.trimEnd()), JSON.stringify(sum.end(rows)), ''].join('\n')
}

const word = fc.nat(0xffffffff)
const moment = fc.integer({ min: -1e9, max: 1e12 })

const session = fc.record({
  extras: fc.array(
    fc.oneof(
      fc.record({ sequence: word, sent: moment }),
      fc.record({ sequence: word, sent: moment, counter: word, arrived: moment }),
    ),
    { maxLength: 8 },
  ),
  copies: fc.array(fc.record({ sequence: fc.constant(0), counter: word, arrived: moment }), { maxLength: 5 }),
  copiesOmitted: fc.nat(3),
})

const tlvCounts = fc.record({
  sent: fc.nat(),
  recognized: fc.nat(),
  unrecognized: fc.nat(),
  malformed: fc.nat(),
  integrityFailed: fc.nat(),
  missing: fc.nat(),
})

const stampFacts = fc.record(
  {
    sessions: fc.tuple(session, session),
    times: fc.record(
      {
        ntp: fc.nat(),
        ptp: fc.nat(),
        contradicted: fc.nat(),
        synchronized: fc.nat(),
        zeroMultiplier: fc.nat(),
        error: fc.nat(),
      },
      { requiredKeys: ['ntp', 'ptp', 'contradicted', 'synchronized', 'zeroMultiplier'] },
    ),
    requestTtl: fc.constantFrom({}, { 64: 3 }, { 1: 2, 254: 7 }),
    forged: fc.nat(),
    counts: fc.constantFrom('sequence' as const, 'direct' as const),
    tlvs: fc.record({ direct: tlvCounts, padding: tlvCounts, hmac: tlvCounts }, { requiredKeys: [] }),
    dscpRefused: fc.nat(),
    followUp: fc.record({ count: fc.nat(), least: fc.nat(), most: fc.nat(), sum: fc.nat() }),
    clock: fc.record({
      syncIn: fc.nat(255),
      methodIn: fc.nat(255),
      syncOut: fc.nat(255),
      methodOut: fc.nat(255),
    }),
    replyBytes: fc.record({ least: fc.nat(), most: fc.nat() }),
  },
  { requiredKeys: ['sessions', 'times', 'requestTtl', 'forged', 'tlvs', 'dscpRefused'] },
)

const row: fc.Arbitrary<CraftedRow> = fc.oneof(
  fc.constant(silent()),
  word.map(counter => echoed({ counter })),
)

describe('a journal of a run of STAMP', () => {
  const protocol = stampPlan({ tlvs: ['cos', 'direct'], replyDscp: 46, ssid: 7 })

  test('is read back as it was, whatever the session showed', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), stampFacts, fc.boolean(), (rows, stamp, isFlood) => {
        const pace = isFlood ? { interval: 0, window: 8 } : {}
        const facts = crafted(rows, { plan: { clients: 2, protocol, ...pace } })
        facts.stamp = stamp
        const read = load(facts)
        expect(read.stamp).toEqual(stamp)
        expect(read.plan).toEqual(facts.plan)
        expect(read.probes.pages[0]?.counter?.slice(0, rows.length)).toEqual(
          facts.probes.pages[0]?.counter?.slice(0, rows.length),
        )
        expect(lines(read)).toEqual(lines(facts))
      }),
      { numRuns: 200 },
    )
  })

  const facts = crafted([echoed({ counter: 0 }), silent(), echoed({ counter: 1 })], { plan: { protocol } })
  facts.stamp = createStampFacts(1)
  facts.stamp.sessions[0]?.extras.push({ sequence: 1, sent: 5, counter: 1, arrived: 6 }, { sequence: 3, sent: 7 })
  const whole = lines(facts).slice(0, -1)
  const header = JSON.parse(whole[0] ?? '') as Readonly<Record<string, object>> & { readonly stamp: StampFacts }
  const withHeader = (changed: object): string =>
    sealed([JSON.stringify({ ...header, ...changed }), ...whole.slice(1)], 3)
  const withSession = (changed: object): string =>
    withHeader({ stamp: { ...header.stamp, sessions: [{ ...header.stamp.sessions[0], ...changed }] } })
  const withPlan = (changed: object): string => withHeader({ plan: { ...header['plan'], ...changed } })

  test('nothing changed', () => {
    expect(decodeJournal(withHeader({})).facts.stamp).toEqual(facts.stamp)
    expect(decodeJournal(withSession({ copies: [{ sequence: 3, counter: 4, arrived: 9 }] })).facts.cut).toBeUndefined()
  })

  test('may lack what only the end of a run shows', () => {
    const { stamp: _, ...without } = header
    expect(decodeJournal(sealed([JSON.stringify(without), ...whole.slice(1)], 3)).facts.stamp).toBeUndefined()
  })

  test.each([
    ['of no session', withHeader({ stamp: { ...header.stamp, sessions: [] } })],
    ['of another number of sessions', withHeader({ stamp: createStampFacts(2) })],
    ['of another protocol', withPlan({ protocol: irttPlan() })],
    ["of udptool's own protocol", withPlan({ protocol: undefined })],
    ['of an unknown protocol', withPlan({ protocol: { ...protocol, name: 'owamp' } })],
    ['with an unknown TLV', withPlan({ protocol: { ...protocol, tlvs: ['location'] } })],
    ['with a DSCP of seven bits', withPlan({ protocol: { ...protocol, replyDscp: 64 } })],
    ['with an SSID of 17 bits', withPlan({ protocol: { ...protocol, ssid: 65_536 } })],
    ['with the facts of irtt', withHeader({ irtt: createIrttFacts() })],
    ['with a number of 33 bits', withSession({ extras: [{ sequence: 1, sent: 5, counter: 2 ** 32, arrived: 6 }] })],
    ['with the number of no reply', withSession({ extras: [{ sequence: 1, sent: 5, counter: 1 }] })],
    ['with a copy of no probe', withSession({ copies: [{ sequence: 4, counter: 1, arrived: 6 }] })],
    ['with more copies than are kept', withSession({ extras: times(1001, { sequence: 1, sent: 5 }) })],
    ['with a TTL of nine bits', withHeader({ stamp: { ...header.stamp, requestTtl: { 256: 1 } } })],
    ['with another kind of counts', withHeader({ stamp: { ...header.stamp, counts: 'octets' } })],
    ['with a negative count', withHeader({ stamp: { ...header.stamp, forged: -1 } })],
  ])('%s is refused', (_, text) => {
    expect(refused(() => decodeJournal(text))).toMatch(/^(?:line \d+ of the journal is not|the journal contradicts)/u)
  })

  const withCounters = (...numbers: readonly number[]): string =>
    sealed(
      whole.map(line => {
        if (!line.includes('"column":"counter"')) return line
        const data = Buffer.from(Uint32Array.from(numbers).buffer).toString('base64')
        return JSON.stringify({ ...(JSON.parse(line) as object), data })
      }),
      3,
    )

  test('a number without a reply, or a run without numbers, contradicts itself', () => {
    expect(decodeJournal(withCounters(7, NO_COUNTER, 9)).facts.probes.pages[0]?.counter?.[2]).toBe(9)
    expect(refused(() => decodeJournal(withCounters(7, 8, 9)))).toContain('the number of a reply that never came')
    const without = whole.filter(line => !line.includes('"column":"counter"'))
    expect(refused(() => decodeJournal(sealed(without, 3)))).toContain('contradicts itself')
  })

  test("a run of udptool's own protocol has no such column", () => {
    const own = lines(crafted([echoed(), silent(), echoed()])).slice(0, -1)
    expect(own.some(line => line.includes('"column":"counter"'))).toBe(false)
    const column = whole.find(line => line.includes('"column":"counter"')) ?? ''
    expect(refused(() => decodeJournal(sealed([...own, column], 3)))).toContain('contradicts itself')
  })

  test('without some of its rows it has no sessions: their counts are those of the whole run', () => {
    expect(decodeJournal(whole.join('')).facts.stamp).toEqual(facts.stamp)
    const { facts: read } = decodeJournal(whole.slice(0, -1).join(''))
    expect(read.stamp).toBeUndefined()
    expect(read.plan.protocol).toEqual(protocol)
  })
})

test('a journal of a run of irtt is read back as it was', () => {
  const facts = crafted([echoed({ counter: 1 }), silent('answered')], { plan: { protocol: irttPlan() } })
  facts.irtt = {
    opened: true,
    closedByServer: false,
    granted: {
      duration: 1e9,
      interval: 2e7,
      length: 60,
      stats: 'both',
      stamps: 'midpoint',
      clock: 'wall',
      tos: 184,
    },
    forged: 2,
  }
  expect(load(facts).irtt).toEqual(facts.irtt)
  expect(lines(load(facts))).toEqual(lines(facts))
  facts.irtt = { opened: false, closedByServer: false, refused: { reason: 'length', granted: 100 }, forged: 0 }
  expect(load(facts).irtt).toEqual(facts.irtt)
})

describe('the journal of a run that goes on', () => {
  const written = (rows: readonly CraftedRow[], plan: object, blocks: readonly (readonly number[])[]): RunFacts => {
    const journal = new UnfinishedJournal({ facts: crafted(rows, { plan }), context: {} })
    const text = [journal.header(), ...blocks.flatMap(block => [...journal.blocks(block)])].join('')
    return decodeJournal(text).facts
  }

  test.each([
    ['paced', {}],
    ['a flood', { interval: 0, window: 8 }],
  ])('has the protocol and the numbers of replies: %s', (_, pace) => {
    const rows = [echoed({ counter: 3 }), silent(), echoed({ counter: 4 })]
    const facts = written(rows, { ...pace, protocol: stampPlan() }, [[0, 2], [1]])
    expect(facts.plan.protocol).toEqual(stampPlan())
    expect([...(facts.probes.pages[0]?.counter?.slice(0, 3) ?? [])]).toEqual([3, NO_COUNTER, 4])
  })

  test("in udptool's own protocol has no column of numbers", () => {
    const facts = written([echoed()], {}, [[0]])
    expect(facts.probes.pages[0]?.counter).toBeUndefined()
    expect(facts.probes.pages[0]?.outcome).toHaveLength(PAGE_ROWS)
  })
})

test('a server whose clock is set during a run does not make its journal unreadable', () => {
  // From 1970 to 2026, back, and to the largest time of 64 bits in ns.
  const arrivals = [0, 1.8e18, -1.8e18, 9.2e18]
  const read = load(crafted(arrivals.map(serverArrival => echoed({ serverArrival }))))
  expect([...(read.probes.pages[0]?.serverArrival?.slice(0, 4) ?? [])]).toEqual(arrivals)
  expect(refused(() => load(crafted([echoed({ serverArrival: 1e19 })])))).toContain('no time at the server')
})
