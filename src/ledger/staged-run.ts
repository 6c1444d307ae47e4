import type { RunFacts } from '../facts/run.ts'
import type { Tally } from './tally.ts'

/**
 * A run after a stage of its analysis. Each stage takes the value of the stage before it, which its name distinguishes from all others, so
 * stages in a wrong order do not compile. No stage changes its input.
 */
export interface StagedRun<Stage extends string> {
  readonly stage: Stage
  readonly facts: RunFacts
  readonly tally: Tally
}

/** State of the receipts: every request answered and believed, no answers, or not believed. */
export type ReceiptsKnown = 'whole' | 'none' | 'void'

/** Evidence from the drop counters of both ends. */
export interface DropEvidence {
  /** Growth of the server socket's drop counter, without drops by its host for another reason than a full buffer. */
  readonly server?: number
  /** Maximum number of datagrams that one of these drops may represent, if the server's socket receives whole trains. */
  readonly serverUnit?: number
  /** Growth of our own sockets' drop counters, summed. */
  readonly client?: number
  /** The minimum of these that full buffers dropped: the counters include wrong checksums. */
  readonly clientBuffers?: number
  /** Maximum number of probes without a reply that this host's own send queue may have dropped. */
  readonly sendQueue?: number
  /** Some of the server's drops are not proved to be losses of this run, and there are losses left that they may explain. */
  readonly shared: boolean
}

/** A run with judged receipts, whose fates are refined step by step by evidence about numbers (docs/ledger.md, Evidence). */
export interface RefiningRun<Stage extends string> extends StagedRun<Stage> {
  readonly receipts: ReceiptsKnown
  readonly drops: DropEvidence
}
