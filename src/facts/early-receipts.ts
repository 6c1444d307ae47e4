import type { Nanos } from '../base/nanos.ts'
import type { ReceiptsTotals } from '../wire/receipts.ts'

/**
 * Receipts that are requested while a run goes on, so that a loss is shown with its direction. The ledger is not made of them: the receipts
 * requested later replace them.
 */
export interface EarlyReceipts {
  /** How long after its timeout a probe may wait for an answer about it. 0: none is awaited. */
  wait: Nanos
  /** Number of requests without an answer. */
  unanswered: number
  latest?: EarlyAnswer
}

/** The server's answer about a range of sequences of one client. Each of them had its timeout behind it when the request was sent. */
export interface EarlyAnswer {
  readonly client: number
  /** When its request was sent, and when it arrived; driver's clock. */
  readonly askedAt: Nanos
  readonly toldAt: Nanos
  readonly totals: ReceiptsTotals
  /** The sequence of the first state. */
  readonly from: number
  /** One of `RECEIPT` for each sequence. */
  readonly states: Uint8Array
  /** Number of the client's probes with a proved answer of the server when the request was sent. */
  readonly answered: number
}
