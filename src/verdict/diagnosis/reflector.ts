import { formatAddress } from '../../base/address.ts'
import { counted } from '../../base/counted.ts'
import type { StampPlan } from '../../facts/protocol.ts'
import { replyCount, scheduledCount } from '../../ledger/fate.ts'
import type { Rule } from './rule.ts'
import { datagrams, probes } from './words.ts'

/** The flag Z of the reflector's Error Estimate contradicts its timestamps: some reflectors copy it from the request. */
export const reflectorClockFormat: Rule = ({ stamp }) => {
  const { contradicted = 0, ntp = 0, ptp = 0 } = stamp?.times ?? {}
  if (contradicted === 0) return undefined
  const declared = ntp === 0 ? 'PTP' : ptp === 0 ? 'NTP' : undefined
  const formats =
    declared === undefined
      ? 'declare one timestamp format and carry the other'
      : `declare ${declared} timestamps and carry ${declared === 'NTP' ? 'PTP' : 'NTP'} ones`
  return {
    code: 'reflectorClockFormat',
    message: `${counted(contradicted, 'reply', 'replies')} ${formats}: in the declared one the reflector would be more than an hour off, in the other less than a minute. The other one was used`,
    hint: `make both ends use one format (--timestamps ${declared === 'NTP' ? 'ptp' : 'ntp'}, or the setting of the reflector), and report the fault to its vendor: other senders show delays of years`,
    evidence: { contradicted, ntp, ptp },
  }
}

/** RFC 8762 section 4.2.1 forbids it and wants such a packet dropped. */
export const errorEstimateZero: Rule = ({ stamp }) => {
  const count = stamp?.times.zeroMultiplier ?? 0
  if (count === 0) return undefined
  return {
    code: 'errorEstimateZero',
    message: `${counted(count, 'reply', 'replies')} ${count === 1 ? 'has' : 'have'} an Error Estimate with multiplier 0, which RFC 8762 forbids: ${count === 1 ? 'it counts' : 'they count'} as corrupt`,
    hint: 'the reflector is faulty: report it to its vendor',
    evidence: { count },
  }
}

/** A session's count began again, so another memory counted from there on. */
export const reflectorRestarted: Rule = (_, { reflector }) => {
  const restarts = reflector?.restarts ?? 0
  if (restarts === 0) return undefined
  return {
    code: 'reflectorRestarted',
    message: `the reflector began to count again${restarts === 1 ? '' : ` ${restarts} times`}: it was restarted, or it evicted the session. Losses around that have no direction`,
    hint: 'check whether it was restarted; if not, it has more sessions than it remembers (udptool stamp serve --max-sessions), or several reflectors share this address',
    evidence: { restarts },
  }
}

/** Losses have no direction, because the reflector does not count. */
export const reflectorStateless: Rule = ({ plan: { protocol } }, { reflector, tally }) => {
  const { lostUnknown } = tally.total.fates
  if (protocol?.name !== 'stamp' || reflector?.kind !== 'stateless' || lostUnknown === 0) return undefined
  return {
    code: 'reflectorStateless',
    message: `${probes(lostUnknown)} lost without a direction: the reflector is stateless, so it does not count what reaches it`,
    hint: howToCount(protocol),
    evidence: { lostUnknown },
  }
}

function howToCount({ isLight, tlvs }: StampPlan): string {
  const stateful = 'make the reflector stateful (udptool stamp serve --stateful; stateful-sequence on Junos Evolved)'
  if (isLight) return stateful
  return tlvs.includes('direct')
    ? `it does not know Direct Measurement either: ${stateful}`
    : `add --tlv direct, which makes a reflector count if it knows Direct Measurement, or ${stateful}`
}

/** Losses have no direction, because too few replies came to prove that the reflector counts. */
export const reflectorUnproved: Rule = ({ plan }, { reflector, tally }) => {
  const { fates } = tally.total
  // --summary keeps no numbers, and without a reply there is another cause.
  if (reflector?.kind !== 'unproved' || plan.summary || fates.lostUnknown === 0 || replyCount(fates) === 0)
    return undefined
  return {
    code: 'reflectorUnproved',
    message: `${probes(fates.lostUnknown)} lost without a direction: too few replies came to prove that the reflector counts what reaches it`,
    hint: 'raise --count: the copies that prove it are sent with the second probe and, while they are not answered, with the next ones',
    evidence: { lostUnknown: fates.lostUnknown, replies: replyCount(fates) },
  }
}

/** The target answers, but no reply belongs to this session. */
export const otherSession: Rule = ({ plan: { protocol } }, { tally: { total } }, target) => {
  const { foreign, unidentified, fates } = total
  if (protocol?.name !== 'stamp' || foreign + unidentified === 0 || replyCount(fates) > 0) return undefined
  const ssid = protocol.ssid === 0 ? '' : ` or without SSID ${protocol.ssid}`
  return {
    code: 'otherSession',
    message: `${formatAddress(target)} answers, but none of ${probes(scheduledCount(fates))}: ${datagrams(foreign + unidentified)} came with a number that was never sent${ssid}, or without the form of a STAMP reply`,
    hint: `check that a STAMP reflector listens there${protocol.ssid === 0 ? '' : '; one without RFC 8972 does not copy the SSID (leave --ssid out)'}`,
    evidence: { foreign, unidentified },
  }
}
