import type { MessagePort } from 'node:worker_threads'
import type { Address } from '../base/address.ts'
import type { UdptoolError } from '../base/error.ts'
import type { RelayPlan } from '../facts/relay-plan.ts'
import type { RelayTruth } from '../facts/relay-truth.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { RelaySockets, ResponderSockets } from './port.ts'

/** What a worker says. Errors cross as plain data, since a class does not. */
export type FromWorker =
  | { readonly kind: 'bound'; readonly bound: readonly Address[] }
  /** What kind of facts is between the worker and whoever started it. */
  | { readonly kind: 'facts'; readonly facts: unknown }
  | {
      readonly kind: 'failed'
      readonly error: Pick<UdptoolError, 'code' | 'message' | 'operation' | 'address' | 'hint'>
    }

/** A worker that is a server. */
export interface ResponderTask {
  readonly plan: ResponderPlan
  readonly sockets: ResponderSockets
}

/** A worker that is a relay, and how it is asked for its record. */
export interface RelayTask {
  readonly plan: RelayPlan
  readonly sockets: RelaySockets
  readonly questions: MessagePort
  /** 1 once the answer to a question is in the port. */
  readonly answered: Int32Array
}

/** What comes back through the port: the record now, or the last one, which comes unasked. */
export interface RelayAnswer {
  readonly truth: RelayTruth
  readonly final: boolean
}
