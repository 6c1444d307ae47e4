import { quoted } from '../../base/quoted.ts'
import type { ServiceName } from '../../wire/services/answers.ts'
import { invalidExpectation, unknownMetric } from '../expect/invalid-expectation.ts'
import { type Demand, readDemand } from './demand.ts'
import { metricsOf, QUERY_METRICS } from './metrics.ts'

/** One parsed `--expect` of `udptool query`. */
export interface QueryExpectation {
  /** As written, without white space before it; behind it only where it is part of a text. */
  readonly expr: string
  readonly metric: string
  readonly demand: Demand
}

/** The name at the start of an expectation. */
const METRIC = /^[\p{L}\p{N}_.()-]+/u
const EXAMPLES = 'write reply=~/PONG/ or rtt<50ms'

/**
 * Reads an expectation on the answer of a service: `METRIC OP VALUE`, `METRIC=~/REGEX/flags` or a bare METRIC. A usage error with a hint for
 * an unknown metric, a metric of another service, and a value or an operator that does not fit the type of the metric.
 */
export function parseQueryExpectation(text: string, service: ServiceName): QueryExpectation {
  const written = text.trimStart()
  const [name] = METRIC.exec(written) ?? []
  if (name === undefined) {
    throw invalidExpectation(written.trimEnd(), 'it is not a metric, an operator and a value', EXAMPLES)
  }
  const metric = QUERY_METRICS.get(name)
  const expr = written.trimEnd()
  if (metric === undefined) throw noSuchMetric(expr, name, service)
  if (metric.service !== undefined && metric.service !== service)
    throw otherService(expr, name, metric.service, service)
  // White space at the end is part of a text that is compared.
  const demand = readDemand(name, metric.type, written.slice(name.length), expr)
  return { expr: metric.type === 'text' && demand.kind === 'text' ? written : expr, metric: name, demand }
}

/** The metric of an expectation, also of a saved one that this version cannot read. */
export function metricOf(expr: string): string {
  return METRIC.exec(expr.trimStart())?.[0] ?? ''
}

function noSuchMetric(expr: string, metric: string, service: ServiceName): Error {
  // Elsewhere `rtt` is a distribution; here it is a single value.
  if (metric.startsWith('rtt.')) {
    const hint = 'write rtt<50ms: here rtt is one value, the longest round trip'
    return invalidExpectation(expr, `there is no metric ${quoted(metric)}`, hint)
  }
  return unknownMetric(expr, metric, metricsOf(service))
}

function otherService(expr: string, metric: string, owner: ServiceName, service: ServiceName): Error {
  return invalidExpectation(
    expr,
    `${metric} is a metric of ${owner}, not of ${service}`,
    `use one of ${metricsOf(service).join(', ')}`,
  )
}
