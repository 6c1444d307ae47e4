import type { Nanos } from '../base/nanos.ts'

/** The probe that a reply is compared with. */
export interface SentProbe {
  /** UDP payload, bytes. */
  size: number
  sequence: number
  run: number
  sent: Nanos
}
