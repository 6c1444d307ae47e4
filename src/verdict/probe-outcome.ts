import type { Address } from '../base/address.ts'
import type { Result } from './result.ts'

/** A step of a run of `/probe`. */
export interface ProbeStep {
  /** Seconds since the request came. */
  readonly at: number
  readonly message: string
}

/** What became of a request of `/probe` that was allowed. Its metrics and its log are made from it. */
export interface ProbeOutcome {
  /** As requested. */
  readonly target: string
  readonly module: {
    readonly name: string
    readonly run: 'send' | 'sweep' | 'mtu'
    /** Its keys as configured. */
    readonly settings: Readonly<Record<string, unknown>>
  }
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly durationSeconds: number
  /** Time that the run could take. */
  readonly timeoutSeconds: number
  /** Absent: the lookup did not end in time. */
  readonly lookupSeconds?: number
  /** The address that was probed. Absent: the name has none. */
  readonly address?: Address
  /** Absent: there was no run, or it did not end in time. */
  readonly result?: Result
  /** TTL or hop limit of the last reply. Absent: not observed. */
  readonly hopLimit?: number
  /** Why there is no Result, as a sentence. */
  readonly failure?: string
  /** Fewer probes were sent than the module wants, or a search ended early, because the time was over. */
  readonly isShortened: boolean
  /** The verdict of the Result; false without one. */
  readonly isSuccess: boolean
  readonly steps: readonly ProbeStep[]
}
