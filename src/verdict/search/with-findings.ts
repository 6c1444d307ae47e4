import type { Result } from '../result.ts'

/**
 * Warnings that a search makes idle: it sends few of each size on purpose, and at no rate that matters; and what it found says more of
 * sizes than they, which know one run and no statistics.
 */
const IDLE: ReadonlySet<string> = new Set([
  'tooFewSamples',
  'senderTooSlow',
  'blackHole',
  'largeLost',
  'sizeHole',
  'fragmentsLost',
  'fragmentsSuspected',
  'tooBigForPath',
  'tooBigToSend',
])

/** A Result with what a search found, where its readers look for it: behind the ledgers of the sizes. */
export function withFindings(
  { clients, clientsOmitted, expectations, verdict, warnings, ...head }: Result,
  findings: Pick<Result, 'sweep' | 'mtu'> & Partial<Pick<Result, 'sizes' | 'expectations' | 'verdict'>>,
): Result {
  return {
    ...head,
    ...(clientsOmitted === undefined ? {} : { clientsOmitted }),
    clients,
    expectations,
    verdict,
    warnings: warnings.filter(({ code }) => !IDLE.has(code)),
    ...findings,
  }
}
