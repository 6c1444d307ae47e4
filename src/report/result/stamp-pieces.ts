import { counted, formatCount } from '../../base/counted.ts'
import { formatDscp } from '../../base/dscp.ts'
import type { Result } from '../../verdict/result.ts'
import { formatMs } from '../text/milliseconds.ts'

type Stamp = NonNullable<Result['stamp']>

const KINDS: ReadonlyMap<string, string> = new Map([
  ['stateful', 'the reflector is stateful'],
  ['stateless', 'the reflector is stateless: it does not count'],
  ['direct', 'the reflector counts by Direct Measurement'],
  ['unproved', 'not proved whether the reflector counts'],
])

/** The reflector of a STAMP run, its session and its clock. */
export function stampPieces({ stamp, ledger, evidence: { reflector } }: Result, verbose: boolean): string[] {
  if (stamp === undefined) return []
  const { authenticated, light, ssid, counts, hops, forged = 0, copiedRequests = 0 } = stamp
  return [
    // Without a reply nothing is known of it, which the fates show.
    ...(reflector === undefined || (ledger.replies === 0 && !verbose) ? [] : [KINDS.get(reflector) ?? reflector]),
    ...(counts === undefined || (counts.restarts === 0 && !verbose) ? [] : [`restarted ${times(counts.restarts)}`]),
    ...(counts === undefined || counts.segments === 0 || (counts.unknownSegments === 0 && !verbose)
      ? []
      : [`no direction in ${counts.unknownSegments} of ${counted(counts.segments, 'segment')} with losses`]),
    ...(authenticated ? ['authenticated by HMAC'] : []),
    ...(forged === 0 && !(verbose && authenticated) ? [] : [`${formatCount(forged)} forged`]),
    ...(light ? ['TWAMP-Light'] : []),
    ...(ssid === undefined ? [] : [`SSID ${ssid}`]),
    ...(hops === undefined ? [] : [`${range(hops)} ${hops.most === 1 ? 'hop' : 'hops'} to it`]),
    ...(copiedRequests === 0 && !(verbose && stamp.copiedRequests !== undefined)
      ? []
      : [`the path copied ${counted(copiedRequests, 'probe')}`]),
    ...(verbose ? details(stamp) : []),
  ]
}

function details({ timestamps, clock, extra, replyBytes, followUp }: Stamp): string[] {
  const { sent, ntp, ptp, contradicted } = timestamps
  const { synchronized, errorMs, zeroMultiplier } = clock
  return [
    `timestamps ${sent.toUpperCase()}, in replies ${formatCount(ntp)} NTP and ${formatCount(ptp)} PTP, ${formatCount(contradicted)} contradicted`,
    `its clock synchronized in ${counted(synchronized, 'reply', 'replies')}`,
    ...(errorMs === undefined ? [] : [`its clock ±${formatMs(errorMs)}`]),
    ...(zeroMultiplier === 0 ? [] : [`${formatCount(zeroMultiplier)} without an error estimate`]),
    ...clockNames(clock),
    ...(replyBytes === undefined ? [] : [`replies of ${range(replyBytes)} bytes`]),
    ...(followUp === undefined
      ? []
      : [
          `real departure ${formatMs(followUp.meanMs)} after the timestamp (${formatMs(followUp.minMs)} to ${formatMs(followUp.maxMs)}, ${counted(followUp.count, 'reply', 'replies')})`,
        ]),
    `outside the ledger ${counted(extra.copies, 'copy', 'copies')} and ${counted(extra.closing, 'closing probe')}, ${formatCount(extra.answered)} answered`,
  ]
}

function clockNames({ syncIn, methodIn, syncOut, methodOut }: Stamp['clock']): string[] {
  if (syncIn === undefined && methodIn === undefined && syncOut === undefined && methodOut === undefined) return []
  return [`its clock at arrival ${named(syncIn, methodIn)}, at departure ${named(syncOut, methodOut)}`]
}

function named(source = 'unknown', method = 'unknown'): string {
  return `${source} by ${method}`
}

/** Each TLV: without `verbose` only those that some reply does not have as wanted. */
export function tlvPieces({ stamp }: Result, verbose: boolean): string[] {
  return (stamp?.tlvs ?? []).flatMap(({ tlv, sent, recognized, ...failures }) => {
    const failed = FAILURES.flatMap(([failure, words]) =>
      failures[failure] === 0 ? [] : [`${formatCount(failures[failure])} ${words}`],
    )
    // A reflector without TLVs copies padding, too.
    if (!verbose && (failed.length === 0 || tlv === 'padding')) return []
    return [`${tlv} ${[`${formatCount(sent)} sent`, `${formatCount(recognized)} recognized`, ...failed].join(', ')}`]
  })
}

const FAILURES = [
  ['unrecognized', 'unrecognized (U)'],
  ['malformed', 'malformed (M)'],
  ['integrityFailed', 'with a wrong HMAC (I)'],
  ['missing', 'missing'],
] as const

/** The DSCP wanted for replies, and the DSCP with which probes reached the reflector. */
export function replyDscpPieces({ stamp, evidence: { tos } }: Result, verbose: boolean): string[] {
  if (stamp?.replyDscp === undefined) return []
  const { wanted, refused } = stamp.replyDscp
  const isAsWanted = (tos?.return ?? []).every(({ value }) => value >> 2 === wanted)
  if (isAsWanted && (refused === 0 || tos?.return !== undefined) && !verbose) return []
  return [
    `${formatDscp(wanted)} wanted for replies`,
    ...(refused === 0 ? [] : [`refused in ${counted(refused, 'reply', 'replies')}`]),
    ...seen('probes arrived', tos?.forward),
    ...seen('replies arrived', tos?.return),
  ]
}

function seen(who: string, values: NonNullable<Result['evidence']['tos']>['forward'] = []): string[] {
  const by = new Map<number, number>()
  for (const { value, count } of values) by.set(value >> 2, (by.get(value >> 2) ?? 0) + count)
  const parts = [...by].map(([dscp, count]) => `${formatDscp(dscp)}${by.size === 1 ? '' : ` × ${formatCount(count)}`}`)
  return parts.length === 0 ? [] : [`${who} with ${parts.join(', ')}`]
}

function range({ least, most }: { readonly least: number; readonly most: number }): string {
  return least === most ? String(least) : `${least} to ${most}`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
