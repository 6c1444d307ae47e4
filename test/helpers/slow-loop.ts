import { access } from 'node:fs/promises'
import { onTestFinished } from 'vitest'

/**
 * Until the test ends, this process pauses for this time, ms, in each iteration of its event loop, as on a machine that is busy with other
 * programs. Returns where a pause comes next, then the timers, and only then the sockets.
 */
export async function slowLoop(time: number): Promise<void> {
  const never = new Int32Array(new SharedArrayBuffer(4))
  let isOver = false
  onTestFinished(() => {
    isOver = true
  })
  const pause = (): void => {
    if (isOver) return
    Atomics.wait(never, 0, 0, time)
    setImmediate(pause)
  }
  setImmediate(pause)
  // The result of a system call comes in the phase of I/O, immediates after it, then the timers of the next iteration.
  await access('.')
}
