import type { Address } from '../base/address.ts'
import type { UdptoolError } from '../base/error.ts'

/** Messages from a worker. Errors are plain data, because structured cloning drops their class. */
export type FromWorker =
  | { readonly kind: 'bound'; readonly bound: readonly Address[] }
  /** The type of `facts` depends on the worker. */
  | { readonly kind: 'facts'; readonly facts: unknown }
  | {
      readonly kind: 'failed'
      readonly error: Pick<UdptoolError, 'code' | 'message' | 'operation' | 'address' | 'hint'>
    }
