import { formatDscp } from '../../base/dscp.ts'
import { counted } from '../../base/counted.ts'
import type { SentTlv, StampFacts, TlvCounts } from '../../facts/stamp.ts'
import { dscpOf, mostFrequentDscp } from './wire-changes.ts'
import type { Rule } from './rule.ts'

/** TLVs whose contents a user asked for, by their names in reports. */
const NAMES: Partial<Readonly<Record<SentTlv, string>>> = {
  timestamp: 'Timestamp Information',
  cos: 'Class of Service',
  direct: 'Direct Measurement',
  followup: 'Follow-Up Telemetry',
  hmac: 'HMAC',
}

interface Affected {
  /** `Class of Service and Direct Measurement`. */
  readonly names: string
  /** The largest number of replies of one of them. */
  readonly replies: number
}

/** The TLVs that replies report so. Undefined: none. */
function affected(
  { tlvs }: Pick<StampFacts, 'tlvs'>,
  fate: 'unrecognized' | 'malformed' | 'integrityFailed' | 'missing',
): Affected | undefined {
  const found = Object.entries(NAMES).flatMap(([tlv, name]) => {
    const counts: TlvCounts | undefined = tlvs[tlv as SentTlv]
    return counts === undefined || counts[fate] === 0 ? [] : [[name, counts[fate]] as const]
  })
  if (found.length === 0) return undefined
  const names = found.map(([name]) => name)
  return {
    names: names.length === 1 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`,
    replies: Math.max(...found.map(([, count]) => count)),
  }
}

function inReplies({ replies }: Affected): string {
  return `in ${counted(replies, 'reply', 'replies')}`
}

export const tlvUnrecognized: Rule = ({ stamp }) => {
  // A reflector stops at a malformed TLV, so those after it have the flag of the sender.
  const found = stamp && affected(stamp, 'malformed') === undefined ? affected(stamp, 'unrecognized') : undefined
  if (found === undefined) return undefined
  return {
    code: 'tlvUnrecognized',
    message: `the reflector does not know ${found.names}: flag U is set ${inReplies(found)}, so what it should report is not known`,
    hint: 'leave it out of --tlv, or use a reflector with RFC 8972 (udptool stamp serve)',
    evidence: { tlvs: found.names, replies: found.replies },
  }
}

export const tlvMalformed: Rule = ({ stamp }) => {
  const found = stamp && affected(stamp, 'malformed')
  if (found === undefined) return undefined
  return {
    code: 'tlvMalformed',
    message: `the reflector could not read ${found.names}: flag M is set ${inReplies(found)}, so the TLVs from there on are not used`,
    hint: 'send each TLV alone (--tlv) to find which one it refuses; if every one alone passes, something on the path changes packets',
    evidence: { tlvs: found.names, replies: found.replies },
  }
}

export const tlvIntegrity: Rule = ({ stamp }) => {
  const found = stamp && affected(stamp, 'integrityFailed')
  if (found === undefined) return undefined
  return {
    code: 'tlvIntegrity',
    message: `the HMAC over the TLVs was wrong at the reflector (flag I) or ${inReplies(found)}, so none of their TLVs is used`,
    hint: 'something on the path changes TLVs, or the reflector wants the HMAC TLV in another place: compare with --tlv left out',
    evidence: { replies: found.replies },
  }
}

/** A base-only reflector copies what it does not know; one that leaves TLVs out strips them on purpose. */
export const tlvMissing: Rule = ({ stamp }) => {
  const found = stamp && affected(stamp, 'missing')
  if (found === undefined) return undefined
  return {
    code: 'tlvMissing',
    message: `${counted(found.replies, 'reply', 'replies')} came without the ${found.names} of the probe: the reflector leaves TLVs out`,
    hint: 'check whether it is configured to ignore TLVs, or leave --tlv out',
    evidence: { tlvs: found.names, replies: found.replies },
  }
}

/** The policy of the reflector does not allow the DSCP that replies should have, or they arrive with another one. */
export const replyDscp: Rule = ({ plan: { protocol }, stamp, headers: { down } }) => {
  if (protocol?.name !== 'stamp' || protocol.replyDscp === undefined || stamp === undefined) return undefined
  const { replyDscp: wanted } = protocol
  const { dscpRefused: refused } = stamp
  const { count, arrived } = mostFrequentDscp(down, tos => dscpOf(tos) !== wanted)
  // A reflector that refuses may use the same DSCP all the same.
  const isOther = count > 0 || (wanted !== 0 && Object.keys(down.tos).length === 0)
  if (refused > 0) {
    if (!isOther) return undefined
    return {
      code: 'replyDscpRefused',
      message: `the reflector refuses to answer with DSCP ${formatDscp(wanted)}: its policy does not allow it (${counted(refused, 'reply', 'replies')})`,
      hint: 'allow it there (udptool stamp serve --allow-dscp), or ask for another one',
      evidence: { wanted, refused },
    }
  }
  if (count === 0 || (stamp.tlvs.cos?.recognized ?? 0) === 0) return undefined
  return {
    code: 'replyDscpChanged',
    message: `${counted(count, 'reply', 'replies')} should have DSCP ${formatDscp(wanted)} and arrived with ${formatDscp(arrived)}, although the reflector did not refuse it`,
    hint: 'a router on the return path rewrites it, or the reflector does not set it: capture at the reflector (tcpdump -v)',
    evidence: { wanted, arrived, count },
  }
}
