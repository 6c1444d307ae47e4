import type { Rule } from './rule.ts'

export const voidReceipts: Rule = (_, { receipts }) => {
  if (receipts !== 'void') return undefined
  return {
    code: 'receiptsVoid',
    message:
      'the receipts contradict the replies: the memory that gave them is not of the whole run, so no loss has a direction',
    hint: 'repeat the run: the server was restarted or forgot it, or the path changed to another server or to another address of this host',
  }
}

export const shortReceipts: Rule = (_, { tally: { beyondMemory, total }, receipts }) => {
  if (beyondMemory === 0 || receipts === 'void') return undefined
  const lost = total.fates.lostForward + total.fates.lostReturn + total.fates.lostUnknown
  return {
    code: 'receiptsShort',
    message: `${beyondMemory} of ${lost} lost probes have no direction: they were sent before the server's memory of the run surely begins`,
    hint: 'start the server before the run; a server keeps at most 4096 runs, a quarter of them for one address',
    evidence: { beyondMemory, lost },
  }
}
