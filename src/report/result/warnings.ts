import type { ResultWarning } from '../../verdict/result.ts'

/** Faults of this host and this program, which can look like faults of the network. */
const OWN_FAULTS = /^(?:clientBuffer|sender|sendQueue|forbiddenHere|tooBigToSend|clock)/u

/** Warnings in the order of their relevance. */
export function ownFaultsFirst(warnings: readonly ResultWarning[]): ResultWarning[] {
  return warnings.toSorted((a, b) => Number(isOwnFault(b)) - Number(isOwnFault(a)))
}

function isOwnFault({ code }: ResultWarning): boolean {
  return OWN_FAULTS.test(code)
}
