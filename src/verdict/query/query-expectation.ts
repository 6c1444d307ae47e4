import type { ServiceName } from '../../wire/services/answers.ts'
import { usage } from '../../base/error.ts'
import type { Operator } from '../expect/expectation.ts'

/** What an expectation demands of the value of its metric. Numbers are a count, nanoseconds or bytes. */
export type Demand =
  | { readonly kind: 'number'; readonly operator: Operator; readonly limit: number }
  | { readonly kind: 'text'; readonly operator: '==' | '!='; readonly text: string }
  | { readonly kind: 'pattern'; readonly operator: '=~' | '!~'; readonly pattern: RegExp }
  | { readonly kind: 'flag'; readonly value: boolean }

/** One parsed `--expect` of `udptool query`. */
export interface QueryExpectation {
  /** As written. */
  readonly expr: string
  readonly metric: string
  readonly demand: Demand
}

/**
 * Reads an expectation on the answer of a service: `METRIC OP VALUE`, `METRIC=~/REGEX/flags` or a bare METRIC. A usage error with a hint for
 * an unknown metric, a metric of another service, and a value or an operator that does not fit the type of the metric.
 */
export function parseQueryExpectation(text: string, service: ServiceName): QueryExpectation {
  throw usage(`${service}: ${text} cannot be read yet`)
}
