import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { NO_DWELL } from '../../../../src/facts/probe-table.ts'
import type { StampTlv } from '../../../../src/facts/protocol.ts'
import type { TlvCounts } from '../../../../src/facts/stamp.ts'
import { EPOCH } from '../../../simulation/epoch.ts'
import { KEY } from '../../wire/stamp/vectors.ts'
import { knowsAll, type ReflectorRules } from './simulated-reflector.ts'
import { stampRun, type StampRun } from './stamp-run.ts'

const ALL = ['timestamp', 'cos', 'direct', 'followup'] as const satisfies readonly StampTlv[]
const ALL_SIZE = 44 + 8 + 8 + 16 + 20

/** Real time of T2 and dwell, of the first probes. */
function times({ facts }: StampRun): readonly (readonly [number, number])[] {
  const [page] = facts.probes.pages
  const { serverBase = NaN, scheduled = 0 } = facts.clients[0] ?? {}
  const [first = NaN] = page?.sent ?? []
  return Array.from({ length: scheduled }, (_, row) => {
    const sent = (page?.sent[row] ?? NaN) - first
    const arrival = (serverBase - EPOCH.seconds) * SECOND + (page?.serverArrival?.[row] ?? NaN) - EPOCH.nanos
    return [arrival - first - sent, page?.dwell[row] ?? NaN] as const
  })
}

describe('times', () => {
  // T2 is 250 ms after T1, and T3 2^-10 s after T2.

  test('are those of the reflector, to the nanosecond', () => {
    const run = stampRun({}, {}, { count: 3 })
    for (const [there, dwell] of times(run)) {
      expect(Math.abs(there - 250 * MILLISECOND)).toBeLessThanOrEqual(1)
      expect(Math.abs(dwell - 976_562.5)).toBeLessThanOrEqual(1)
    }
    expect(run.stamp.times).toEqual({
      ntp: 3,
      ptp: 0,
      contradicted: 0,
      synchronized: 0,
      zeroMultiplier: 0,
      // 0x55·2^(10−32) s.
      error: Math.ceil((0x55 * 1e9) / 2 ** 22),
    })
  })

  test.each([
    ['ntp', 'ptp'],
    ['ptp', 'ptp'],
    ['ptp', 'ntp'],
  ] as const)('of %s requests may be answered in %s', (timestamps, clock) => {
    const run = stampRun({ timestamps }, { clock, estimate: 0x8a55 }, { count: 3 })
    for (const [there, dwell] of times(run)) {
      expect(Math.abs(there - 250 * MILLISECOND)).toBeLessThanOrEqual(2)
      expect(Math.abs(dwell - 976_562.5)).toBeLessThanOrEqual(2)
    }
    expect(run.stamp.times).toMatchObject({ ntp: 0, ptp: 0, contradicted: 0, synchronized: 3, [clock]: 3 })
  })

  test('in the format that the reply does not declare are recognized', () => {
    const run = stampRun({ timestamps: 'ptp' }, { clock: 'wrong' }, { count: 3 })
    for (const [there] of times(run)) expect(Math.abs(there - 250 * MILLISECOND)).toBeLessThanOrEqual(2)
    expect(run.stamp.times).toMatchObject({ ptp: 3, ntp: 0, contradicted: 3 })
  })

  test('of a clock that is hours off are taken as declared', () => {
    const change: ReflectorRules['change'] = reply => {
      for (const at of [4, 16]) reply.writeUInt32BE(reply.readUInt32BE(at) + 7200, at)
      return reply
    }
    const run = stampRun({}, { change }, { count: 1 })
    expect(times(run)[0]?.[0]).toBeGreaterThan(7200 * SECOND)
    expect(run.stamp.times).toMatchObject({ ntp: 1, contradicted: 0 })
  })

  test('that are zero, or of a departure before the arrival, are not known', () => {
    const zero: ReflectorRules['change'] = reply => reply.fill(0, 16, 24)
    const early: ReflectorRules['change'] = reply => {
      reply.copy(reply, 4, 28, 36)
      return reply
    }
    const [page] = stampRun({}, { change: zero }, { count: 1 }).facts.probes.pages
    expect([page?.serverArrival?.[0], page?.dwell[0]]).toEqual([NaN, NO_DWELL])
    expect(times(stampRun({}, { change: early }, { count: 1 }))[0]?.[1]).toBe(NO_DWELL)
  })
})

test('the TTL of requests is counted, but not 255, which also means that it is not known', () => {
  expect(stampRun({}, { ttl: 61 }, { count: 3 }).stamp.requestTtl).toEqual({ 61: 3 })
  expect(stampRun({}, { ttl: 255 }, { count: 3 }).stamp.requestTtl).toEqual({})
  expect(stampRun({}, { ttl: 0 }, { count: 3 }).stamp.requestTtl).toEqual({})
})

describe('TLVs', () => {
  const COUNTS = ['recognized', 'unrecognized', 'malformed', 'integrityFailed', 'missing'] as const
  /** What became of each TLV: one word and a number. */
  const fates = ({ stamp }: StampRun): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(stamp.tlvs).map(([name, counts]: [string, TlvCounts]) => [
        name,
        COUNTS.filter(fate => counts[fate] > 0)
          .map(fate => `${fate} ${counts[fate]}`)
          .join(', '),
      ]),
    )

  test('are read', () => {
    const run = stampRun({ tlvs: ALL }, { fill: knowsAll, isStateful: true }, { sizes: [ALL_SIZE + 10], count: 4 })
    expect(fates(run)).toEqual(Object.fromEntries([...ALL, 'padding'].map(name => [name, 'recognized 4'])))
    expect(run.stamp.tlvs.cos?.sent).toBe(4)
    expect(run.facts.headers.up.tos).toEqual({ [(46 << 2) | 1]: 4 })
    expect(run.stamp.clock).toEqual({ syncIn: 1, methodIn: 2, syncOut: 4, methodOut: 1 })
    // 2^-16 s, of all but the first reply.
    const { followUp } = run.stamp
    expect(followUp?.count).toBe(3)
    expect(followUp?.least).toBeGreaterThanOrEqual(15_258)
    expect(followUp?.most).toBeLessThanOrEqual(15_260)
    expect(run.stamp).toMatchObject({ counts: 'direct', dscpRefused: 0 })
    expect(run.counters).toEqual([1, 2, 3, 4])
  })

  test('with the flag U are not used, and others are', () => {
    const fill: ReflectorRules['fill'] = tlv => (tlv.type === 5 ? undefined : knowsAll(tlv))
    const run = stampRun({ tlvs: ALL }, { fill, isStateful: true }, { sizes: [ALL_SIZE], count: 4 })
    expect(fates(run)).toEqual({
      timestamp: 'recognized 4',
      cos: 'recognized 4',
      direct: 'unrecognized 4',
      followup: 'recognized 4',
    })
    expect(run.stamp.counts).toBe('sequence')
    // With a copy of number 1.
    expect(run.counters).toEqual([0, 1, 3, 4])
  })

  test('after one with the flag M are not used', () => {
    const fill: ReflectorRules['fill'] = tlv => ({ ...knowsAll(tlv), flags: tlv.type === 4 ? 0x40 : 0 })
    const run = stampRun({ tlvs: ALL }, { fill }, { sizes: [ALL_SIZE], count: 2 })
    expect(fates(run)).toMatchObject({ timestamp: 'recognized 2', cos: 'malformed 2', direct: 'recognized 2' })
    expect(run.stamp.clock).toBeDefined()
    expect(run.facts.headers.up.tos).toEqual({})
    expect(run.stamp).toMatchObject({ counts: 'sequence' })
    expect(run.stamp.followUp).toBeUndefined()
  })

  test('are all ignored if one has the flag I', () => {
    const fill: ReflectorRules['fill'] = tlv => ({ ...knowsAll(tlv), flags: tlv.type === 7 ? 0x20 : 0 })
    const run = stampRun({ tlvs: ALL }, { fill }, { sizes: [ALL_SIZE], count: 2 })
    expect(new Set(Object.values(fates(run)))).toEqual(new Set(['integrityFailed 2']))
    expect(run.stamp.clock).toBeUndefined()
    expect(run.facts.headers.up.tos).toEqual({})
  })

  test('are ignored if the reflector’s HMAC over them is wrong, and the probe is answered all the same', () => {
    const rules: ReflectorRules = { key: KEY, fill: knowsAll }
    const size = ALL_SIZE + 68 + 20
    const run = stampRun({ tlvs: ALL }, rules, { sizes: [size], count: 2 })
    expect(fates(run)['hmac']).toBe('recognized 2')
    const forged: ReflectorRules['fill'] = tlv =>
      tlv.type === 8 ? { flags: 0, value: new Uint8Array(16) } : knowsAll(tlv)
    const other = stampRun({ tlvs: ALL }, { ...rules, fill: forged }, { sizes: [size], count: 2 })
    expect(other.outcomes).toEqual(['whole', 'whole'])
    expect(new Set(Object.values(fates(other)))).toEqual(new Set(['integrityFailed 2']))
    expect(other.stamp).toMatchObject({ forged: 0, counts: 'sequence' })
  })

  test('are not used in an authenticated session if the HMAC TLV has the flag U or is absent', () => {
    const plan = { sizes: [ALL_SIZE + 88], count: 4 }
    const isolated: ReflectorRules['fill'] = tlv => (tlv.type === 8 ? undefined : knowsAll(tlv))
    const stripped: ReflectorRules['change'] = reply => reply.subarray(0, -20)
    for (const rules of [{ fill: isolated }, { fill: knowsAll, change: stripped }]) {
      const run = stampRun({ tlvs: ALL }, { key: KEY, isStateful: true, ...rules }, plan)
      expect(fates(run)['direct']).toBe('recognized 4')
      expect(fates(run)['hmac']).toMatch(/^(?:unrecognized|missing) 4$/)
      expect(run.facts.headers.up.tos).toEqual({})
      expect(run.stamp.clock).toBeUndefined()
      expect(run.stamp.followUp).toBeUndefined()
      expect(run.stamp.counts).toBe('sequence')
    }
  })

  test('that a cut reply does not have are missing', () => {
    const change: ReflectorRules['change'] = reply => reply.subarray(0, 54)
    const run = stampRun({ tlvs: ['timestamp', 'cos'] }, { fill: knowsAll, change }, { sizes: [60], count: 1 })
    expect(run.outcomes).toEqual(['cut 54'])
    expect(fates(run)).toEqual({ timestamp: 'recognized 1', cos: 'missing 1' })
  })

  test('with a refused DSCP are counted', () => {
    const fill: ReflectorRules['fill'] = tlv =>
      tlv.type === 4 ? { flags: 0, value: Uint8Array.of(46 << 2, 1, 0, 0) } : knowsAll(tlv)
    const { stamp, facts } = stampRun({ tlvs: ['cos'], replyDscp: 46 }, { fill }, { sizes: [52], count: 3 })
    expect(stamp.dscpRefused).toBe(3)
    expect(facts.headers.up.tos).toEqual({ 0: 3 })
  })

  test('of Direct Measurement in which the reflector counts nothing are no counts', () => {
    const fill: ReflectorRules['fill'] = tlv => (tlv.type === 5 ? { flags: 0 } : knowsAll(tlv))
    const { stamp, counters } = stampRun({ tlvs: ['direct'] }, { fill }, { sizes: [60], count: 3 })
    expect(stamp.counts).toBe('sequence')
    expect(counters).toEqual([0, 1, 2])
  })

  test('of a reflector that strips them are missing, and the reply is cut', () => {
    const change: ReflectorRules['change'] = reply => reply.subarray(0, 44)
    const run = stampRun({ tlvs: ALL }, { change }, { sizes: [ALL_SIZE], count: 2 })
    expect(run.outcomes).toEqual(['cut 44', 'cut 44'])
    expect(new Set(Object.values(fates(run)))).toEqual(new Set(['missing 2']))
  })
})
