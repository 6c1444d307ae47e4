import { SECOND } from '../../base/nanos.ts'
import type { Capabilities } from '../../engine/port.ts'
import type { ProtocolPlan, ServerProtocolPlan } from '../../facts/protocol.ts'
import type { EmbeddedPeer } from '../embedded-server.ts'
import type { SendPlan } from './plan.ts'

/** One command has no more sessions than there are ports. */
const MAX_SESSIONS = 65_536

/** The server of `--self`, in the protocol of the probes. Without limits, because only this run uses it. */
export function embeddedPeer({ probe, sockets: { key } }: SendPlan, can: Pick<Capabilities, 'tos'>): EmbeddedPeer {
  if (probe.protocol === undefined) return {}
  return { protocol: serverOf(probe.protocol, can.tos), ...(key === undefined ? {} : { keys: [key] }) }
}

function serverOf(protocol: ProtocolPlan, canSetDscp: boolean): ServerProtocolPlan {
  const { isAuthenticated } = protocol
  if (protocol.name === 'irtt')
    return {
      name: 'irtt',
      isAuthenticated,
      allowsDscp: canSetDscp,
      maxSessions: MAX_SESSIONS,
      maxDuration: protocol.duration + SECOND,
      minInterval: 0,
      maxLength: 65_535,
    }
  return {
    name: 'stamp',
    isStateful: true,
    isAuthenticated,
    isLight: protocol.isLight,
    // A reply with a DSCP of its own is a message of its own, which no flood needs.
    allowsDscp: canSetDscp && protocol.tlvs.includes('cos'),
    timestamps: protocol.timestamps,
    maxSessions: MAX_SESSIONS,
  }
}
