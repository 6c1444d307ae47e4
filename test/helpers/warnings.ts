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

export function codes(result: ResultDocument): readonly string[] {
  return warnings(result).map(({ code }) => code)
}

/** The only warning of a run. */
export function only(result: ResultDocument): Warning {
  const [found, ...more] = warnings(result)
  if (found === undefined || more.length > 0) throw new Error(`not one warning: ${JSON.stringify(result.warnings)}`)
  return found
}
