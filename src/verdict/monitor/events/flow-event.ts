import type { Address } from '../../../base/address.ts'
import type { Nanos } from '../../../base/nanos.ts'
import type { MonitorEventKind } from '../view.ts'

/** Something that the slots of one flow show. Times are those of the driver's clock. */
export interface FlowEvent {
  readonly kind: MonitorEventKind
  /** When it happened. */
  readonly moment: Nanos
  /** When it could be known. */
  readonly known: Nanos
  /** Empty if the text follows from the numbers below. */
  readonly text: string
  /** Number of probes that were lost or not sent. */
  readonly probes: number
  /** How long it lasted. */
  readonly length: Nanos
}

export type Tell = (event: FlowEvent) => void

/** Where the probes of a slot went. */
export interface PathContext {
  /** Number of the path. */
  readonly path: number
  readonly address: Address
  readonly timeout: Nanos
}

/** An event of one moment. */
export function momentary(kind: MonitorEventKind, moment: Nanos, text: string): FlowEvent {
  return { kind, moment, known: moment, text, probes: 0, length: 0 }
}
