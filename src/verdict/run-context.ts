import type { Address } from '../base/address.ts'

/** The fields of a Result that do not come from the facts of the run. */
export interface RunContext {
  readonly command: string
  readonly version: string
  readonly host: { readonly os: string; readonly kernel: string; readonly node: string; readonly cpus: number }
  readonly target: Address
  /** The name that was given for the target, if it was one. */
  readonly targetName?: string
  readonly options: Readonly<Record<string, unknown>>
  /** ISO 8601, UTC. */
  readonly startedAt: string
}
