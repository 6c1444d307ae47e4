import type { Rule } from './rule.ts'

export const voidReceipts: Rule = (_, { receipts }) => {
  if (receipts !== 'void') return undefined
  return {
    code: 'receiptsVoid',
    message:
      "the server's receipts do not cover the whole run (it was restarted, or forgot), so no loss has a direction",
    hint: 'repeat the run; a server keeps at most 4096 runs, a quarter of them for one address',
  }
}
