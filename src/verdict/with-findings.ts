import type { Result } from './result.ts'

/** A search sends few of each size on purpose, and no rate of its own: neither is news. */
const IDLE: ReadonlySet<string> = new Set(['tooFewSamples', 'senderTooSlow'])

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
