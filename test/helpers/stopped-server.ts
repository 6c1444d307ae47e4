import type { Child } from './child.ts'
import type { Host } from './namespace.ts'
import { until } from './relay-host.ts'

/** Datagrams over IPv4 that have reached a host since now, those that a full receive buffer drops included (proc(5), Ip InDelivers). */
export function arrivalsAt(host: Host): () => number {
  const before = host.snmp('Ip', 'InDelivers')
  return () => host.snmp('Ip', 'InDelivers') - before
}

/**
 * Stops a server when `run` begins, and lets it go on when the condition holds: what does not fit in its receive buffer until then is
 * dropped, however fast this machine is.
 */
export async function whileStopped<T>(server: Child, isEnough: () => boolean, run: () => Promise<T>): Promise<T> {
  server.signal('SIGSTOP')
  try {
    const state = { isOver: false }
    const running = run().finally(() => {
      state.isOver = true
    })
    await until(() => state.isOver || isEnough())
    server.signal('SIGCONT')
    return await running
  } finally {
    server.signal('SIGCONT')
  }
}
