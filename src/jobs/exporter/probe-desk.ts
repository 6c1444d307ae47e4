import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import { quoted } from '../../base/quoted.ts'
import { parseTarget, type Target } from '../../base/target.ts'
import { messageOf } from '../../base/thrown.ts'
import { startTimer } from '../../engine/long-timer.ts'
import { lookUp } from '../../engine/resolve.ts'
import type { EngineChoice } from '../../options/engine.ts'
import type { ProbeOutcome } from '../../verdict/probe-outcome.ts'
import type { RecentProbe } from '../../verdict/recent-probe.ts'
import type { Log } from '../log.ts'
import type { ModuleConfig, ProbeRules } from '../monitor/config-plan.ts'
import { RUN_KINDS } from '../run-kind.ts'
import { allowTargets, parseAllowList, type AllowList } from './allow-list.ts'
import { ProbeHistory } from './probe-history.ts'
import type { ProbeSurroundings } from './probe-run.ts'
import { timeBudget } from './probe-time.ts'
import { METRICS, TEXT } from '../../http/content-type.ts'
import { SharedProbes, type ProbeTextPair } from './shared-probes.ts'

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
  /** Of modules that name none. */
  readonly engine: EngineChoice
  readonly texts: ProbeTexts
  readonly log: Log
}

/** Answers of `/probe` since the start. */
export interface ProbeCounts {
  /** By module and HTTP status. `module` is empty if there is none of this name. A client that went away has 499. */
  readonly requests: readonly { readonly module: string; readonly code: number; readonly count: number }[]
  readonly moduleUnknown: number
}

/** nginx counts requests whose client went away under this status. Nobody receives it. */
const CLIENT_GONE = 499

const REAL: ProbeSurroundings = {
  startTimer,
  elapsed: () => Math.round(performance.now() * MILLISECOND),
  now: Date.now,
  lookup: lookUp,
  kinds: RUN_KINDS,
}

/** A request that is refused, and why. */
class Refusal extends Error {
  readonly status: number

  constructor(status: number, why: string) {
    super(why)
    this.status = status
  }
}

/** Answers requests of `/probe`: checks them, and runs the module once for the target (docs/exporter.md). */
export class ProbeDesk {
  readonly #plan: ProbeDeskPlan
  readonly #surroundings: ProbeSurroundings
  readonly #probes: SharedProbes
  readonly #history = new ProbeHistory()
  readonly #requests = new Map<string, { module: string; code: number; count: number }>()
  #moduleUnknown = 0

  constructor(plan: ProbeDeskPlan, surroundings: ProbeSurroundings = REAL) {
    this.#plan = plan
    this.#surroundings = surroundings
    this.#probes = new SharedProbes(surroundings, outcome => this.#render(outcome))
  }

  /** Resolves with the answer when the run is over. */
  async probe(request: ProbeRequest): Promise<ProbeAnswer> {
    const { modules } = this.#plan.config()
    const module = modules.get(request.module ?? '')?.name ?? ''
    const answer = await this.#answer(request)
    const key = JSON.stringify([module, answer.status])
    const counted = this.#requests.get(key) ?? { module, code: answer.status, count: 0 }
    counted.count += 1
    this.#requests.set(key, counted)
    return answer
  }

  /** The last 100 runs, the newest first. */
  get recent(): readonly RecentProbe[] {
    return this.#history.recent
  }

  /** The log of one of the recent runs. */
  log(id: number): string | undefined {
    return this.#history.log(id)
  }

  get counts(): ProbeCounts {
    return { requests: [...this.#requests.values()], moduleUnknown: this.#moduleUnknown }
  }

  /** Stops all runs, and resolves when they have ended. */
  async close(): Promise<void> {
    await this.#probes.close()
  }

  async #answer(request: ProbeRequest): Promise<ProbeAnswer> {
    try {
      const { log, metrics } = await this.#texts(request)
      return request.isDebug ? { status: 200, type: TEXT, body: log } : { status: 200, type: METRICS, body: metrics }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const fields = { target: request.target ?? '', module: request.module ?? '', status: error.status }
      this.#plan.log('debug', 'probe refused', { ...fields, reason: error.message })
      return { status: error.status, type: TEXT, body: `${error.message}\n` }
    }
  }

  /** Throws a `Refusal`. */
  async #texts(request: ProbeRequest): Promise<ProbeTextPair> {
    const startedAt = this.#surroundings.elapsed()
    const { modules, probe: rules } = this.#plan.config()
    const module = this.#module(request, modules, rules)
    const target = targetOf(request)
    const { timeout, signal } = request
    if (timeout !== undefined && !(timeout > 0 && timeout < Infinity))
      throw new Refusal(400, 'The header X-Prometheus-Scrape-Timeout-Seconds has no positive number')
    const allow = this.#allowList(rules)
    if (!allow.mayAllow(target)) throw notAllowed(target)
    const budget = timeBudget(timeout, this.#plan.timeoutOffset)
    const written = request.target ?? ''
    const { engine } = this.#plan
    const end = await this.#probes.probe({ written, target, module, allow, engine, startedAt, budget }, rules, signal)
    if (end.kind === 'notAllowed') throw notAllowed(target)
    if (end.kind === 'gone') throw new Refusal(CLIENT_GONE, 'The client went away')
    if (end.kind === 'busy') throw new Refusal(503, end.why)
    return end.texts
  }

  #module(
    { module: name }: ProbeRequest,
    modules: ProbeConfig['modules'],
    { modules: open }: ProbeRules,
  ): ModuleConfig {
    if (name === null || name === '') throw new Refusal(400, 'The parameter module is missing')
    const module = modules.get(name)
    if (module === undefined) {
      this.#moduleUnknown += 1
      throw new Refusal(400, `There is no module ${quoted(name)}`)
    }
    if (open?.includes(name) === false) throw new Refusal(403, `The module ${quoted(name)} is not in probe.modules`)
    return module
  }

  #allowList({ allow }: ProbeRules): AllowList {
    return allow === undefined ? allowTargets(this.#plan.targets()) : parseAllowList(allow, 'probe.allow')
  }

  /** The texts of a run, which all its requests get. They go into the history too. */
  #render(outcome: ProbeOutcome): ProbeTextPair {
    const { texts, log } = this.#plan
    const rendered = { metrics: texts.metrics(outcome), log: texts.log(outcome) }
    const { target, module, isSuccess, durationSeconds, failure, startedAt } = outcome
    this.#history.add(
      {
        at: Date.parse(startedAt),
        target,
        module: module.name,
        isSuccess,
        durationMs: durationSeconds * 1000,
        ...(failure === undefined ? {} : { failure }),
      },
      rendered.log,
    )
    log('debug', isSuccess ? 'probe succeeded' : 'probe failed', {
      target,
      module: module.name,
      seconds: durationSeconds,
      ...(failure === undefined ? {} : { reason: failure }),
    })
    return rendered
  }
}

function targetOf({ target }: ProbeRequest): Target {
  if (target === null || target === '') throw new Refusal(400, 'The parameter target is missing')
  try {
    return parseTarget(target)
  } catch (error) {
    throw new Refusal(400, messageOf(error))
  }
}

function notAllowed({ host, port }: Target): Refusal {
  return new Refusal(403, `The target ${quoted(`${host}:${port}`)} is not allowed: see probe.allow in docs/exporter.md`)
}
