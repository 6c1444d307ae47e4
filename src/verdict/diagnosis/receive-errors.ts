import { receiveErrorCount } from '../../facts/receive-errors.ts'
import type { Rule } from './rule.ts'

/** Our own kernel failed to deliver datagrams that had arrived; replies among them count as lost. */
export const receiveFailed: Rule = ({ receiveErrors }) => {
  const count = receiveErrorCount(receiveErrors)
  if (count === 0) return undefined
  const names = Object.keys(receiveErrors).join(', ')
  return {
    code: 'receiveFailed',
    message: `our own kernel refused ${count === 1 ? 'one attempt' : `${count} attempts`} to receive (${names}): replies may have arrived that were never read, and they count as lost`,
    hint:
      receiveErrors['ENOMEM'] === undefined
        ? 'check what this process may do (a sandbox, a seccomp filter) and run it again'
        : 'this host is short of memory: free some (free -m) and run it again',
    evidence: { ...receiveErrors },
  }
}
