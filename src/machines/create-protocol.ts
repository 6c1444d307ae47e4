import { EchoProtocol } from './echo-protocol.ts'
import { IrttProtocol } from './irtt/irtt-protocol.ts'
import type { ProbeProtocol, ProtocolParts } from './probe-protocol.ts'
import { StampProtocol } from './stamp/stamp-protocol.ts'

/** The protocol of a run's probes, by its plan. */
export function createProtocol(parts: ProtocolParts): ProbeProtocol {
  const { protocol } = parts.plan
  switch (protocol?.name) {
    case undefined:
      return new EchoProtocol(parts)
    case 'irtt':
      return new IrttProtocol(parts, protocol)
    case 'stamp':
      return new StampProtocol(parts, protocol)
  }
}
