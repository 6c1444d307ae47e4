import { OUTCOME, PAGE_ROWS, TRAIT } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import { clientOfSource, indexOfSource } from '../facts/source.ts'
import { CHECKED_SIZE } from '../wire/probe.ts'
import type { ReceiptRows } from './receipts-exchange.ts'

/** The rows of the probes sent from one socket, for a receipts exchange. */
export function receiptRows({ plan, probes }: RunFacts, socket: number): ReceiptRows {
  const { clients } = plan
  const client = clientOfSource(socket, clients)
  const index = indexOfSource(socket, clients)
  return {
    nextUnanswered: (from, to) => {
      for (let sequence = from; sequence < to; sequence++) {
        const row = sequence * clients + client
        const page = probes.find(row)
        if (page?.outcome[row % PAGE_ROWS] !== OUTCOME.waiting) continue
        if ((page.source?.[row % PAGE_ROWS] ?? 0) !== index) continue
        // Skip a further port from which only a probe too small for a check was sent: the receipts do not include it.
        if (index === 0 || probeSize(plan, sequence) >= CHECKED_SIZE) return sequence
      }
      return -1
    },
    sentAt: sequence => probes.sentAt(sequence * clients + client),
    book: (sequence, receipt, asked) => {
      const row = sequence * clients + client
      const page = probes.find(row)
      if (page === undefined) return
      const place = row % PAGE_ROWS
      // A server keeps receipts by port, so this account does not include a probe sent from another port.
      if ((page.source?.[place] ?? 0) !== index) return
      // A probe may reach the server after the request, and its reply overtake the answer, which is then out of date.
      if (page.outcome[place] !== OUTCOME.waiting && (page.arrived[place] ?? Infinity) >= asked) return
      page.traits[place] = ((page.traits[place] ?? 0) & ~TRAIT.receiptMask) | ((receipt + 1) << TRAIT.receiptShift)
    },
  }
}
