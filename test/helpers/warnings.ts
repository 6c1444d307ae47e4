import type { ResultDocument } from './document.ts'

export interface Warning {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly evidence?: Readonly<Record<string, unknown>>
}

export function warnings({ warnings: all }: ResultDocument): readonly Warning[] {
  return all as readonly Warning[]
}

/** Whether a busy machine may cause this warning at any time: missed pacing, or delays that look like a clock whose rate changed. */
function isOfMachine({ code, evidence }: Warning): boolean {
  return code === 'senderTooSlow' || (code === 'clockUnsteady' && evidence?.['kind'] === 'bend')
}

/** The warnings about the path and the far host. */
function ofPath(result: ResultDocument): readonly Warning[] {
  return warnings(result).filter(warning => !isOfMachine(warning))
}

/** The codes of the warnings about the path or the far host. */
export function codes(result: ResultDocument): readonly string[] {
  return ofPath(result).map(({ code }) => code)
}

/** The only warning of a run about the path or the far host. */
export function onlyWarning(result: ResultDocument): Warning {
  const [found, ...more] = ofPath(result)
  if (found === undefined || more.length > 0) throw new Error(`not one warning: ${JSON.stringify(result.warnings)}`)
  return found
}
