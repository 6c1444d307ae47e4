import { describe, expect, test } from 'vitest'
import type { Address } from '../../../../src/base/address.ts'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { diagnose } from '../../../../src/verdict/diagnosis/diagnose.ts'
import { packetToCheck } from '../../../../src/verdict/diagnosis/packet-check.ts'
import type { ResultWarning } from '../../../../src/verdict/result.ts'
import { echoed, cut, silent, times, unreachable } from '../../ledger/crafted.ts'
import { CONTEXT } from '../context.ts'
import { analysisOf, irttRun, stampRun, tlvs, seenTimes, SOME_LOST, type ProtocolRun } from '../protocol-runs.ts'
import { PROTOCOL_CASES } from './protocol-cases.ts'

const FAR = { address: '192.0.2.1', port: 862, family: 'udp4' } as const
const CLOSED = { errno: 111, type: 3, code: 3 }

function warningsOf(run: ProtocolRun, target: Address = CONTEXT.target): readonly ResultWarning[] {
  return diagnose(run.facts, analysisOf(run), target)
}

function warning(run: ProtocolRun, code: string, target: Address = FAR): ResultWarning {
  const found = warningsOf(run, target).find(one => one.code === code)
  if (found === undefined) throw new Error(`no warning ${code}`)
  return found
}

describe.each(Object.entries(PROTOCOL_CASES))('%s', (code, [is, isNot]) => {
  test('is found, with a next step', () => {
    const found = warningsOf(is).filter(one => one.code === code)
    expect(found).toHaveLength(1)
    expect(found[0]?.message).not.toMatch(/undefined|NaN|Infinity/u)
    expect(found[0]?.hint).toMatch(/\w/u)
  })

  test('is not found in a similar run', () => {
    expect(warningsOf(isNot).map(one => one.code)).not.toContain(code)
  })
})

test('a run without a fault has no warnings', () => {
  expect(warningsOf(stampRun())).toEqual([])
  expect(warningsOf(irttRun())).toEqual([])
})

test('irtt: a server that opened the session did answer, and the fragments are what is lost', () => {
  const run = irttRun(times(20, silent()))
  const facts = { ...run.facts, plan: { ...run.facts.plan, sizes: [4000] }, host: { mtu: 1500, grown: {} } }
  const { message } = warning({ ...run, facts }, 'fragmentsSuspected')
  expect(warningsOf({ ...run, facts }, FAR).map(one => one.code)).not.toContain('silence')
  expect(warning(run, 'silence').message).toBe('192.0.2.1:862 opened the session and answered no probe')
  expect(message).toContain('the server answers the small request to open a session, and all 20 probes')
  // One packet is tried, although a run of irtt has no stray check.
  const { tally } = analysisOf({ ...run, facts })
  const plan = { ...facts.plan, strayCheck: false }
  expect(packetToCheck({ ...facts, plan }, tally, FAR)).toBe(1472)
  const { protocol: _, ...own } = plan
  expect(packetToCheck({ ...facts, plan: own }, tally, FAR)).toBeUndefined()
})

test('no warning of another protocol speaks of receipts, of the searches, or of a udptool echo server', () => {
  const sized = (run: ProtocolRun, sizes: readonly number[]): ProtocolRun => ({
    ...run,
    facts: { ...run.facts, plan: { ...run.facts.plan, sizes }, host: { mtu: 1500, grown: {} } },
  })
  // Both sizes in turn, of which the larger one is lost.
  const turns = times(40, [echoed(), silent()]).flat()
  const refused = stampRun(times(3, unreachable()))
  refused.facts.icmp.push(CLOSED)
  const runs: readonly ProtocolRun[] = [
    refused,
    stampRun(times(40, silent())),
    stampRun(times(40, silent()), {}, { isAuthenticated: true }),
    sized(stampRun(times(40, silent())), [4000]),
    sized(stampRun(turns), [44, 1452]),
    sized(stampRun(turns), [44, 4000]),
    sized(stampRun(times(20, [echoed(), silent(), echoed()]).flat()), [44, 1400, 1452]),
    { ...stampRun(times(40, silent())), facts: { ...stampRun(times(40, silent())).facts, wrongReplyAddress: FAR } },
    stampRun(times(40, cut(44))),
    irttRun(times(40, silent())),
  ]
  const codes = new Set<string>()
  for (const target of [FAR, { ...FAR, address: '127.0.0.1' }]) {
    for (const run of runs) {
      for (const { code, message, hint } of warningsOf(run, target)) {
        codes.add(code)
        expect(`${code}: ${message} → ${hint}`).not.toMatch(
          /receipts|udptool (?:mtu|sweep|send --to)|udptool serve(?! --irtt)|a udptool server in|echo/u,
        )
      }
    }
  }
  expect([...codes].toSorted()).toEqual(
    expect.arrayContaining([
      'fragmentsSuspected',
      'largeLost',
      'nobodyThere',
      'onlyStrayAnswered',
      'silence',
      'sizeHole',
      'truncated',
    ]),
  )
})

describe('the text of a warning', () => {
  test('names the server of the protocol', () => {
    const stamp = stampRun(times(3, unreachable()))
    stamp.facts.icmp.push(CLOSED)
    expect(warning(stamp, 'nobodyThere').hint).toContain(
      'start a STAMP reflector there (udptool stamp serve --port 862)',
    )
    const irtt = irttRun(times(3, unreachable()))
    irtt.facts.icmp.push(CLOSED)
    expect(warning(irtt, 'nobodyThere').hint).toContain('start an irtt server there (udptool serve --irtt 862)')
  })

  test('says what a silent reflector may refuse', () => {
    expect(warning(stampRun(times(3, silent())), 'silence').hint).toContain('a reflector that wants a key (--auth)')
    const keyed = stampRun(times(3, silent()), {}, { isAuthenticated: true })
    expect(warning(keyed, 'silence').hint).toContain('a reflector with another key')
    // A reply with a wrong HMAC came, so it is not silent.
    const forged = stampRun(times(3, silent()), { forged: 3 }, { isAuthenticated: true })
    expect(warningsOf(forged).map(one => one.code)).toEqual(['forgedReplies'])
    expect(warning(forged, 'forgedReplies').hint).toContain('same key')
  })

  test('distinguishes a base packet from other short replies', () => {
    expect(warning(stampRun(times(40, cut(44))), 'truncated').message).toContain('base packet')
    expect(warning(stampRun(times(40, cut(112)), {}, { isAuthenticated: true }), 'truncated').message).toContain(
      'base packet',
    )
    expect(warning(stampRun(times(40, cut(112))), 'truncated').message).not.toContain('base packet')
  })

  test('offers Direct Measurement only where it helps', () => {
    const hint = (plan: Parameters<typeof stampRun>[2]): string =>
      warning(stampRun(SOME_LOST, {}, plan, { kind: 'stateless' }), 'reflectorStateless').hint
    expect(hint({})).toContain('add --tlv direct')
    expect(hint({ tlvs: ['direct'] })).not.toContain('add --tlv')
    expect(hint({ isLight: true })).not.toContain('--tlv')
  })

  test('names the format that the reflector declares', () => {
    const message = (times: Parameters<typeof seenTimes>[0]): string =>
      warning(stampRun(undefined, seenTimes(times)), 'reflectorClockFormat').message
    expect(message({ ntp: 40, contradicted: 40 })).toContain('declare NTP timestamps and carry PTP ones')
    expect(message({ ntp: 0, ptp: 40, contradicted: 40 })).toContain('declare PTP timestamps and carry NTP ones')
  })

  test('of an unknown TLV is not for those after a malformed one', () => {
    const run = stampRun(undefined, tlvs({ cos: { malformed: 40 }, direct: { unrecognized: 40 } }))
    expect(warningsOf(run).map(one => one.code)).toEqual(['tlvMalformed'])
  })

  test('lists TLVs', () => {
    const run = stampRun(undefined, tlvs({ cos: { unrecognized: 40 }, direct: { unrecognized: 3 } }))
    expect(warning(run, 'tlvUnrecognized').message).toContain(
      'does not know Class of Service and Direct Measurement: flag U is set in 40 replies',
    )
  })

  test('of an irtt session lists what the server changed', () => {
    const run = irttRun(undefined, {}, {}, { length: 50, stats: 'none', tos: 184 })
    expect(warning(run, 'irttRestricted').message).toContain('length 50 bytes, tos 184, stats none')
  })
})

test('DSCP as a reflector saw it is judged as that of receipts', () => {
  const run = stampRun()
  run.facts.headers.up.tos[0] = 40
  const marked: ProtocolRun = { ...run, facts: { ...run.facts, sockets: { recvBuffer: 1, tos: 184, ttl: 255 } } }
  expect(warning(marked, 'dscpChanged').message).toContain('40 probes left with ef (46) and arrived with 0')
})

describe('the default cap of a STAMP reflector', () => {
  /** Two seconds of a probe every half ms, of which a bucket of 1000 a second answers every second one. */
  const halved = times(2000, [echoed(), silent()])
    .flat()
    .map((row, n) => ({ ...row, sent: (n * MILLISECOND) / 2 }))

  test('is suspected if it withholds as many, also if they count as lost in a direction', () => {
    for (const moved of [undefined, { lostForward: 2000, lostReturn: 0 }, { lostForward: 0, lostReturn: 2000 }]) {
      const found = warning({ ...stampRun(halved), ...(moved === undefined ? {} : { moved }) }, 'capSuspected')
      expect(found.message).toContain('1000 answers a second to one /24')
      expect(found.hint).toContain('udptool stamp serve --max-rate-per-source')
      expect(found.evidence).toMatchObject({ count: 2000, replies: 2000, cap: 1000 })
    }
  })

  test('is not suspected on loopback, or if fewer are lost', () => {
    expect(warningsOf(stampRun(halved)).map(one => one.code)).not.toContain('capSuspected')
    const fewer = halved.map((row, n) => ({ ...(n % 8 === 1 ? silent() : echoed()), sent: row.sent }))
    expect(warningsOf(stampRun(fewer), FAR).map(one => one.code)).not.toContain('capSuspected')
  })
})
