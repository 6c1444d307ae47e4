import { UdptoolError } from '../base/error.ts'
import type { EngineFacts } from '../facts/run.ts'
import type { Capabilities, Engine } from './port.ts'
import { checkedLibc } from './kernel/trial/checked-libc.ts'
import { monitorOnKernel } from './kernel/monitor/monitor.ts'
import { believedPathMtu } from './kernel/prober/path-mtu.ts'
import { probeOnKernel } from './kernel/prober/probe.ts'
import { respondOnKernel } from './kernel/server/respond.ts'

const can: Capabilities = {
  icmp: 'queue',
  truncation: 'kernel',
  timestamps: 'kernel',
  drops: true,
  df: true,
  tos: true,
  reusePort: true,
}

const facts: EngineFacts = { name: 'kernel', icmp: can.icmp, truncation: can.truncation, timestamps: can.timestamps }

/** Why the kernel engine cannot run on this machine. Undefined if it can. */
export function kernelMissing(): string | undefined {
  return checkedLibc().missing
}

/**
 * The Linux engine: many datagrams per system call, with everything that the kernel reports about each, on its own threads. Throws if it is
 * missing.
 */
export function kernelEngine(): Engine {
  const { libc, missing } = checkedLibc()
  if (libc === undefined) {
    throw new UdptoolError('engine', `the kernel engine does not work here: ${missing}`, {
      operation: '--engine kernel',
      hint: 'leave --engine out (auto takes the best engine that works), or see udptool engines',
    })
  }
  const respond: Engine['respond'] = (plan, sockets) => respondOnKernel(libc, plan, sockets)
  return {
    name: 'kernel',
    can,
    probe: (plan, sockets, onArrival) => probeOnKernel(libc, plan, sockets, facts, onArrival),
    // Its servers have their own threads anyway.
    respond,
    respondInWorker: respond,
    monitor: onUpdates => monitorOnKernel(libc, facts, onUpdates),
    pathMtu: sockets => believedPathMtu(libc, sockets),
  }
}
