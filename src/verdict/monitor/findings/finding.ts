import type { Nanos } from '../../../base/nanos.ts'
import type { MonitorEventKind, MonitorWarning } from '../view.ts'

/** What the probes of a target show together, as long as it holds. */
export interface Finding {
  readonly kind: MonitorWarning['kind']
  /** When it was known, driver's clock. */
  readonly since: Nanos
  /** One sentence for people. */
  readonly text: string
}

/** A finding began or ended at a driver's time. */
export type TellFinding = (kind: MonitorEventKind, moment: Nanos, text: string) => void
