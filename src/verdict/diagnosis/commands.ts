import { least } from '../../base/extremes.ts'
import { formatAddress, type Address } from '../../base/address.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import { CHECKED_SIZE } from '../../wire/probe.ts'
import { layoutOf } from '../../wire/stamp/packet.ts'
import type { Result } from '../result.ts'

type Protocol = Result['protocol']

/** The command that sends probes of this kind to the target. */
export function senderCommand(protocol: Protocol, target: Address): string {
  const to = `--to ${formatAddress(target)}`
  if (protocol === 'stamp') return `udptool stamp send ${to}`
  return protocol === 'irtt' ? `udptool send --protocol irtt ${to}` : `udptool send ${to}`
}

/** The command that starts a server for probes of this kind. */
export function serverCommand(protocol: Protocol, { port }: Pick<Address, 'port'>): string {
  if (protocol === 'stamp') return `udptool stamp serve --port ${port}`
  return protocol === 'irtt' ? `udptool serve --irtt ${port}` : `udptool serve --port ${port}`
}

/** What answers probes of this kind, with its article. */
export function answererOf(protocol: Protocol): string {
  if (protocol === 'stamp') return 'a STAMP reflector'
  return protocol === 'irtt' ? 'an irtt server' : 'a server'
}

/** Bytes of the smallest probe that any server of this kind answers. */
export function checkSize({ protocol, sizes }: ProbePlan): number {
  if (protocol?.name === 'stamp') return layoutOf(protocol.isAuthenticated).size
  return protocol === undefined ? CHECKED_SIZE : least(sizes)
}

/** How to find the sizes that pass. The searches of udptool need an echo server. */
export function sizeSearch({ protocol }: ProbePlan, target: Address, finds: string): string {
  return protocol === undefined
    ? `udptool sweep --to ${formatAddress(target)} ${finds}`
    : `${senderCommand(protocol.name, target)} with sizes between them (--size) ${finds}`
}

/** How to find the largest packet that passes. */
export function mtuSearch({ protocol }: ProbePlan, target: Address, finds: string): string {
  return protocol === undefined
    ? `udptool mtu ${formatAddress(target)} ${finds}`
    : `${senderCommand(protocol.name, target)} --df with other sizes (--size) ${finds}`
}
