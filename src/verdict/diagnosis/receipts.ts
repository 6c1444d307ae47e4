import { RECEIPTS_MEMORY } from '../../facts/receipts-memory.ts'
import type { Rule } from './rule.ts'
import { exceededMemory, MOST_PORTS } from './server-memory.ts'

export const voidReceipts: Rule = (facts, { receipts }) => {
  if (receipts !== 'void') return undefined
  const limit = exceededMemory(facts)
  if (limit !== undefined) {
    return {
      code: 'receiptsVoid',
      message: `the receipts contradict the replies: the server evicted parts of the run, so their losses have no direction. ${upper(limit.why)}`,
      hint: limit.hint,
      evidence: { most: limit.most },
    }
  }
  return {
    code: 'receiptsVoid',
    message:
      'the receipts contradict the replies: the server does not remember the whole run, so no loss has a direction',
    hint: 'repeat the run: the server was restarted or evicted it, or the path changed to another server or to another address of this host',
  }
}

export const shortReceipts: Rule = (facts, { tally: { beyondMemory, total }, receipts }) => {
  if (beyondMemory === 0 || receipts === 'void') return undefined
  const limit = exceededMemory(facts)
  const lost = total.fates.lostForward + total.fates.lostReturn + total.fates.lostUnknown
  return {
    code: 'receiptsShort',
    message: `${beyondMemory} of ${lost} lost probes have no direction: they were sent before the time from which the server certainly remembers the run${limit === undefined ? '' : `: ${limit.why}`}`,
    hint:
      limit?.hint ??
      `start the server before the run; a server remembers at most ${RECEIPTS_MEMORY.runs} runs, at most ${MOST_PORTS} from one address`,
    evidence: { beyondMemory, lost, ...(limit === undefined ? {} : { most: limit.most }) },
  }
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
