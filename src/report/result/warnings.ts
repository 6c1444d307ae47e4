import type { ResultWarning } from '../../verdict/result.ts'

/** Faults of this host and of this program: they explain what looks like the network's. */
const OWN_FAULTS = /^(?:clientBuffer|sender|sendQueue|forbiddenHere|tooBigToSend|clock)/u

/** Warnings in the order in which they are to be believed. */
export function ownFaultsFirst(warnings: readonly ResultWarning[]): ResultWarning[] {
  return warnings.toSorted((a, b) => Number(isOwnFault(b)) - Number(isOwnFault(a)))
}

function isOwnFault({ code }: ResultWarning): boolean {
  return OWN_FAULTS.test(code)
}
