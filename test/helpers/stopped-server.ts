import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from './child.ts'
import type { Host } from './namespace.ts'
import { until } from './relay-host.ts'

/** Datagrams over IPv4 that have reached a host since now, those that a full receive buffer drops included (proc(5), Ip InDelivers). */
export function arrivalsAt(host: Host): () => number {
  const before = host.snmp('Ip', 'InDelivers')
  return () => host.snmp('Ip', 'InDelivers') - before
}

/** Readings of the state of all threads, 50 ms apart, that must be equal. */
const EQUAL_READINGS = 4

/** The state of each thread of a process, and how often each has waited (proc(5)). */
function threadsOf(pid: number): string {
  const threads = readdirSync(`/proc/${pid}/task`).map(thread =>
    readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'),
  )
  return threads
    .map(status => /^State.*$/mu.exec(status)?.[0] + (/^voluntary_ctxt.*$/mu.exec(status)?.[0] ?? ''))
    .join()
}

/** Waits until no thread of a server has anything to do: one that has just said that it listens has not read its drop counter yet. */
async function untilIdle(pid: number): Promise<void> {
  let before = ''
  for (let equal = 0; equal < EQUAL_READINGS;) {
    await sleep(50)
    const now = threadsOf(pid)
    equal = now === before && !/State:\s+R/u.test(now) ? equal + 1 : 0
    before = now
  }
}

/**
 * Stops a server when `run` begins, and lets it go on when the condition holds: what does not fit in its receive buffer until then is
 * dropped, however fast this machine is.
 */
export async function whileStopped<T>(server: Child, isEnough: () => boolean, run: () => Promise<T>): Promise<T> {
  await untilIdle(server.pid)
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
