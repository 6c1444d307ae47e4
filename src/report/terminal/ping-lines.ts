import { formatAddress, type Address } from '../../base/address.ts'
import { counted } from '../../base/counted.ts'
import { formatDuration } from '../../base/duration.ts'
import { errnoName } from '../../base/errno.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { formatTarget, type Target } from '../../base/target.ts'
import type { SettledProbe } from '../../verdict/settled-probe.ts'
import { FATES } from '../result/fates.ts'
import { icmpName } from '../../verdict/icmp-name.ts'
import type { Palette } from '../text/palette.ts'

/** What the lines of one run have in common. */
export interface PingRun {
  readonly target: Address
  readonly palette: Palette
  /** More than one client: a sequence number alone names no probe. */
  readonly severalClients: boolean
}

/** `PING 10.0.0.7:9000 (10.0.0.7) 128 bytes` */
export function pingHeader(target: Target, address: string, sizes: readonly number[]): string {
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
  const size = least === most ? `${least}` : `${least} to ${most}`
  return `PING ${formatTarget(target)} (${address}) ${size} bytes`
}

/** One line about one probe. */
export function pingLine(settled: SettledProbe, run: PingRun): string {
  const { kind, probe, ttl } = settled
  const { palette, severalClients } = run
  const name = `seq=${probe.seq}${severalClients ? ` client=${probe.client}` : ''}`
  if (kind === 'duplicate')
    return palette.yellow(`${name} duplicate: ${counted(probe.copies, 'further copy', 'further copies')} of the reply`)
  if (probe.rttMs === undefined) return palette.red(`${name} ${lossText(settled, run)}`)
  const time = `time=${formatDuration(Math.round(probe.rttMs * MILLISECOND))}`
  const reply = `${probe.size} bytes from ${formatAddress(run.target)}: ${name} ${time}${ttl === undefined ? '' : ` ttl=${ttl}`}`
  const fault = replyFault(settled)
  return fault === '' ? reply : `${reply} ${palette.yellow(fault)}`
}

function replyFault({ kind, probe: { fate, cutAt, side, detail } }: SettledProbe): string {
  const after = kind === 'revised' ? ' (came after the probe was given up)' : ''
  const where = side === undefined || side === 'unknown' ? '' : ` (${side})`
  switch (fate) {
    case 'truncated':
      return `truncated at ${cutAt ?? 0}${where}${after}`
    case 'corrupt':
      return `corrupt${detail === undefined ? '' : `: ${detail}`}${where}${after}`
    case 'late':
      return `late${after}`
    default:
      return after.trim()
  }
}

function lossText({ probe: { fate, detail }, icmp, toldMs, mayArrive }: SettledProbe, { target }: PingRun): string {
  if (fate === 'refused') return `not sent: ${detail ?? 'refused by our own kernel'}`
  if (fate === 'unreachable') {
    if (icmp === undefined) return 'unreachable'
    const { errno, reporter, ...error } = icmp
    const known = icmpName({ ...error, error: errnoName(errno), count: 1 }, target)
    return `unreachable: ${known}${reporter === undefined ? '' : `, reported by ${reporter}`}`
  }
  const meaning = fate === 'lostUnknown' ? undefined : FATES.find(one => one.fate === fate)?.meaning
  if (meaning === undefined) return 'lost'
  if (toldMs === undefined) return `lost: ${meaning}`
  const later = `${formatDuration(Math.round(toldMs * MILLISECOND))} later`
  // Probes of this run were on their way for longer than the timeout, so this one may still arrive.
  if (fate === 'lostForward' && mayArrive === true) return `lost: had not reached the server ${later}`
  return `lost: ${meaning} (told ${later})`
}
