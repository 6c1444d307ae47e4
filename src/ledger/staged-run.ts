import type { RunFacts } from '../facts/run.ts'
import type { Tally } from './tally.ts'

/**
 * A run after a stage of its analysis. Each stage takes the value of the stage before it, which its name distinguishes from all others, so
 * stages in a wrong order do not compile. No stage changes the value that it takes.
 */
export interface StagedRun<Stage extends string> {
  readonly stage: Stage
  readonly facts: RunFacts
  readonly tally: Tally
}

/** What is known of receipts: every question answered and believed, none had, or not believed. */
export type ReceiptsKnown = 'whole' | 'none' | 'void'

/** What the counters of both ends say. */
export interface DropEvidence {
  /** Growth of the server socket's drop counter, without what its host dropped for another reason than a full buffer. */
  readonly server?: number
  /** Datagrams that one of these drops may stand for, where the server's socket takes trains whole. */
  readonly serverUnit?: number
  /** Growth of our own sockets' drop counters, summed. */
  readonly client?: number
  /** Of these, what full buffers did not take, at least: the counters count wrong checksums, too. */
  readonly clientBuffers?: number
  /** Probes without a reply that this host's own send queue may have dropped, at most. */
  readonly sendQueue?: number
  /** Not all of the server's drops are proved to be losses of this run, and losses are left that they may explain. */
  readonly shared: boolean
}

/** A run whose receipts were judged, and whose fates are refined step by step by evidence that speaks of numbers (docs/ledger.md, Evidence). */
export interface RefiningRun<Stage extends string> extends StagedRun<Stage> {
  readonly receipts: ReceiptsKnown
  readonly drops: DropEvidence
}
