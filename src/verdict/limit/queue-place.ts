import type { AgreedFit } from './agreed-fit.ts'

/** The queue is in a direction if the delay there is at least this share of it, and in the other at most the second. */
const LEAST_SHARE = 0.5
const MOST_ELSEWHERE = 0.25

/** Where datagrams wait or are dropped. */
export interface QueuePlace {
  readonly direction: 'forward' | 'return' | undefined
  /** Whether it is proved to be outside of both programs and their socket buffers. */
  readonly isPath: boolean
}

/**
 * The place of a limit. A kernel stamps arrivals before the socket buffer, so what waits there is not delay of the path; a program stamps them
 * after it. Losses in a server's buffer are proved by its drop counter, which only a server that stamps by its kernel reports.
 */
export function queuePlace({ fit, trial, isQueue }: AgreedFit): QueuePlace {
  const { serverStampsKernel, clientStampsKernel, queueForward, queueReturn } = trial
  if (fit.direction === 'forward') return { direction: 'forward', isPath: serverStampsKernel }
  if (fit.direction === 'return') return { direction: 'return', isPath: clientStampsKernel }
  const isProved = serverStampsKernel && clientStampsKernel && isQueue === true
  const [least, most] = [LEAST_SHARE * fit.queueAtLoss, MOST_ELSEWHERE * fit.queueAtLoss]
  if (isProved && queueForward >= least && queueReturn <= most) return { direction: 'forward', isPath: true }
  if (isProved && queueReturn >= least && queueForward <= most) return { direction: 'return', isPath: true }
  return { direction: undefined, isPath: isProved && queueForward + queueReturn >= least }
}
