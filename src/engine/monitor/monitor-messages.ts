import type { MessagePort } from 'node:worker_threads'
import type { Nanos } from '../../base/nanos.ts'
import type { IcmpError } from '../../facts/icmp.ts'
import type { EpochFacts, PathPlan } from '../../facts/path.ts'
import type { EngineFacts, RunFacts } from '../../facts/run.ts'
import type { ProberSockets } from '../port.ts'
import type { RunUpdate } from '../run-update.ts'
import type { EpochMemory } from './epoch-memory.ts'

/** The task of the thread of a monitor. */
export interface MonitorTask {
  readonly engine: EngineFacts
  /** Receives commands. */
  readonly commands: MessagePort
}

export type MonitorCommand =
  | { readonly kind: 'add'; readonly plan: PathPlan; readonly sockets: ProberSockets }
  | { readonly kind: 'remove'; readonly path: number }
  | { readonly kind: 'pause'; readonly isPaused: boolean }
  | { readonly kind: 'stop' }
  | { readonly kind: 'abandon' }

/** Counts of an epoch that are not in its `facts`. */
export type SlotCounts = Pick<EpochFacts, 'missed' | 'paused' | 'overdue'>

/** What the thread posts about a path, in order. */
export type PathMessage =
  | { readonly kind: 'opened'; readonly path: number; readonly port: number }
  | { readonly kind: 'failed'; readonly path: number; readonly message: string }
  | {
      readonly kind: 'began'
      readonly path: number
      readonly number: number
      readonly start: Nanos
      readonly run: number
      readonly memory: EpochMemory
      readonly startedAt: Nanos
      readonly epoch: RunFacts['epoch'] | undefined
      readonly counts: SlotCounts
    }
  /** The counters in its memory are new. */
  | {
      readonly kind: 'changed'
      readonly path: number
      readonly number: number
      readonly counts: SlotCounts
      /** Further ICMP errors. */
      readonly icmp: readonly IcmpError[]
    }
  | {
      readonly kind: 'closed'
      readonly path: number
      readonly number: number
      readonly counts: SlotCounts
      readonly run: RunUpdate
    }
  | { readonly kind: 'removed'; readonly path: number }
