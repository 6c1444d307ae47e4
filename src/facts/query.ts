import type { Address } from '../base/address.ts'
import type { Nanos } from '../base/nanos.ts'
import type { RealTime, ServiceAnswer, ServiceName } from '../wire/services/answers.ts'
import type { AskAgain } from '../wire/services/service.ts'

/**
 * What became of a request. Every request has exactly one fate.
 * - `answered`: a datagram from the target answers it, and came within the timeout.
 * - `askedAgain`: an answer came within the timeout that leaves a doubt, and another request followed (`because`).
 * - `late`: its answer came after the timeout.
 * - `unreachable`: an ICMP error came back, and no answer.
 * - `refused`: our own kernel refused to send it.
 * - `silent`: none of these until it was closed.
 * - `unfinished`: the run was interrupted before.
 */
export const QUERY_FATES = ['answered', 'askedAgain', 'late', 'unreachable', 'refused', 'silent', 'unfinished'] as const
export type QueryFate = (typeof QUERY_FATES)[number]

/** One request that was to be sent. */
export interface QueryRequest {
  /** The question that it asks, from 0: `--count` questions are asked. */
  readonly question: number
  /** Its number among the requests of this question, from 0: `--retries`, further addresses and `askedAgain` add requests. */
  readonly attempt: number
  readonly target: Address
  readonly local: Address
  /** Its bytes. */
  readonly size: number
  /** Real time when it was sent. */
  readonly sentAt: RealTime
  fate: QueryFate
  /** From sending to the answer, within the timeout or late. */
  rtt?: Nanos
  /** Real time when the answer came. */
  answeredAt?: RealTime
  /** The bytes of the answer, and what they say. */
  reply?: Uint8Array
  answer?: ServiceAnswer
  because?: AskAgain
  /** The name of the error of an ICMP message or of our kernel: `ECONNREFUSED`. */
  error?: string
}

/** Datagrams from an address other than the target. */
export interface ForeignSource extends Address {
  count: number
  /** How many of them would be an answer if the target had sent them. */
  answers: number
}

/** What became of a question with another limit for the size of its answer. Its requests are in no ledger. */
export interface AnswerSize {
  /** The limit: the UDP payload size of EDNS, bytes; 0: no EDNS. */
  readonly bufsize: number
  /** Number of requests. */
  readonly requests: number
  /** Of the request that was answered, else of the last one. */
  readonly fate: QueryFate
  /** Bytes of the answer. */
  readonly length?: number
  /** Whether the server cut it. */
  readonly tc?: boolean
}

/** Everything observed in a run of `udptool query`. */
export interface QueryFacts {
  readonly service: ServiceName
  /** How long a request waits for its answer. */
  readonly timeout: Nanos
  /** Number of questions to ask. */
  readonly count: number
  /** The precision of the real time of this host as the run reads it (RFC 5905 section 11.1, s.rho): for the error bound of `ntp.offset`. */
  readonly clockPrecision: Nanos
  readonly requests: readonly QueryRequest[]
  /** Further copies of answers. */
  readonly duplicates: number
  /** Datagrams from the target that answer no request. */
  readonly unmatched: number
  /** Datagrams from the target that are none of the protocol. */
  readonly malformed: number
  /** Why the last unmatched or malformed one is so, as a clause. */
  readonly why?: string
  /** Datagrams from other addresses. Undefined if they cannot be observed here. */
  readonly foreign?: number
  /** The first few addresses that they came from. */
  readonly foreignSources: readonly ForeignSource[]
  /** Which sizes of DNS answers arrive. Undefined: that was not asked. */
  readonly answerSizes?: readonly AnswerSize[]
  readonly interrupted: boolean
}
