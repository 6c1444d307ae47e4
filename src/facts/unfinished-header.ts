import { isObject } from '../base/json.ts'
import type { SocketFacts } from './host.ts'
import { ENGINE, EPOCH, isJournal, PLAN, SOCKETS } from './journal-header.ts'
import { list, moment, oneOf, port, shape } from './json-shape.ts'
import type { ProbePlan } from './plan.ts'
import type { RunFacts } from './run.ts'

/** The first line of the journal of a run that goes on: what is known at its beginning (docs/journal.md, While a run goes on). */
export interface UnfinishedHeader {
  readonly format: string
  readonly unfinished: true
  readonly plan: ProbePlan
  readonly engine: RunFacts['engine']
  /** The local port of each client; null: not known. */
  readonly ports: readonly (number | null)[]
  readonly epoch?: RunFacts['epoch']
  readonly startedAt: number
  readonly sockets?: SocketFacts
  readonly context: Readonly<Record<string, unknown>>
}

export function isUnfinishedHeader(value: unknown): value is UnfinishedHeader {
  if (!isJournal(value) || !UNFINISHED(value)) return false
  const { plan, ports } = value as UnfinishedHeader
  return plan.runs.length === plan.clients && ports.length === plan.clients
}

const UNFINISHED = shape(
  {
    unfinished: oneOf(true),
    plan: PLAN,
    engine: ENGINE,
    ports: list(value => value === null || port(value), 1),
    startedAt: moment,
    context: isObject,
  },
  { epoch: EPOCH, sockets: SOCKETS },
)
