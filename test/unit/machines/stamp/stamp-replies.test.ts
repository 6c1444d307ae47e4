import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { isReply } from '../../../../src/facts/probe-table.ts'
import { mutated } from '../../../helpers/mutations.ts'
import { foreignEcho } from '../../../simulation/foreign.ts'
import { KEY } from '../../wire/stamp/vectors.ts'
import type { ReflectorRules } from './simulated-reflector.ts'
import { stampRun } from './stamp-run.ts'

/** One probe, so no copy, whose reply of 44 octets or more is changed. */
function judged(change: (reply: Buffer) => void, size = 44, rules: ReflectorRules = {}): string | undefined {
  const changed: ReflectorRules['change'] = reply => {
    change(reply)
    return reply
  }
  const { outcomes, facts, counters } = stampRun({}, { ...rules, change: changed }, { sizes: [size], count: 1 })
  const { foreign = 0, unidentified = 0, replies = 0 } = facts.clients[0] ?? {}
  if (foreign > 0) return 'foreign'
  if (unidentified > 0) return 'unidentified'
  expect(replies).toBe(1)
  if (outcomes[0]?.startsWith('wrong') === true) expect(counters).toEqual([0xffffffff])
  return outcomes[0]
}

const flip =
  (at: number): ((reply: Buffer) => void) =>
  reply => {
    reply[at] = (reply[at] ?? 0) ^ 0x10
  }

describe('a reply', () => {
  test('is intact whatever the reflector writes into its own fields, and into octets that must be zero', () => {
    expect(judged(() => {})).toBe('whole')
    for (const at of [0, 3, 4, 11, 12, 14, 15, 16, 23, 38, 39, 40, 41, 43])
      expect(judged(flip(at)), `${at}`).toBe('whole')
  })

  test('is wrong at the first octet of T1 and of the error estimate that it did not copy', () => {
    for (let at = 28; at < 38; at++) expect(judged(flip(at)), `${at}`).toBe(`wrong ${at}`)
  })

  test('is to the probe whose T1 it copied if it has the number of another one', () => {
    const change: ReflectorRules['change'] = (reply, index) => {
      if (index === 4) reply.writeUInt32BE(1, 24)
      return reply
    }
    const { outcomes, facts } = stampRun({}, { change }, { count: 5 })
    expect(outcomes).toEqual(['whole', 'whole', 'whole', 'wrong 24', 'whole'])
    expect(facts.clients[0]).toMatchObject({ replies: 5, duplicates: 0, foreign: 0 })
  })

  test('is foreign if it has a number that was never sent', () => {
    expect(judged(reply => reply.writeUInt32BE(0xfffffff0, 24))).toBe('foreign')
    expect(judged(reply => reply.writeUInt32BE(1, 24))).toBe('foreign')
  })

  test('with Multiplier 0 is corrupt', () => {
    expect(judged(() => {}, 44, { estimate: 0x3f00 })).toBe('wrong 12')
    const { stamp } = stampRun({}, { estimate: 0x3f00 }, { count: 3 })
    expect(stamp.times).toMatchObject({ zeroMultiplier: 3, ntp: 0, ptp: 0 })
    expect(stamp.times.error).toBeUndefined()
  })

  test('has the padding of the probe', () => {
    for (const at of [48, 70, 99]) expect(judged(flip(at), 100), `${at}`).toBe(`wrong ${at}`)
    // Flags may change; type and length may not.
    expect(judged(flip(44), 100)).toBe('whole')
    expect(judged(flip(45), 100)).toBe('wrong 45')
    for (const at of [46, 47]) expect(judged(flip(at), 100)).toBe('wrong 46')
  })

  test.each([
    [99, 'cut 99'],
    [46, 'cut 46'],
    [44, 'cut 44'],
    [36, 'cut 36'],
  ])('of %d of 100 octets is truncated', (size, outcome) => {
    const change: ReflectorRules['change'] = reply => reply.subarray(0, size)
    expect(stampRun({}, { change }, { sizes: [100], count: 1 }).outcomes).toEqual([outcome])
  })

  test('that is too short for what it copied is unidentified', () => {
    const change: ReflectorRules['change'] = (reply, index) => reply.subarray(0, index === 0 ? 35 : 0)
    const { outcomes, facts } = stampRun({}, { change }, { count: 2 })
    expect(outcomes).toEqual(['waiting', 'waiting'])
    // The second one is empty, and so is that to its copy.
    expect(facts.clients[0]).toMatchObject({ replies: 0, unidentified: 3 })
  })

  test('longer than its probe is wrong after it', () => {
    const change: ReflectorRules['change'] = reply => Buffer.concat([reply, Buffer.of(0)])
    expect(stampRun({}, { change }, { sizes: [100], count: 1 }).outcomes).toEqual(['wrong 100'])
  })

  test('of an echo server is none', () => {
    const { outcomes, facts } = stampRun({}, {}, { count: 3 }, {}, { respond: foreignEcho })
    expect(outcomes).toEqual(['waiting', 'waiting', 'waiting'])
    expect(facts.clients[0]?.unidentified).toBeGreaterThanOrEqual(3)
  })

  test('of TWAMP-Light may have any length from 38 octets', () => {
    const light = (size: number): readonly string[] =>
      stampRun(
        { isLight: true },
        { change: reply => Buffer.concat([reply, Buffer.alloc(60)]).subarray(0, size) },
        {
          sizes: [60],
          count: 1,
        },
      ).outcomes
    expect([38, 40, 41, 44, 59, 60, 61, 100].flatMap(light)).toEqual(Array(8).fill('whole'))
    expect(light(37)).toEqual(['cut 37'])
  })

  test('after the timeout keeps its place in the ledger', () => {
    const { outcomes } = stampRun(
      {},
      {},
      { count: 2, timeout: 5 * MILLISECOND, linger: 100 * MILLISECOND },
      {
        latency: 4 * MILLISECOND,
      },
    )
    expect(outcomes).toEqual(['whole', 'whole'])
  })
})

describe('SSID', () => {
  test('of another session is foreign', () => {
    const change: ReflectorRules['change'] = (reply, index) => {
      if (index === 0) reply.writeUInt16BE(8, 14)
      return reply
    }
    const { outcomes, facts } = stampRun({ ssid: 7 }, { change }, { count: 3 })
    expect(outcomes).toEqual(['waiting', 'whole', 'whole'])
    expect(facts.clients[0]?.foreign).toBe(1)
  })

  test('is not looked for if the run has none: these octets must be zero, so they are ignored', () => {
    const change: ReflectorRules['change'] = reply => {
      reply.writeUInt16BE(8, 14)
      return reply
    }
    expect(stampRun({}, { change }, { count: 1 }).outcomes).toEqual(['whole'])
  })
})

describe('HMAC', () => {
  test('that is wrong makes a datagram no reply', () => {
    const change: ReflectorRules['change'] = (reply, index) => {
      if (index === 1 || index === 2) reply[60] = (reply[60] ?? 0) ^ 1
      return index === 3 ? reply.subarray(0, 111) : reply
    }
    const { outcomes, stamp, facts } = stampRun({}, { key: KEY, change }, { sizes: [112], count: 6 })
    // Number 1, its copy, and number 2.
    expect(outcomes).toEqual(['whole', 'waiting', 'waiting', 'whole', 'whole', 'whole'])
    expect(stamp.forged).toBe(3)
    expect(facts.clients[0]).toMatchObject({ foreign: 0, unidentified: 0, duplicates: 0 })
  })

  test('of another key answers nothing', () => {
    const { outcomes, stamp } = stampRun({}, { key: KEY, signingKey: KEY.slice().fill(9) }, { sizes: [112], count: 2 })
    expect(outcomes).toEqual(['waiting', 'waiting'])
    expect(stamp.forged).toBe(3)
  })
})

describe('further replies', () => {
  const twice = { rule: 'duplicate', ratio: 1 } as const

  test('are duplicates', () => {
    const { facts, outcomes, stamp } = stampRun({}, { isStateful: true }, { count: 4 }, { down: [twice] })
    expect(outcomes).toEqual(Array(4).fill('whole'))
    expect(facts.clients[0]).toMatchObject({ replies: 4, duplicates: 4, foreign: 0 })
    expect([...(facts.probes.pages[0]?.copies.subarray(0, 4) ?? [])]).toEqual([1, 1, 1, 1])
    expect(stamp.sessions[0]?.copies).toEqual([])
  })

  test('with another number of the reflector show that the path copied the request', () => {
    const { stamp, counters } = stampRun({}, { isStateful: true }, { count: 4 }, { up: [twice] })
    expect(counters).toEqual([0, 2, 6, 8])
    expect(stamp.sessions[0]?.copies.map(({ sequence, counter }) => [sequence, counter])).toEqual([
      [0, 1],
      [1, 3],
      [1, 5],
      [2, 7],
      [3, 9],
    ])
  })

  test('of a stateless reflector show nothing', () => {
    const { stamp, facts } = stampRun({}, {}, { count: 4 }, { up: [twice] })
    expect(stamp.sessions[0]?.copies).toEqual([])
    expect(facts.clients[0]?.duplicates).toBe(4)
  })
})

describe('a closed port', () => {
  test.each([548, 44, 12, 8, 4])('fails all probes if ICMP errors quote %d octets', icmpQuote => {
    const { outcomes, facts, stamp } = stampRun({}, {}, { count: 4 }, { icmpQuote }, { respond: undefined as never })
    expect(outcomes).toEqual(Array(4).fill('unreachable'))
    // Without a whole T1 a quoted copy looks like its probe, which has its error already.
    expect(facts.icmpIgnored).toEqual(icmpQuote < 12 ? { settled: 3 } : {})
    expect(stamp.sessions[0]?.extras.filter(({ sequence }) => sequence > 3)).toEqual([])
  })

  test('of which an error quotes too little names no probe', () => {
    const { outcomes, facts } = stampRun({}, {}, { count: 1 }, { icmpQuote: 3 }, { respond: undefined as never })
    expect(outcomes).toEqual(['waiting'])
    expect(facts.icmpIgnored).toEqual({ quote: 1 })
  })

  test('is known without a quote', () => {
    const { outcomes } = stampRun({}, {}, { count: 3 }, { icmp: 'errno' }, { respond: undefined as never })
    expect(outcomes).toEqual(Array(3).fill('unreachable'))
  })
})

test('damaged replies are booked once each, and never throw', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(0, 7),
      fc.constantFrom([], ['cos', 'direct', 'timestamp', 'followup'] as const),
      (seed, isStateful, isAuthenticated, ssid, tlvs) => {
        const random = seeded(seed)
        const sizes = [(isAuthenticated ? 132 : 44) + (tlvs.length === 0 ? 4 : 60)]
        const change: ReflectorRules['change'] = reply => (random.integer(3) === 0 ? reply : mutated(reply, random))
        const { facts, outcomes, stamp, requests } = stampRun(
          { ssid, tlvs },
          { isStateful, change, ...(isAuthenticated ? { key: KEY } : {}) },
          { sizes, count: 20, interval: MILLISECOND },
        )
        const { replies = 0, duplicates = 0, foreign = 0, unidentified = 0 } = facts.clients[0] ?? {}
        const extra = stamp.sessions[0]?.extras.filter(({ arrived }) => arrived !== undefined).length ?? 0
        const rows = [...(facts.probes.pages[0]?.outcome.subarray(0, 20) ?? [])]
        expect(outcomes).toHaveLength(20)
        expect(rows.filter(isReply)).toHaveLength(replies)
        expect(replies + duplicates + foreign + unidentified + stamp.forged + extra).toBe(requests.length)
        if (isAuthenticated) expect(foreign + unidentified).toBe(0)
      },
    ),
    { numRuns: 300 },
  )
})
