import type { Result } from './result.ts'

/** A Result with what a search found, where its readers look for it: behind the ledgers of the sizes. */
export function withFindings(
  { clients, clientsOmitted, expectations, verdict, warnings, ...head }: Result,
  findings: Pick<Result, 'sweep'> & Partial<Pick<Result, 'sizes' | 'expectations' | 'verdict'>>,
): Result {
  return {
    ...head,
    ...(clientsOmitted === undefined ? {} : { clientsOmitted }),
    clients,
    expectations,
    verdict,
    // A search sends few of each size on purpose: that they are few is no news.
    warnings: warnings.filter(({ code }) => code !== 'tooFewSamples'),
    ...findings,
  }
}
