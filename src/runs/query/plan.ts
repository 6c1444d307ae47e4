import type { Nanos } from '../../base/nanos.ts'
import type { Target } from '../../base/target.ts'
import type { Service } from '../../wire/services/service.ts'

/** The plan of a run of `udptool query`, with checked values in base units. */
export interface QueryPlan {
  readonly service: Service
  readonly target: Target
  readonly family?: 4 | 6
  /** Local address; port 0: each request leaves from a fresh port. */
  readonly bind?: Target
  /** How long a request waits for its answer. */
  readonly timeout: Nanos
  /** Further requests for a question without an answer. */
  readonly retries: number
  /** Questions, asked one after the other. */
  readonly count: number
  /** Answers to collect for each question. */
  readonly samples: number
  /** How long to wait for a name and an answer that are not there yet. 0: do not wait. */
  readonly waitFor: Nanos
  /** The effective options with defaults, for the document. */
  readonly options: Readonly<Record<string, unknown>>
}
