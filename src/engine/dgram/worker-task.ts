import type { MessagePort } from 'node:worker_threads'
import type { RelayPlan } from '../../facts/relay-plan.ts'
import type { RelayTruth } from '../../facts/relay-truth.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import type { RelaySockets, ResponderSockets } from '../port.ts'

/** The task of a worker of this engine. */
export type WorkerTask =
  | { readonly kind: 'respond'; readonly plan: ResponderPlan; readonly sockets: ResponderSockets }
  | {
      readonly kind: 'relay'
      readonly plan: RelayPlan
      readonly sockets: RelaySockets
      /** Any message to this port requests the record. */
      readonly records: MessagePort
      /** 1 when the record is in the port. */
      readonly answered: Int32Array
    }

/** The record so far, or the final one, which the worker posts by itself. */
export interface RelayRecord {
  readonly truth: RelayTruth
  readonly final: boolean
}
