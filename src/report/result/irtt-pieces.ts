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

function grantPieces(granted: Grant, verbose: boolean): string[] {
  const { durationMs, intervalMs, length, stats, stamps, clock, tos, restricted } = granted
  return [
    `reports ${stats}`,
    `stamps ${stamps}${stamps === 'none' ? '' : ` (${clock} clock)`}`,
    ...(verbose
      ? [
          ...(stamps === 'none' ? [`clock ${clock}`] : []),
          `${length} bytes every ${formatMs(intervalMs)}`,
          durationMs === 0 ? 'without end' : `for ${formatMs(durationMs)}`,
          `TOS ${tos}`,
        ]
      : []),
    ...(restricted.length === 0 ? [] : [`changed by the server: ${restricted.join(', ')}`]),
  ]
}
