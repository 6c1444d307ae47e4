import type { EngineFacts } from '../../facts/run.ts'
import type { Capabilities, Engine } from '../port.ts'
import { probeOnDgram } from './probe.ts'
import { respondOnDgram } from './respond.ts'

const can: Capabilities = {
  icmp: 'errno',
  truncation: 'program',
  timestamps: 'program',
  drops: process.platform === 'linux',
  df: false,
  tos: false,
  reusePort: false,
}

const facts: EngineFacts = { name: 'dgram', icmp: can.icmp, truncation: can.truncation, timestamps: can.timestamps }

/** The portable engine: node:dgram, one system call a datagram, on the caller's event loop. */
export const dgramEngine: Engine = {
  name: 'dgram',
  can,
  probe: (plan, sockets) => probeOnDgram(plan, sockets, facts),
  respond: respondOnDgram,
  pathMtu: () => undefined,
}
