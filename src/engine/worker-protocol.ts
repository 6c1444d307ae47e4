import type { Address } from '../base/address.ts'
import type { UdptoolError } from '../base/error.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { ServerFacts } from '../facts/server.ts'
import type { ResponderSockets } from './port.ts'

/** What the worker says. Errors cross as plain data, since a class does not. */
export type FromWorker =
  | { readonly kind: 'bound'; readonly bound: readonly Address[] }
  | { readonly kind: 'facts'; readonly facts: ServerFacts }
  | {
      readonly kind: 'failed'
      readonly error: Pick<UdptoolError, 'code' | 'message' | 'operation' | 'address' | 'hint'>
    }

/** What the worker is to run. */
export interface WorkerTask {
  readonly engine: string
  readonly plan: ResponderPlan
  readonly sockets: ResponderSockets
}
