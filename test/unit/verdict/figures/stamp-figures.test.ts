import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import type { ExtraProbe } from '../../../../src/facts/stamp.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { protocolResult, PROTOCOL_RUNS, stampRun, tlvs, type ProtocolRun } from '../protocol-runs.ts'

function stampOf(run: ProtocolRun): NonNullable<Result['stamp']> {
  const { stamp } = protocolResult(run)
  if (stamp === undefined) throw new Error('no section')
  return stamp
}

test('a quiet run has the session, and no figure that was not observed', () => {
  const result = protocolResult(stampRun())
  expect(result).toMatchObject({ command: 'stamp send', protocol: 'stamp', reply: { rule: 'none' } })
  expect(result.evidence).toMatchObject({ receipts: 'none', reflector: 'stateful' })
  expect(result.stamp).toEqual({
    authenticated: false,
    light: false,
    timestamps: { sent: 'ntp', ntp: 0, ptp: 0, contradicted: 0 },
    clock: { synchronized: 0, zeroMultiplier: 0 },
    counts: { segments: 0, unknownSegments: 0, restarts: 0 },
    extra: { copies: 0, closing: 0, answered: 0 },
    copiedRequests: 0,
    tlvs: [],
  })
})

test('everything that was observed', () => {
  const [[, run] = []] = PROTOCOL_RUNS
  expect(stampOf(run ?? stampRun())).toEqual({
    authenticated: true,
    light: false,
    ssid: 7,
    timestamps: { sent: 'ptp', ntp: 30, ptp: 10, contradicted: 2 },
    clock: {
      synchronized: 38,
      errorMs: 1,
      zeroMultiplier: 1,
      syncIn: 'NTP',
      methodIn: 'software',
      syncOut: '9',
      methodOut: 'control plane',
    },
    counts: { segments: 3, unknownSegments: 1, restarts: 1 },
    extra: { copies: 1, closing: 1, answered: 1 },
    copiedRequests: 1,
    hops: { least: 3, most: 4 },
    replyBytes: { least: 112, most: 212 },
    forged: 2,
    tlvs: [
      { tlv: 'timestamp', sent: 40, recognized: 40, unrecognized: 0, malformed: 0, integrityFailed: 0, missing: 0 },
      { tlv: 'cos', sent: 40, recognized: 30, unrecognized: 10, malformed: 0, integrityFailed: 0, missing: 0 },
      { tlv: 'direct', sent: 40, recognized: 30, unrecognized: 0, malformed: 10, integrityFailed: 0, missing: 0 },
      { tlv: 'followup', sent: 40, recognized: 38, unrecognized: 0, malformed: 0, integrityFailed: 0, missing: 2 },
      { tlv: 'hmac', sent: 40, recognized: 39, unrecognized: 0, malformed: 0, integrityFailed: 1, missing: 0 },
      { tlv: 'padding', sent: 40, recognized: 40, unrecognized: 0, malformed: 0, integrityFailed: 0, missing: 0 },
    ],
    replyDscp: { wanted: 46, refused: 3 },
    followUp: { count: 38, minMs: 0.009, meanMs: expect.closeTo(0.4 / 38), maxMs: 0.02 },
  })
})

describe('a figure that was not observed is absent', () => {
  test('counts of a reflector that is not proved to count, and requests that the path copied', () => {
    for (const kind of ['stateless', 'unproved'] as const) {
      const stamp = stampOf(stampRun(undefined, {}, {}, { kind }))
      expect(stamp.counts).toBeUndefined()
      expect(stamp.copiedRequests).toBeUndefined()
    }
  })

  test('hops, if the TTL of probes is not known or that of requests is impossible', () => {
    const seen = { requestTtl: { 60: 40 } }
    const unknown = stampRun(undefined, seen)
    delete unknown.facts.sockets
    expect(stampOf(unknown).hops).toBeUndefined()
    const lower = stampRun(undefined, seen)
    lower.facts.sockets = { recvBuffer: 1, ttl: 59 }
    expect(stampOf(lower).hops).toBeUndefined()
    lower.facts.sockets = { recvBuffer: 1, ttl: 60 }
    expect(stampOf(lower).hops).toEqual({ least: 0, most: 0 })
    // 191: a relay sends probes on with its own TTL of 64.
    expect(stampOf(stampRun(undefined, { requestTtl: { 64: 40 } })).hops).toBeUndefined()
    expect(stampOf(stampRun(undefined, { requestTtl: { 191: 40 } })).hops).toEqual({ least: 64, most: 64 })
  })

  test('forged replies without keys, and a TLV that was not sent', () => {
    const stamp = stampOf(stampRun(undefined, tlvs({ cos: { sent: 0 } })))
    expect(stamp.forged).toBeUndefined()
    expect(stamp.tlvs).toEqual([])
  })
})

test('a copy has the number of a probe, a closing probe a later one', () => {
  const at = (sequence: number, arrived?: number): ExtraProbe => ({
    sequence,
    sent: 0,
    ...(arrived === undefined ? {} : { arrived, counter: 0 }),
  })
  const extras = [at(1, MILLISECOND), at(2), at(39), at(40, MILLISECOND), at(41)]
  const run = stampRun(undefined, { sessions: [{ extras, copies: [], copiesOmitted: 4 }] })
  expect(stampOf(run)).toMatchObject({ extra: { copies: 3, closing: 2, answered: 2 }, copiedRequests: 4 })
})
