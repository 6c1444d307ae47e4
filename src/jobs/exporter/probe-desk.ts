import type { Nanos } from '../../base/nanos.ts'
import type { Target } from '../../base/target.ts'
import type { ProbeOutcome } from '../../verdict/probe-outcome.ts'
import type { Log } from '../log.ts'
import type { ModuleConfig, ProbeRules } from '../monitor/config-plan.ts'

/** A request of `/probe`. */
export interface ProbeRequest {
  /** The parameters as they came. Null: there is none. */
  readonly target: string | null
  readonly module: string | null
  /** `debug=true`: the answer is the log of the run. */
  readonly isDebug: boolean
  /** Scrape timeout in seconds, of the header `X-Prometheus-Scrape-Timeout-Seconds`. NaN: it has no number. Absent: there is no header. */
  readonly timeout?: number
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}

/** An answer of `/probe`. */
export interface ProbeAnswer {
  readonly status: number
  /** Content-Type. */
  readonly type: string
  readonly body: string
}

/** Renders what became of a probe. */
export interface ProbeTexts {
  /** Text format of Prometheus. */
  metrics(outcome: ProbeOutcome): string
  /** For people: steps, the report of the run, the metrics and the settings of the module. */
  log(outcome: ProbeOutcome): string
}

/** What `/probe` may do at present. */
export interface ProbeConfig {
  readonly modules: ReadonlyMap<string, ModuleConfig>
  readonly probe: ProbeRules
}

export interface ProbeDeskPlan {
  /** The present configuration. It is asked for each request, so that a reload holds at once. */
  readonly config: () => ProbeConfig
  /** Targets of the groups at present. Without `probe.allow` they are the allowed ones. */
  readonly targets: () => readonly Target[]
  /** Time that an answer needs to reach the server that scrapes: `--timeout-offset`. */
  readonly timeoutOffset: Nanos
  readonly texts: ProbeTexts
  readonly log: Log
}

/** A run of `/probe` that has ended. */
export interface RecentProbe {
  readonly id: number
  /** When the request came, ms since 1970. */
  readonly at: number
  readonly target: string
  readonly module: string
  readonly isSuccess: boolean
  readonly durationMs: number
  /** Why there was no Result. */
  readonly failure?: string
}

/** Answers of `/probe` since the start. */
export interface ProbeCounts {
  /** By module and HTTP status. `module` is empty if there is none of this name. A client that went away has 499. */
  readonly requests: readonly { readonly module: string; readonly code: number; readonly count: number }[]
  readonly moduleUnknown: number
}

/** Answers requests of `/probe`: checks them, and runs the module once for the target (docs/exporter.md). */
export class ProbeDesk {
  readonly #plan: ProbeDeskPlan

  constructor(plan: ProbeDeskPlan) {
    this.#plan = plan
  }

  /** Resolves with the answer when the run is over. Never rejects. */
  async probe(request: ProbeRequest): Promise<ProbeAnswer> {
    this.#plan.log('debug', 'probe', { target: request.target ?? '', module: request.module ?? '' })
    return Promise.resolve({ status: 503, type: 'text/plain; charset=utf-8', body: 'Probes cannot be run yet\n' })
  }

  /** The last 100 runs, the newest first. */
  get recent(): readonly RecentProbe[] {
    return []
  }

  /** The log of one of the recent runs. */
  log(id: number): string | undefined {
    return id < 0 ? '' : undefined
  }

  get counts(): ProbeCounts {
    return { requests: [], moduleUnknown: 0 }
  }

  /** Stops all runs, and resolves when they have ended. */
  async close(): Promise<void> {
    await Promise.resolve()
  }
}
