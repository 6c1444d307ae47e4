import { SECOND } from '../../base/nanos.ts'
import { startTimer } from '../../engine/long-timer.ts'
import type { Discovery } from './discovery.ts'

/** Files are read within milliseconds, and a name server that is well answers within this time. */
const FIRST_WAIT = 2 * SECOND

/** Waits until each source was read once, so that a start can name its targets; not long, and not after the signal. */
export async function firstTargets(
  { ready }: Pick<Discovery, 'ready'>,
  signal?: AbortSignal,
  start = startTimer,
): Promise<void> {
  if (signal?.aborted === true) return
  await new Promise<void>(resolve => {
    const timer = start(resolve, FIRST_WAIT)
    const end = (): void => {
      timer.cancel()
      resolve()
    }
    signal?.addEventListener('abort', end, { once: true })
    void ready.then(end)
  })
}
