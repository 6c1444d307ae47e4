import { UdptoolError } from '../../base/error.ts'
import type { EngineFacts } from '../../facts/run.ts'
import type { Capabilities, Engine } from '../port.ts'
import { checkedLibc } from './trial/checked-libc.ts'
import { believedPathMtu } from './prober/path-mtu.ts'
import { probeOnKernel } from './prober/probe.ts'
import { respondOnKernel } from './server/respond.ts'

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

/** Why there is no kernel engine on this machine; undefined: there is one. */
export function kernelMissing(): string | undefined {
  return checkedLibc().missing
}

/** The Linux engine: many datagrams a system call, with all that the kernel can say of each, on threads of its own. Throws where it is missing. */
export function kernelEngine(): Engine {
  const { libc, missing } = checkedLibc()
  if (libc === undefined) {
    throw new UdptoolError('engine', `the kernel engine does not work here: ${missing}`, {
      operation: '--engine kernel',
      hint: 'leave --engine out (auto takes the best engine that works), or see udptool engines',
    })
  }
  return {
    name: 'kernel',
    can,
    probe: (plan, sockets) => probeOnKernel(libc, plan, sockets, facts),
    respond: (plan, sockets) => respondOnKernel(libc, plan, sockets),
    pathMtu: sockets => believedPathMtu(libc, sockets),
  }
}
