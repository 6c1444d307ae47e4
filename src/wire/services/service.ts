import type { Address } from '../../base/address.ts'
import type { ServiceAnswer, ServiceName } from './answers.ts'

/** Bytes that nobody can predict, as many as asked for. */
export type RandomBytes = (length: number) => Uint8Array

/** Both ends of a request. */
export interface Ends {
  readonly local: Address
  readonly target: Address
}

/** Why a request is asked once more in another form: the server does not keep the case of a name. */
export type AskAgain = 'caseNotKept'

/** What a datagram is to a request, by its content alone. Who sent it is the caller's question. */
export type Reading =
  | { readonly what: 'answer'; readonly answer: ServiceAnswer }
  /** It is an answer, but not beyond doubt: `service` asks in a form that leaves none. */
  | { readonly what: 'askAgain'; readonly because: AskAgain; readonly service: Service }
  /** It is a datagram of the protocol, and answers another request, or none. */
  | { readonly what: 'unmatched'; readonly why: string }
  /** It is no datagram of the protocol, or breaks off. */
  | { readonly what: 'malformed'; readonly why: string }

/** A request, and how a datagram is read as its answer. */
export interface ServiceRequest {
  readonly bytes: Uint8Array
  /** Never throws, whatever the bytes are. `why` is a clause without a capital letter: `its id is of another request`. */
  readonly read: (datagram: Uint8Array) => Reading
}

/** A protocol with the parameters of a question. */
export interface Service {
  readonly name: ServiceName
  /** Whether an answer names its request. Without that, the port alone shows which request a datagram answers. */
  readonly named: boolean
  /** A new request, whose ids no other has. */
  readonly request: (random: RandomBytes, ends: Ends) => ServiceRequest
}

/** A datagram of the protocol that answers another request, or none. */
export function unmatched(why: string): Reading {
  return { what: 'unmatched', why }
}

/** A datagram that is none of the protocol, or breaks off. */
export function malformed(why: string): Reading {
  return { what: 'malformed', why }
}

/** Why a datagram that equals the request is no answer. */
export const ECHO = 'it is our own request, sent back'
