import type { Nanos } from '../base/nanos.ts'
import type { IrttFacts } from './irtt.ts'
import type { DelaySum, StampFacts, StampSession, TlvCounts } from './stamp.ts'

/** The sessions of two consecutive runs, and the sums of their replies. The times of the second count from the start of the first. */
export function joinStamp(first: StampFacts | undefined, second: StampFacts, shift: Nanos): StampFacts {
  const shifted = second.sessions.map(session => shiftSession(session, shift))
  if (first === undefined) return { ...second, sessions: shifted }
  const { times } = first
  const error = joined(times.error, second.times.error, Math.max)
  const followUp = joined(first.followUp, second.followUp, joinDelays)
  const clock = second.clock ?? first.clock
  const counts = first.counts ?? second.counts
  const replyBytes = joined(first.replyBytes, second.replyBytes, joinRanges)
  return {
    sessions: [...first.sessions, ...shifted],
    ...(counts === undefined ? {} : { counts }),
    times: {
      ntp: times.ntp + second.times.ntp,
      ptp: times.ptp + second.times.ptp,
      contradicted: times.contradicted + second.times.contradicted,
      synchronized: times.synchronized + second.times.synchronized,
      ...(error === undefined ? {} : { error }),
      zeroMultiplier: times.zeroMultiplier + second.times.zeroMultiplier,
    },
    requestTtl: addCounts(first.requestTtl, second.requestTtl),
    forged: first.forged + second.forged,
    tlvs: joinTlvs(first.tlvs, second.tlvs),
    dscpRefused: first.dscpRefused + second.dscpRefused,
    ...(followUp === undefined ? {} : { followUp }),
    ...(clock === undefined ? {} : { clock }),
    ...(replyBytes === undefined ? {} : { replyBytes }),
  }
}

export function joinIrtt(first: IrttFacts | undefined, second: IrttFacts): IrttFacts {
  if (first === undefined) return { ...second }
  const granted = first.granted ?? second.granted
  const refused = first.refused ?? second.refused
  return {
    opened: first.opened && second.opened,
    closedByServer: first.closedByServer || second.closedByServer,
    ...(refused === undefined ? {} : { refused }),
    ...(granted === undefined ? {} : { granted }),
    forged: first.forged + second.forged,
  }
}

function shiftSession({ extras, copies, copiesOmitted }: StampSession, shift: Nanos): StampSession {
  return {
    extras: extras.map(extra => ({
      ...extra,
      sent: extra.sent + shift,
      ...(extra.arrived === undefined ? {} : { arrived: extra.arrived + shift }),
    })),
    copies: copies.map(copy => ({ ...copy, arrived: copy.arrived + shift })),
    copiesOmitted,
  }
}

function joinTlvs(first: StampFacts['tlvs'], second: StampFacts['tlvs']): StampFacts['tlvs'] {
  const tlvs: StampFacts['tlvs'] = {}
  for (const tlv of Object.keys({ ...first, ...second }) as (keyof StampFacts['tlvs'])[]) {
    const counts = joined(first[tlv], second[tlv], addTlvCounts)
    if (counts !== undefined) tlvs[tlv] = { ...counts }
  }
  return tlvs
}

function addTlvCounts(one: TlvCounts, other: TlvCounts): TlvCounts {
  return {
    sent: one.sent + other.sent,
    recognized: one.recognized + other.recognized,
    unrecognized: one.unrecognized + other.unrecognized,
    malformed: one.malformed + other.malformed,
    integrityFailed: one.integrityFailed + other.integrityFailed,
    missing: one.missing + other.missing,
  }
}

function joinDelays(one: DelaySum, other: DelaySum): DelaySum {
  return {
    count: one.count + other.count,
    least: Math.min(one.least, other.least),
    most: Math.max(one.most, other.most),
    sum: one.sum + other.sum,
  }
}

type Range = NonNullable<StampFacts['replyBytes']>

function joinRanges(one: Range, other: Range): Range {
  return { least: Math.min(one.least, other.least), most: Math.max(one.most, other.most) }
}

function addCounts(one: StampFacts['requestTtl'], other: StampFacts['requestTtl']): StampFacts['requestTtl'] {
  const sums = { ...one }
  for (const [value, seen] of Object.entries(other)) sums[Number(value)] = (sums[Number(value)] ?? 0) + seen
  return sums
}

/** Joins two values if both are known. */
function joined<T>(one: T | undefined, other: T | undefined, join: (one: T, other: T) => T): T | undefined {
  return one === undefined || other === undefined ? (one ?? other) : join(one, other)
}
