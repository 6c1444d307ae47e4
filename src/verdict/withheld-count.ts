import type { Result } from './result.ts'

/** Probes that the server received and left unanswered on purpose. Replies that its kernel refused do not count. */
export function withheldCount({ ledger: { fates }, evidence }: Pick<Result, 'ledger' | 'evidence'>): number {
  return Math.max(0, (fates.lostServerPolicy ?? 0) - (evidence.serverSendFailed ?? 0))
}
