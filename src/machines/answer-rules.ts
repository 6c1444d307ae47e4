import type { DropReason } from '../facts/drop-reason.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { ServerFacts } from '../facts/server.ts'
import type { Codec } from './codec.ts'
import type { Datagram } from './datagram.ts'
import type { EvidenceWriter } from './evidence-writer.ts'
import type { Guard } from './guard.ts'
import type { Environment, Inbox } from './machine.ts'
import type { PeerCounts } from './peer-counts.ts'
import type { Peer } from './peer-table.ts'
import type { ReceiptsServer } from './receipts-server.ts'
import type { Run } from './run-memory.ts'

/** Returned instead of an answer's length: there is no answer. */
export const NO_ANSWER = -1

/**
 * How a protocol answers datagrams. The responder does what all protocols have in common: peers, counts, logs, delays, limits. An answer
 * overwrites its request.
 */
export interface AnswerRules {
  /** The run and sequence of the probe of the last answer; undefined: it answered no probe with receipts. */
  readonly run: Run | undefined
  readonly sequence: number
  /** Declared length of the probe of the last answer if its slot carries evidence; 0: it has none. */
  readonly declared: number
  /** TTL of the last answer; 0: this host's default. */
  readonly hops: number
  /** DSCP of the last answer; absent or 0: this host's default. Only for datagrams that are alone in their row. */
  readonly dscp?: number
  /** Whether the last answer is one to a receipts request. */
  readonly forReceipts: boolean
  /** Why the last datagram without an answer has none. */
  readonly reason: DropReason
  /** Answers a datagram. Returns the bytes of the answer, now in place of the datagram, or NO_ANSWER. */
  answer(datagram: Datagram, peer: Peer): number
  /**
   * Answers all datagrams of row `m` at once, in place and with their own lengths, if the peer may have any number of answers. Returns how
   * many; 0: they must be answered one by one.
   */
  answerPlain(inbox: Inbox, m: number): number
  /** Completes the `kept` bytes of answers at `at` that are sent in their row. */
  finish(bytes: Uint8Array, at: number, kept: number): void
  /** Whether the last answer, of `keep` bytes, cannot be sent in place of its request. */
  isDelayed(request: Datagram, keep: number, peer: Peer): boolean
  /** The last answer, of `keep` bytes at `at`, as it is sent if delayed: separately, so it may be longer than its request. */
  detach(bytes: Uint8Array, at: number, keep: number, peer: Peer): Uint8Array
  /** The engine's flow table evicted this flow: its number will belong to another peer. */
  evict?(flow: number): void
}

/** What the rules of a protocol work with. */
export interface RulesParts {
  readonly plan: ResponderPlan
  readonly facts: ServerFacts
  readonly environment: Environment
  readonly guard: Guard
  readonly counts: PeerCounts
  readonly receipts: ReceiptsServer
  readonly evidence: EvidenceWriter
  readonly codec: Codec
}
