import type { ResultWarning } from '../../verdict/result.ts'
import type { Page } from './page.ts'
import { wrap } from '../text/wrap.ts'

/** Faults of this host and of this program: they explain what looks like the network's. */
const OWN_FAULTS = /^(?:clientBuffer|sender|sendQueue|forbiddenHere|tooBigToSend|clock)/u

/** Each warning with what to do about it; our own faults before anything about the network. */
export function warningLines({ result, palette, width }: Page): string[] {
  return ownFaultsFirst(result.warnings)
    .flatMap(({ message, hint }) => [
      ...wrap(message, width - 4).map((line, index) => {
        return index === 0
          ? `${palette.yellow(palette.bold('!'))} ${palette.yellow(line)}`
          : `  ${palette.yellow(line)}`
      }),
      ...(hint === '' ? [] : wrap(hint, width - 6).map((line, index) => `${index === 0 ? '  → ' : '    '}${line}`)),
    ])
    .map(line => `  ${line}`)
}

/** Warnings in the order in which they are to be believed. */
export function ownFaultsFirst(warnings: readonly ResultWarning[]): ResultWarning[] {
  return warnings.toSorted((a, b) => Number(isOwnFault(b)) - Number(isOwnFault(a)))
}

function isOwnFault({ code }: ResultWarning): boolean {
  return OWN_FAULTS.test(code)
}
