import type { EngineFacts } from '../facts/run.ts'
import type { Capabilities, Engine } from './port.ts'
import { relayInWorker, respondInWorker } from './dgram/in-worker.ts'
import { probeOnDgram } from './dgram/probe.ts'
import { respondOnDgram } from './dgram/respond.ts'

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
  respondInWorker,
  // Loaded when it is used: no other command needs it.
  relay: async (plan, sockets) => (await import('./dgram/relay.ts')).relayOnDgram(plan, sockets),
  relayInWorker,
  pathMtu: () => undefined,
}
