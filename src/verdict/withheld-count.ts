import type { Result } from './result.ts'

/** Probes that the server had and left unanswered on purpose: no network lost them. Replies that its kernel refused are not among them. */
export function withheldCount({ ledger: { fates }, evidence }: Pick<Result, 'ledger' | 'evidence'>): number {
  return Math.max(0, (fates.lostServerPolicy ?? 0) - (evidence.serverSendFailed ?? 0))
}
