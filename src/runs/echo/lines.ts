import { formatAddress } from '../../base/address.ts'
import { eventLine } from '../event-line.ts'
import type { EchoRun } from './run.ts'

/** The ready line, which scripts can read; with a server for clients of irtt a second one. */
export function listeningLine({ address, mode, engine, irtt }: EchoRun): string {
  const echo = `listening ${address.family} ${formatAddress(address)} mode=${mode} engine=${engine}\n`
  if (irtt === undefined) return echo
  const auth = irtt.auth === 'no' ? '' : ` auth=${irtt.auth}`
  return `${echo}listening ${irtt.address.family} ${formatAddress(irtt.address)} protocol=irtt${auth} engine=${irtt.engine}\n`
}

/** The same as events. */
export function listeningEvent({ address, mode, engine, irtt }: EchoRun): string {
  const { family, address: host, port } = address
  const echo = eventLine({ event: 'listening', family, host, port, mode, engine })
  if (irtt === undefined) return echo
  const at = { family: irtt.address.family, host: irtt.address.address, port: irtt.address.port }
  return `${echo}${eventLine({ event: 'listening', ...at, protocol: 'irtt', auth: irtt.auth, engine: irtt.engine })}`
}
