import type { EngineFacts } from '../facts/run.ts'
import type { Capabilities, RelayEngine } from './port.ts'
import { relayInWorker, respondInWorker } from './dgram/in-worker.ts'

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

/**
 * The portable engine: node:dgram, one system call per datagram, on the caller's event loop. A command loads only the part that it uses.
 */
export const dgramEngine: RelayEngine = {
  name: 'dgram',
  can,
  probe: async (plan, sockets, onArrival) =>
    (await import('./dgram/probe.ts')).probeOnDgram(plan, sockets, facts, onArrival),
  respond: async (plan, sockets) => (await import('./dgram/respond.ts')).respondOnDgram(plan, sockets),
  respondInWorker,
  relay: async (plan, sockets) => (await import('./dgram/relay.ts')).relayOnDgram(plan, sockets),
  relayInWorker,
  monitor: async onUpdates => (await import('./dgram/monitor.ts')).monitorOnDgram(facts, onUpdates),
  pathMtu: () => undefined,
}
