import { formatAddress } from '../../base/address.ts'
import { eventLine } from '../event-line.ts'
import type { EchoRun } from './run.ts'

/** The ready line, which scripts can read. */
export function listeningLine({ address, mode, engine }: EchoRun): string {
  return `listening ${address.family} ${formatAddress(address)} mode=${mode} engine=${engine}\n`
}

export function listeningEvent({ address, mode, engine }: EchoRun): string {
  return eventLine({
    event: 'listening',
    family: address.family,
    host: address.address,
    port: address.port,
    mode,
    engine,
  })
}
