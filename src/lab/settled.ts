import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits for this time, ms, and until the event loop has then read its sockets. The timers of a process that did not run for some time
 * expire before it reads anything (libuv: timers come before I/O in an iteration).
 */
export async function settled(time: number): Promise<void> {
  await sleep(time)
  await turn()
}
