import { SECOND } from '../../../../src/base/nanos.ts'
import { echoed, silent, times } from '../../ledger/crafted.ts'
import { irttRun, seenTimes, SOME_LOST, stampRun, tlvs, type ProtocolRun } from '../protocol-runs.ts'

function withForeign(run: ProtocolRun): ProtocolRun {
  for (const client of run.facts.clients) client.foreign = 3
  return run
}

/** Replies that arrived with this DSCP, of a run that wants 46. */
function repliesWith(dscp: number, dscpRefused = 0): ProtocolRun {
  const facts = { ...tlvs({ cos: { recognized: 40 } }), dscpRefused }
  const run = stampRun(undefined, facts, { tlvs: ['cos'], replyDscp: 46 })
  run.facts.headers.down.tos[dscp * 4] = 40
  return run
}

/** A run of another protocol that has the cause, and the nearest one that does not. */
export const PROTOCOL_CASES: Readonly<Record<string, readonly [ProtocolRun, ProtocolRun]>> = {
  reflectorClockFormat: [
    stampRun(undefined, seenTimes({ contradicted: 40 })),
    stampRun(undefined, seenTimes({ ntp: 0, ptp: 40 })),
  ],
  errorEstimateZero: [
    stampRun(undefined, seenTimes({ zeroMultiplier: 1 })),
    stampRun(undefined, seenTimes({ error: 1 })),
  ],
  reflectorRestarted: [
    stampRun(SOME_LOST, {}, {}, { restarts: 1, segments: 1, unknownSegments: 1 }),
    stampRun(SOME_LOST, {}, {}, { segments: 1, unknownSegments: 1 }),
  ],
  reflectorStateless: [
    stampRun(SOME_LOST, {}, {}, { kind: 'stateless' }),
    stampRun(undefined, {}, {}, { kind: 'stateless' }),
  ],
  reflectorUnproved: [
    stampRun(SOME_LOST, {}, {}, { kind: 'unproved' }),
    // Without any reply the reflector is not the reason.
    stampRun(times(40, silent()), {}, {}, { kind: 'unproved' }),
  ],
  otherSession: [
    withForeign(stampRun(times(5, silent()), {}, { ssid: 7 })),
    withForeign(stampRun([echoed(), ...times(5, silent())], {}, { ssid: 7 })),
  ],
  tlvUnrecognized: [
    stampRun(undefined, tlvs({ cos: { unrecognized: 40 }, direct: { unrecognized: 3 } })),
    // A reflector without TLVs copies padding with the flag of the sender.
    stampRun(undefined, tlvs({ padding: { unrecognized: 40 } })),
  ],
  tlvMalformed: [
    stampRun(undefined, tlvs({ cos: { malformed: 1 } })),
    stampRun(undefined, tlvs({ cos: { recognized: 40 } })),
  ],
  tlvIntegrity: [
    stampRun(undefined, tlvs({ hmac: { integrityFailed: 1 } })),
    stampRun(undefined, tlvs({ hmac: { recognized: 40 } })),
  ],
  tlvMissing: [
    stampRun(undefined, tlvs({ cos: { missing: 1 } })),
    stampRun(undefined, tlvs({ cos: { recognized: 40 } })),
  ],
  replyDscpRefused: [stampRun(undefined, { dscpRefused: 1 }, { replyDscp: 46 }), repliesWith(46, 40)],
  replyDscpChanged: [repliesWith(0), repliesWith(46)],
  forgedReplies: [
    stampRun(undefined, { forged: 1 }, { isAuthenticated: true }),
    stampRun(undefined, { forged: 0 }, { isAuthenticated: true }),
  ],
  irttNotOpened: [irttRun([], { opened: false }), irttRun([])],
  irttClosed: [irttRun(undefined, { closedByServer: true }), irttRun()],
  irttRestricted: [
    irttRun(undefined, {}, {}, { duration: SECOND / 2 }),
    irttRun(undefined, {}, {}, { duration: SECOND }),
  ],
  irttNoReports: [irttRun(SOME_LOST, {}, {}, { stats: 'none' }), irttRun(SOME_LOST, {}, { stats: 'none' })],
}
