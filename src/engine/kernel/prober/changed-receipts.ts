import type { Nanos } from '../../../base/nanos.ts'
import type { ClientFacts, ReceiptsFacts } from '../../../facts/run.ts'
import type { ClientReceipts } from '../../run-update.ts'

/**
 * Selects the clients whose receipts have changed, because of ten thousand clients only few change between two messages to the other
 * thread.
 */
export class ChangedReceipts {
  readonly #states: ReceiptsFacts['state'][] = []
  readonly #toldAt: (Nanos | undefined)[] = []

  /** The receipts that changed since the last call, or all. */
  take(clients: readonly ClientFacts[], all = false): readonly ClientReceipts[] {
    const changed: ClientReceipts[] = []
    clients.forEach(({ receipts }, number) => {
      const { state, toldAt } = receipts
      if (!all && (this.#states[number] ?? 'unasked') === state && this.#toldAt[number] === toldAt) return
      this.#states[number] = state
      this.#toldAt[number] = toldAt
      changed.push({ number, receipts })
    })
    return changed
  }
}
