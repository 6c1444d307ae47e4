import { setTimeout as sleep } from 'node:timers/promises'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'

/** With a longer timeout, Node fires the timer after 1 ms (node:timers, setTimeout). */
const LONGEST_MS = 2 ** 31 - 1

/** A timer whose duration can exceed that of a Node timer. */
export interface LongTimer {
  cancel(): void
}

/** Calls back once after this duration. */
export function startTimer(callback: () => void, duration: Nanos): LongTimer {
  const end = performance.now() + duration / MILLISECOND
  let timer: NodeJS.Timeout
  const wait = (): void => {
    const left = end - performance.now()
    timer = left > LONGEST_MS ? setTimeout(wait, LONGEST_MS) : setTimeout(callback, left)
  }
  wait()
  return { cancel: () => clearTimeout(timer) }
}

/** Calls back repeatedly with this period. */
export function startInterval(callback: () => void, period: Nanos): LongTimer {
  if (period / MILLISECOND <= LONGEST_MS) {
    const timer = setInterval(callback, period / MILLISECOND)
    return { cancel: () => clearInterval(timer) }
  }
  let timer: LongTimer
  const fire = (): void => {
    timer = startTimer(fire, period)
    callback()
  }
  timer = startTimer(fire, period)
  return { cancel: () => timer.cancel() }
}

/** Resolves after this duration. */
export async function sleepFor(duration: Nanos): Promise<void> {
  for (let left = Math.ceil(duration / MILLISECOND); left > 0; left -= LONGEST_MS)
    await sleep(Math.min(left, LONGEST_MS))
}
