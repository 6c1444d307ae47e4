import { formatAddress, type Address } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { MILLISECOND, SECOND, type Nanos } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import type { Target } from '../../base/target.ts'
import { messageOf } from '../../base/thrown.ts'
import type { LongTimer } from '../../engine/long-timer.ts'
import { resolveHost, type Lookup } from '../../engine/resolve.ts'
import { lastHopLimit } from '../../facts/reply-hop-limit.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { EngineChoice } from '../../options/engine.ts'
import type { ProbeOutcome, ProbeStep } from '../../verdict/probe-outcome.ts'
import type { Result } from '../../verdict/result.ts'
import type { ModuleConfig } from '../monitor/config-plan.ts'
import type { RoundHooks } from '../size-rounds.ts'
import { checkedAddress, type AllowList } from './allow-list.ts'
import { versionOf } from './ip-version.ts'
import { fitRun, type FittedRun } from './probe-time.ts'

/** A kind of run, as far as a probe needs it: `RUN_KINDS`. */
interface ProbeKind {
  readonly plan: (raw: Readonly<Record<string, unknown>>) => {
    readonly run: (target: Target, hooks: RoundHooks) => Promise<FinishedRun>
  }
}

interface FinishedRun {
  readonly result: Result
  readonly facts: Pick<RunFacts, 'probes'>
}

/** What probes need from their surroundings. */
export interface ProbeSurroundings {
  readonly startTimer: (callback: () => void, duration: Nanos) => LongTimer
  /** Monotonic time, that of `performance.now()`. */
  readonly elapsed: () => Nanos
  /** Time of day, ms since 1970. */
  readonly now: () => number
  readonly lookup: Lookup
  readonly kinds: ReadonlyMap<string, ProbeKind>
}

/** An allowed run. */
export interface WantedProbe {
  /** As requested. */
  readonly written: string
  readonly target: Target
  readonly module: ModuleConfig
  readonly allow: AllowList
  readonly engine: EngineChoice
  /** When the request came, and how long the run may take from then on. */
  readonly startedAt: Nanos
  readonly budget: Nanos
}

/** A run that no address of the name is allowed for. */
export const NOT_ALLOWED = 'notAllowed'

/** A probe in progress. */
export interface ProbeInProgress {
  /** By the end of its time, also if the run goes on. */
  readonly outcome: Promise<ProbeOutcome | typeof NOT_ALLOWED>
  /** Resolves when nothing is sent or resolved any more. Never rejects. */
  readonly ended: Promise<void>
}

/** Resolves the target, checks the address, and runs the module once. The signal interrupts it. */
export function startProbe(wanted: WantedProbe, surroundings: ProbeSurroundings, signal: AbortSignal): ProbeInProgress {
  return new Probe(wanted, surroundings, signal).start()
}

class Probe {
  readonly #wanted: WantedProbe
  readonly #surroundings: ProbeSurroundings
  readonly #signal: AbortSignal
  readonly #steps: ProbeStep[] = []
  readonly #startedAt: string
  #facts: Pick<ProbeOutcome, 'lookupSeconds' | 'address'> = {}
  #isOver = false

  constructor(wanted: WantedProbe, surroundings: ProbeSurroundings, signal: AbortSignal) {
    this.#wanted = wanted
    this.#surroundings = surroundings
    this.#signal = signal
    this.#startedAt = new Date(surroundings.now()).toISOString()
  }

  start(): ProbeInProgress {
    const work = this.#work()
    const ended = Promise.allSettled([work]).then(() => undefined)
    const outcome = new Promise<ProbeOutcome | typeof NOT_ALLOWED>((resolve, reject) => {
      const finish = (value: ProbeOutcome | typeof NOT_ALLOWED): void => {
        this.#isOver = true
        deadline.cancel()
        resolve(value)
      }
      const why = (): string =>
        this.#facts.address === undefined ? 'the name was not resolved' : 'the run did not end'
      const deadline = this.#surroundings.startTimer(() => finish(this.#failed(`${why()} in time`)), this.#left())
      // A lookup cannot be cancelled, so it is not waited for.
      this.#signal.addEventListener('abort', () => {
        if (this.#facts.address === undefined) finish(this.#failed('interrupted before the name was resolved'))
      })
      work.then(finish, reject)
    })
    return { outcome, ended }
  }

  async #work(): Promise<ProbeOutcome | typeof NOT_ALLOWED> {
    const { target, module, allow, written } = this.#wanted
    const { lookup, elapsed } = this.#surroundings
    this.#note(`resolve ${target.host}`)
    const began = elapsed()
    const addresses = await resolveHost(target.host, versionOf(module.options), lookup).catch(sentenceOf)
    this.#facts = { lookupSeconds: (elapsed() - began) / SECOND }
    if (typeof addresses === 'string') return this.#failed(addresses)
    const allowed = addresses.filter(({ address }) => allow.allows(target, address))
    this.#note(`${target.host} has ${addresses.map(({ address }) => address).join(', ')}`)
    const [first] = allowed
    if (first === undefined) return NOT_ALLOWED
    const ignored = addresses.length - allowed.length
    if (ignored > 0) this.#note(`${ignored} of these addresses are not allowed for ${written}`)
    const address = checkedAddress(first.address)
    const at: Address = { address, port: target.port, family: address.includes(':') ? 'udp6' : 'udp4' }
    this.#facts = { ...this.#facts, address: at }
    return this.#isOver || this.#signal.aborted ? this.#failed('interrupted before the run began') : this.#run(at)
  }

  async #run(at: Address): Promise<ProbeOutcome> {
    const { module, engine } = this.#wanted
    const { startTimer, elapsed, kinds } = this.#surroundings
    const stop = new AbortController()
    const onAbort = (): void => stop.abort()
    this.#signal.addEventListener('abort', onAbort)
    let stopTimer: LongTimer | undefined
    let isStopped = false
    try {
      const kind = kinds.get(module.run)
      if (kind === undefined) throw new RangeError(`no run is called ${module.run}`)
      const fitted = fitRun(module.run, module.options, this.#left())
      if (module.run !== 'send')
        stopTimer = startTimer(() => {
          isStopped = true
          this.#note('the time of the search is over: interrupt it')
          stop.abort()
        }, fitted.stopAfter)
      this.#note(`start ${module.run} to ${formatAddress(at)}`)
      const target = { host: at.address, port: at.port }
      const deadline = (elapsed() + fitted.closeAfter) / MILLISECOND
      const plan = kind.plan({ engine, ...fitted.options, to: formatAddress(at) })
      const finished = await plan.run(target, { signal: stop.signal, deadline })
      return this.#ended(finished, isStopped || isShort(finished.result, fitted))
    } catch (error) {
      return this.#failed(sentenceOf(error))
    } finally {
      stopTimer?.cancel()
      this.#signal.removeEventListener('abort', onAbort)
    }
  }

  #ended({ result, facts }: FinishedRun, isShortened: boolean): ProbeOutcome {
    const { scheduled, replies } = result.ledger
    this.#note(`the run has ended: ${replies} of ${scheduled} probes answered, verdict ${result.verdict}`)
    if (isShortened) this.#note('it was shortened, so that it ends in time')
    const isSuccess = result.verdict === 'pass'
    return { ...this.#common(), result, ...present({ hopLimit: lastHopLimit(facts.probes) }), isShortened, isSuccess }
  }

  #failed(failure: string): ProbeOutcome {
    this.#note(failure)
    return { ...this.#common(), failure, isShortened: false, isSuccess: false }
  }

  #common(): Omit<ProbeOutcome, 'isShortened' | 'isSuccess'> {
    const { written, module, startedAt, budget } = this.#wanted
    const { name, run, settings } = module
    return {
      target: written,
      module: { name, run, settings },
      startedAt: this.#startedAt,
      durationSeconds: (this.#surroundings.elapsed() - startedAt) / SECOND,
      timeoutSeconds: budget / SECOND,
      steps: [...this.#steps],
      ...present(this.#facts),
    }
  }

  /** Time that is left of the budget. */
  #left(): Nanos {
    const { startedAt, budget } = this.#wanted
    return Math.max(0, startedAt + budget - this.#surroundings.elapsed())
  }

  #note(message: string): void {
    const at = (this.#surroundings.elapsed() - this.#wanted.startedAt) / SECOND
    this.#steps.push({ at, message })
  }
}

function isShort({ ledger: { scheduled } }: Result, { wanted = 0, isCut }: FittedRun): boolean {
  return isCut || scheduled < wanted
}

function sentenceOf(error: unknown): string {
  const hint = error instanceof UdptoolError && error.hint !== undefined ? ` (${error.hint})` : ''
  return `${messageOf(error)}${hint}`
}
