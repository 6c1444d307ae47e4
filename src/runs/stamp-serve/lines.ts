import { formatAddress } from '../../base/address.ts'
import { eventLine } from '../event-line.ts'
import type { StampServeRun } from './run.ts'

/** The ready line, which scripts can read. */
export function listeningLine({ address, mode, auth, engine }: StampServeRun): string {
  return `listening ${address.family} ${formatAddress(address)} protocol=stamp mode=${mode} auth=${auth} engine=${engine}\n`
}

export function listeningEvent({ address, mode, auth, engine }: StampServeRun): string {
  return eventLine({
    event: 'listening',
    family: address.family,
    host: address.address,
    port: address.port,
    protocol: 'stamp',
    mode,
    auth,
    engine,
  })
}
