import { toMs } from '../../base/nanos.ts'
import type { StampPlan } from '../../facts/protocol.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { ReflectorClock, StampFacts, StampSession, TlvCounts } from '../../facts/stamp.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import { countsProbes } from '../directions.ts'
import type { Result } from '../result.ts'

type Stamp = NonNullable<Result['stamp']>
type Tlv = Stamp['tlvs'][number]

/** The order of TLVs in a packet. */
const TLVS: readonly Tlv['tlv'][] = ['timestamp', 'cos', 'direct', 'followup', 'hmac', 'padding']

/** Undefined: the run is not one of STAMP. */
export function stampFigures(facts: RunFacts, analysis: Analysis): Stamp | undefined {
  const { plan, stamp } = facts
  if (plan.protocol?.name !== 'stamp' || stamp === undefined) return undefined
  const { isAuthenticated, isLight, ssid, timestamps } = plan.protocol
  const { ntp, ptp, contradicted } = stamp.times
  const hops = hopsOf(facts, stamp)
  const { reflector } = analysis
  return {
    authenticated: isAuthenticated,
    light: isLight,
    ...(ssid === 0 ? {} : { ssid }),
    timestamps: { sent: timestamps, ntp, ptp, contradicted },
    clock: clockOf(stamp),
    ...(reflector === undefined || !countsProbes(reflector)
      ? {}
      : {
          counts: {
            segments: reflector.segments,
            unknownSegments: reflector.unknownSegments,
            restarts: reflector.restarts,
          },
        }),
    extra: extraOf(facts, stamp),
    ...(reflector?.kind === 'stateful' ? { copiedRequests: copiedRequests(stamp.sessions) } : {}),
    ...(hops === undefined ? {} : { hops }),
    ...(stamp.replyBytes === undefined ? {} : { replyBytes: stamp.replyBytes }),
    ...(isAuthenticated ? { forged: stamp.forged } : {}),
    tlvs: TLVS.flatMap(tlv => tlvRow(tlv, stamp.tlvs[tlv])),
    ...replyDscpOf(plan.protocol, stamp),
    ...followUpOf(stamp),
  }
}

/**
 * The usual TTL of hosts (RFC 1700): a longer path would carry none of their packets. If more is missing, something between sends probes on with
 * a TTL of its own.
 */
const MOST_HOPS = 64

/** Routers on the forward path: by how much the TTL of a request was lower at the reflector. Undefined: not observed. */
function hopsOf({ sockets }: RunFacts, { requestTtl }: StampFacts): Stamp['hops'] | undefined {
  const sent = sockets?.ttl
  if (sent === undefined) return undefined
  const hops = Object.keys(requestTtl).map(ttl => sent - Number(ttl))
  const isPlausible = hops.every(count => count >= 0 && count <= MOST_HOPS)
  return hops.length === 0 || !isPlausible ? undefined : { least: Math.min(...hops), most: Math.max(...hops) }
}

function clockOf({ times, clock }: StampFacts): Stamp['clock'] {
  const { synchronized, error, zeroMultiplier } = times
  return {
    synchronized,
    ...(error === undefined ? {} : { errorMs: toMs(error) }),
    zeroMultiplier,
    ...(clock === undefined ? {} : clockNames(clock)),
  }
}

/** Codes of RFC 8972 section 4.3.1 and 4.3.2. */
const SOURCES: readonly (string | undefined)[] = [undefined, 'NTP', 'PTP', 'SSU/BITS', 'GNSS', 'local']
const METHODS: readonly (string | undefined)[] = [undefined, 'hardware', 'software', 'control plane']

function clockNames({ syncIn, methodIn, syncOut, methodOut }: ReflectorClock): Partial<Stamp['clock']> {
  return {
    syncIn: SOURCES[syncIn] ?? String(syncIn),
    methodIn: METHODS[methodIn] ?? String(methodIn),
    syncOut: SOURCES[syncOut] ?? String(syncOut),
    methodOut: METHODS[methodOut] ?? String(methodOut),
  }
}

function extraOf({ clients }: RunFacts, { sessions }: StampFacts): Stamp['extra'] {
  let [copies, closing, answered] = [0, 0, 0]
  for (const [client, { extras }] of sessions.entries()) {
    for (const { sequence, arrived } of extras) {
      if (sequence < (clients[client]?.scheduled ?? 0)) copies += 1
      else closing += 1
      if (arrived !== undefined) answered += 1
    }
  }
  return { copies, closing, answered }
}

function copiedRequests(sessions: readonly StampSession[]): number {
  return sessions.reduce((sum, { copies, copiesOmitted }) => sum + copies.length + copiesOmitted, 0)
}

function tlvRow(tlv: Tlv['tlv'], counts: TlvCounts | undefined): Tlv[] {
  return counts === undefined || counts.sent === 0 ? [] : [{ tlv, ...counts }]
}

function replyDscpOf({ replyDscp }: StampPlan, { dscpRefused }: StampFacts): Pick<Stamp, 'replyDscp'> {
  return replyDscp === undefined ? {} : { replyDscp: { wanted: replyDscp, refused: dscpRefused } }
}

function followUpOf({ followUp }: StampFacts): Pick<Stamp, 'followUp'> {
  if (followUp === undefined || followUp.count === 0) return {}
  const { count, least, most, sum } = followUp
  return { followUp: { count, minMs: toMs(least), meanMs: toMs(sum / count), maxMs: toMs(most) } }
}
