import type { Nanos } from '../base/nanos.ts'

/** The state of a wait for a server. */
export interface Waiting {
  /** The host as written. */
  readonly host: string
  readonly port: number
  /** Why the wait continues, as a clause. */
  readonly reason: string
  readonly elapsed: Nanos
  /** `--wait-for` */
  readonly atMost: Nanos
}

/** How often a wait is reported, ms. */
export const REPORT_MS = 500
