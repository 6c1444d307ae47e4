import { formatCount } from '../../base/counted.ts'
import type { Result } from '../../verdict/result.ts'
import { formatMs } from '../text/milliseconds.ts'

/** The session of an irtt run as the server granted it. */
export function irttPieces({ irtt }: Result, verbose: boolean): string[] {
  if (irtt === undefined) return []
  const { authenticated, opened, closedByServer, granted, forged = 0 } = irtt
  return [
    ...(opened ? [] : ['no session was opened']),
    ...(closedByServer ? ['ended by the server'] : []),
    ...(authenticated ? ['authenticated by HMAC'] : []),
    ...(forged === 0 && !(verbose && authenticated) ? [] : [`${formatCount(forged)} forged`]),
    ...(granted === undefined ? [] : grantPieces(granted, verbose)),
  ]
}

type Grant = NonNullable<NonNullable<Result['irtt']>['granted']>

const REPORTS: ReadonlyMap<string, string> = new Map([
  ['none', 'no reports of received requests'],
  ['count', 'reports how many requests arrived'],
  ['window', 'reports which of the last 64 requests arrived'],
  ['both', 'reports how many requests arrived, and which of the last 64'],
])

const STAMPS: ReadonlyMap<string, string> = new Map([
  ['send', 'send times'],
  ['receive', 'receive times'],
  ['both', 'receive and send times'],
  ['midpoint', 'times halfway between receiving and sending'],
])

const CLOCKS: ReadonlyMap<string, string> = new Map([
  ['wall', 'its wall clock'],
  ['monotonic', 'its monotonic clock'],
  ['both', 'its wall and monotonic clock'],
])

/** What the server adds to its replies, and with `verbose` how the client may use the session. */
function grantPieces(granted: Grant, verbose: boolean): string[] {
  const { durationMs, intervalMs, length, stats, stamps, clock, tos, restricted } = granted
  return [
    ...(restricted.length === 0 ? [] : [`the server changed: ${restricted.join(', ')}`]),
    // Without a change it is what every run asks for.
    ...(restricted.length === 0 && !verbose ? [] : [REPORTS.get(stats) ?? stats, timesOf(stamps, clock)]),
    ...(verbose
      ? [
          `${length} bytes every ${formatMs(intervalMs)}`,
          durationMs === 0 ? 'without end' : `for ${formatMs(durationMs)}`,
          `TOS ${tos} of replies`,
        ]
      : []),
  ]
}

function timesOf(stamps: Grant['stamps'], clock: Grant['clock']): string {
  return stamps === 'none'
    ? 'no times of the server'
    : `${STAMPS.get(stamps) ?? stamps} by ${CLOCKS.get(clock) ?? clock}`
}
