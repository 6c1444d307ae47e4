import { EchoProtocol } from './echo-protocol.ts'
import { IrttProtocol } from './irtt/irtt-protocol.ts'
import type { ProbeProtocol, ProtocolParts } from './probe-protocol.ts'
import { StampProtocol } from './stamp/stamp-protocol.ts'

/** The protocol of a run's probes, by its plan. */
export function createProtocol(parts: ProtocolParts): ProbeProtocol {
  const { protocol } = parts.plan
  if (protocol === undefined) return new EchoProtocol(parts)
  return protocol.name === 'stamp' ? new StampProtocol(parts, protocol) : new IrttProtocol(parts, protocol)
}
