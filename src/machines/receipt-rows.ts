import { OUTCOME, PAGE_ROWS, TRAIT } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import { clientOfSource, indexOfSource } from '../facts/source.ts'
import { CHECKED_SIZE } from '../wire/probe.ts'
import type { ReceiptRows } from './receipts-exchange.ts'

/** The rows of the probes that left from one socket, as an exchange of receipts reads and writes them. */
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
        // A port of its own that only a probe without a check left from is in no receipts.
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
      // A server keeps receipts by port: of a probe that left from another it knows nothing here.
      if ((page.source?.[place] ?? 0) !== index) return
      // A probe may reach the server behind the question, and its reply overtake the answer, which is then out of date.
      if (page.outcome[place] !== OUTCOME.waiting && (page.arrived[place] ?? Infinity) >= asked) return
      page.traits[place] = ((page.traits[place] ?? 0) & ~TRAIT.receiptMask) | ((receipt + 1) << TRAIT.receiptShift)
    },
  }
}
