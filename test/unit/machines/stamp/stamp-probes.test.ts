import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { PAGE_ROWS } from '../../../../src/facts/probe-table.ts'
import { createPayload } from '../../../../src/wire/payload.ts'
import { EPOCH } from '../../../simulation/epoch.ts'
import { KEY } from '../../wire/stamp/vectors.ts'
import { hmac, knowsAll, reflector, type ReflectorRules } from './simulated-reflector.ts'
import { stampRun } from './stamp-run.ts'

/** When a simulated run begins. */
const START = SECOND

const numbersOf = (requests: readonly Buffer[]): readonly number[] => requests.map(bytes => bytes.readUInt32BE(0))
const dropping =
  (...indexes: readonly number[]): NonNullable<ReflectorRules['change']> =>
  (reply, index) =>
    indexes.includes(index) ? undefined : reply

describe('packets', () => {
  test('are base packets with their number, the time of sending and the largest error, and zeros', () => {
    const { requests, facts } = stampRun({ ssid: 0xabcd }, {}, { count: 3, interval: 100 * MILLISECOND })
    const [first, second] = requests
    expect(numbersOf(requests)).toEqual([0, 1, 1, 2])
    expect(facts.clients[0]?.firstSent).toBe(START)
    // Unix 1 700 000 001.25 and 100 ms later.
    expect(first?.toString('hex')).toBe(`00000000e8fe6f81400000003fffabcd${'00'.repeat(28)}`)
    expect(1_700_000_001 + 2_208_988_800).toBe(0xe8fe6f81)
    expect(second?.readUInt32BE(8)).toBe(Math.floor(0.35 * 2 ** 32))
  })

  test('have PTP timestamps of TAI if wanted', () => {
    const [first] = stampRun({ timestamps: 'ptp' }, {}, { count: 1 }).requests
    expect(first?.readUInt32BE(4)).toBe(EPOCH.seconds + 1 + 37)
    expect(first?.readUInt32BE(8)).toBe(EPOCH.nanos)
    expect(first?.readUInt16BE(12)).toBe(0x7fff)
  })

  test('are padded by a TLV of the payload', () => {
    const { requests, outcomes } = stampRun({}, {}, { sizes: [48, 1000], count: 2 })
    expect(outcomes).toEqual(['whole', 'whole'])
    expect(requests[0]?.subarray(44).toString('hex')).toBe('80010000')
    expect(requests[1]?.subarray(44, 48).toString('hex')).toBe('800103b8')
    const padding = new Uint8Array(1000)
    createPayload('random', { seed: 7 }).write(padding, 0, 48, 1000, 1)
    expect(requests[1]?.subarray(48).equals(padding.subarray(48))).toBe(true)
  })

  test('have their TLVs in one order, with U, and zeros where the reflector writes', () => {
    const tlvs = ['timestamp', 'cos', 'direct', 'followup'] as const
    const { requests } = stampRun({ tlvs, replyDscp: 46 }, {}, { sizes: [44 + 8 + 8 + 16 + 20 + 6], count: 3 })
    const last = requests.at(-1)
    // S_TxC counts the copy of number 1 too.
    expect(last?.subarray(44).toString('hex')).toMatch(
      new RegExp(
        `^800300040000000080040004b80000008005000c00000004${'00'.repeat(8)}80070010${'00'.repeat(16)}80010002`,
      ),
    )
  })

  test('are authenticated over what they contain, the TLVs too if there are other than padding', () => {
    const { requests } = stampRun({ tlvs: ['cos'] }, { key: KEY }, { sizes: [112 + 8 + 20, 200], count: 2 })
    expect(requests).toHaveLength(3)
    for (const bytes of requests) {
      expect(bytes.subarray(96, 112)).toEqual(hmac(KEY, bytes.subarray(0, 96)).subarray(0, 16))
      expect(bytes.subarray(-20, -16).toString('hex')).toBe('80080010')
      const tlvs = bytes.subarray(112, -20)
      expect(bytes.subarray(-16)).toEqual(hmac(KEY, bytes.subarray(0, 4), tlvs).subarray(0, 16))
    }
    const [padded] = stampRun({}, { key: KEY }, { sizes: [116], count: 1 }).requests
    expect(padded?.subarray(112).toString('hex')).toBe('80010000')
  })

  test('of TWAMP-Light may be shorter, and are padded without a TLV', () => {
    const { requests, outcomes, facts } = stampRun({ isLight: true }, {}, { sizes: [14, 30, 44, 60], count: 4 })
    expect(outcomes).toEqual(['whole', 'whole', 'whole', 'whole'])
    expect(requests.map(bytes => bytes.length)).toEqual([14, 30, 30, 44, 60])
    expect(requests[1]?.subarray(14).every(byte => byte === 0)).toBe(true)
    expect(requests[4]?.readUInt32BE(44)).not.toBe(0x8001000c)
    expect(facts.stamp?.replyBytes).toEqual({ least: 44, most: 60 })
  })
})

describe('proof of the kind', () => {
  test('number 1 is sent twice, and the copy is in no ledger', () => {
    const { requests, stamp, outcomes, counters, facts } = stampRun({}, { isStateful: true }, { count: 5 })
    expect(numbersOf(requests)).toEqual([0, 1, 1, 2, 3, 4])
    expect(outcomes).toEqual(Array(5).fill('whole'))
    expect(counters).toEqual([0, 1, 3, 4, 5])
    expect(stamp.sessions).toEqual([
      {
        extras: [{ sequence: 1, sent: START + 10 * MILLISECOND + 1, counter: 2, arrived: START + 12 * MILLISECOND }],
        copies: [],
        copiesOmitted: 0,
      },
    ])
    expect(stamp.counts).toBe('sequence')
    expect(facts.clients[0]).toMatchObject({ scheduled: 5, replies: 5, duplicates: 0, foreign: 0, unidentified: 0 })
  })

  test('a stateless reflector gives both the same number', () => {
    const { stamp, counters, requests } = stampRun({}, {}, { count: 5 })
    expect(counters).toEqual([0, 1, 2, 3, 4])
    expect(stamp.sessions[0]?.extras.map(({ sequence, counter }) => [sequence, counter])).toEqual([[1, 1]])
    expect(requests).toHaveLength(6)
  })

  test.each([
    ['the reply to the copy is lost', [2], [0, 1, 1, 2, 2, 3, 4]],
    ['the reply to the probe is lost', [1], [0, 1, 1, 2, 2, 3, 4]],
  ])('is repeated if %s', (_, lost, numbers) => {
    const { requests, stamp } = stampRun({}, { change: dropping(...lost) }, { count: 5 })
    expect(numbersOf(requests)).toEqual(numbers)
    expect(stamp.sessions[0]?.extras).toHaveLength(2)
  })

  test('is given up after 8 copies', () => {
    const change: ReflectorRules['change'] = (reply, index) => (index === 0 ? reply : undefined)
    const { stamp, outcomes } = stampRun({}, { change }, { count: 12 })
    const { extras = [] } = stamp.sessions[0] ?? {}
    expect(extras.slice(0, 8).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    // Then the closing probes.
    expect(extras.slice(8).map(({ sequence }) => sequence)).toEqual([12, 13, 14])
    expect(extras.every(({ arrived, counter }) => arrived === undefined && counter === undefined)).toBe(true)
    expect(outcomes).toEqual(['whole', ...Array<string>(11).fill('waiting')])
  })

  test('any number that is not the sender’s proves that the reflector counts', () => {
    const change = dropping(2, 4)
    expect(stampRun({}, { change, isStateful: true }, { count: 5 }).stamp.sessions[0]?.extras).toHaveLength(2)
    expect(stampRun({}, { change }, { count: 5 }).stamp.sessions[0]?.extras).toHaveLength(3)
  })

  test('needs a second probe', () => {
    expect(stampRun({}, {}, { count: 1 }).stamp.sessions).toEqual([{ extras: [], copies: [], copiesOmitted: 0 }])
  })

  test('is done for each client', () => {
    const { stamp, requests } = stampRun({}, {}, { clients: 3, count: 4 })
    expect(stamp.sessions.map(({ extras }) => extras.map(({ sequence }) => sequence))).toEqual([[1], [1], [1]])
    expect(requests).toHaveLength(15)
  })

  test('is not needed where Direct Measurement counts', () => {
    const { stamp, counters, requests } = stampRun(
      { tlvs: ['direct'] },
      { isStateful: true, fill: knowsAll },
      { sizes: [60], count: 4 },
    )
    expect(numbersOf(requests)).toEqual([0, 1, 2, 3])
    expect(counters).toEqual([1, 2, 3, 4])
    expect(stamp.counts).toBe('direct')
  })
})

describe('closing probes', () => {
  const tail: ReflectorRules = { isStateful: true, change: dropping(4, 5) }

  test('follow if the last probes have no reply, until one is answered', () => {
    const { requests, stamp, outcomes } = stampRun({}, tail, { count: 5 })
    expect(outcomes).toEqual(['whole', 'whole', 'whole', 'waiting', 'waiting'])
    expect(numbersOf(requests)).toEqual([0, 1, 1, 2, 3, 4, 5])
    expect(stamp.sessions[0]?.extras.at(-1)).toMatchObject({ sequence: 5, counter: 6, sent: START + 90 * MILLISECOND })
  })

  test('are three at the most', () => {
    const { requests, facts } = stampRun({}, { ...tail, change: dropping(4, 5, 6, 7, 8) }, { count: 5 })
    expect(numbersOf(requests)).toEqual([0, 1, 1, 2, 3, 4, 5, 6, 7])
    // One timeout each, which is shorter than the least linger.
    expect(facts.closedAt).toBe(START + 90 * MILLISECOND + 3 * 50 * MILLISECOND)
  })

  test.each([
    ['all probes were answered', {}, { isStateful: true }, {}],
    ['only earlier ones were not', {}, { isStateful: true, change: dropping(1, 3, 4) }, {}],
    ['the reflector does not count', {}, { change: dropping(4, 5) }, {}],
    ['nothing was answered at all', {}, { isStateful: true, change: () => undefined }, {}],
    ['losses have no direction', {}, tail, { summary: true }],
    ['there is no time for them', {}, tail, { closeBy: 80 * MILLISECOND }],
  ])('do not follow if %s', (_, protocol, rules, plan) => {
    const { stamp } = stampRun(protocol, rules, { count: 5, ...plan })
    const { extras = [] } = stamp.sessions[0] ?? {}
    expect(extras.filter(({ sequence }) => sequence >= 5)).toEqual([])
  })
})

test('the probe that looks for another address is a base packet, and is not counted', () => {
  const { answer, requests } = reflector()
  const { facts, stamp } = stampRun(
    { tlvs: ['cos'] },
    {},
    { sizes: [52], count: 2, strayCheck: true },
    { replyFrom: { address: '127.0.0.9', port: 9000, family: 'udp4' } },
    {
      respond: bytes => answer(bytes),
    },
  )
  expect(requests.map(({ length }) => length)).toEqual([52, 52, 52, 44])
  expect(facts.wrongReplyAddress).toMatchObject({ address: '127.0.0.9' })
  expect(stamp.tlvs.cos?.sent).toBe(2)
})

test('a long run needs memory for its pages only', () => {
  const count = 2 * PAGE_ROWS + 10
  const { facts, stamp } = stampRun(
    {},
    { isStateful: true },
    { count, interval: 0, window: 16, summary: true, timeout: 5 * MILLISECOND },
  )
  expect(facts.clients[0]).toMatchObject({ scheduled: count, replies: count })
  expect(facts.finalRows).toBeGreaterThanOrEqual(PAGE_ROWS)
  expect(stamp.sessions[0]?.extras.length).toBeLessThanOrEqual(8)
  expect(facts.closedAt).toBeLessThan(100 * SECOND)
})
