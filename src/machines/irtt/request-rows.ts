import { isReply, PAGE_ROWS, TRAIT, type ProbePage } from '../../facts/probe-table.ts'
import type { RunFacts } from '../../facts/run.ts'
import { RECEIPT } from '../../wire/receipts.ts'
import type { RequestRows } from './request-record.ts'

const RECEIVED = (RECEIPT.answered + 1) << TRAIT.receiptShift
const NOT_RECEIVED = (RECEIPT.notReceived + 1) << TRAIT.receiptShift

/** The rows of a client's probes. What the server received goes to their receipt bits: it answers every request that it receives. */
export function requestRows(facts: RunFacts, client: number): RequestRows {
  const { probes, clients } = facts
  const rowOf = (sequence: number): number => sequence * clients.length + client
  const mark = (sequence: number, receipt: number, replaced: number): void => {
    const row = rowOf(sequence)
    const page = row < facts.finalRows ? undefined : probes.find(row)
    const place = row % PAGE_ROWS
    if (page === undefined || isReply(page.outcome[place])) return
    const traits = page.traits[place] ?? 0
    if ((traits & TRAIT.receiptMask) <= replaced) page.traits[place] = (traits & ~TRAIT.receiptMask) | receipt
  }
  return {
    get scheduled() {
      return clients[client]?.scheduled ?? 0
    },
    sentAt: sequence => probes.sentAt(rowOf(sequence)),
    isReceived: sequence => isReceived(probes.find(rowOf(sequence)), rowOf(sequence) % PAGE_ROWS),
    markReceived: sequence => mark(sequence, RECEIVED, NOT_RECEIVED),
    markNotReceived: sequence => mark(sequence, NOT_RECEIVED, 0),
  }
}

function isReceived(page: ProbePage | undefined, place: number): boolean {
  if (page === undefined) return false
  return isReply(page.outcome[place]) || ((page.traits[place] ?? 0) & TRAIT.receiptMask) === RECEIVED
}
