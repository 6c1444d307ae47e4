import { toMs, type Nanos } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import { formatTarget, type Target } from '../../base/target.ts'
import { aboutOption, parseOptions } from '../../options/parse-options.ts'
import type { QueryExpectation } from '../../verdict/query/query-expectation.ts'
import type { ServiceName } from '../../wire/services/answers.ts'
import type { Service } from '../../wire/services/service.ts'
import { parseOneHost } from '../../options/target.ts'
import { COMMON_OPTIONS, expectOption, QUERY_PORTS, type QueryOptions } from './options.ts'
import { ASKERS, type SizedQuestion } from './presets.ts'

/** The plan of a run of `udptool query`, with checked values in base units. */
export interface QueryPlan {
  readonly preset: ServiceName
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
  /** Requests in one question, all of which are sent. */
  readonly samples: number
  /** How long to wait for a name and an answer that are not there yet. 0: do not wait. */
  readonly waitFor: Nanos
  /** The question with other limits for the size of its answer (dns). */
  readonly sized?: SizedQuestion
  readonly expectations: readonly QueryExpectation[]
  /** The effective options with defaults, for the document. */
  readonly options: Readonly<Record<string, unknown>>
}

/** Parses a target and options to a plan. Throws a `usage` error. */
export function planQuery<Preset extends ServiceName>(
  preset: Preset,
  to: string,
  raw: QueryOptions<Preset>,
): QueryPlan {
  const target = aboutOption('target', () => parseOneHost(to, 'the target', { defaultPort: QUERY_PORTS[preset] }))
  const { service, samples, sized, options: question } = ASKERS[preset](raw, target)
  const { timeout, retries, count, waitFor, bind } = parseOptions(COMMON_OPTIONS, raw)
  const { expect: expectations = [] } = parseOptions({ expect: expectOption(preset) }, { expect: raw.expect })
  return {
    preset,
    service,
    target,
    ...present({ family: raw.family, bind, sized }),
    timeout,
    retries,
    count,
    samples,
    waitFor: waitFor ?? 0,
    expectations,
    options: present({
      to: formatTarget(target),
      family: raw.family,
      ...question,
      timeoutMs: toMs(timeout),
      retries,
      count,
      waitForMs: waitFor === undefined || waitFor === 0 ? undefined : toMs(waitFor),
      bind: bind === undefined ? undefined : bind.port === 0 ? bind.host : formatTarget(bind),
      expect: expectations.map(({ expr }) => expr),
    }),
  }
}
