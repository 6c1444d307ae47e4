import type { ReceiptsTotals } from '../../../src/wire/receipts.ts'

/** The totals of a server that received nothing, but for what is given. */
export function zeroTotals(given: Partial<ReceiptsTotals> = {}): ReceiptsTotals {
  return {
    distinct: 0,
    copies: 0,
    damaged: 0,
    answered: 0,
    withheld: 0,
    sendFailed: 0,
    pending: 0,
    strangers: 0,
    drops: undefined,
    dropUnit: undefined,
    completeMs: 0,
    ...given,
  }
}
