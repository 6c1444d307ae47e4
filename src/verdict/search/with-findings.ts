import type { Result } from '../result.ts'

/**
 * Warnings that do not apply to a search: it sends few probes of each size on purpose and without a rate, and its findings say more about sizes
 * than they do.
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

/** A Result with the findings of a search, after the ledgers of the sizes. */
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
