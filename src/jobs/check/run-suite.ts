import type { RunFacts } from '../../facts/run.ts'
import type { ProbeRow } from '../../verdict/probe-row.ts'
import { createSuite, type Suite, type SuiteCheck } from '../../verdict/suite/suite.ts'
import { describeHost } from '../../runs/host.ts'
import { readVersion } from '../../runs/version.ts'
import type { RoundHooks } from '../size-rounds.ts'
import { notRun, runCheck, type RunCheck } from './run-check.ts'
import type { PlannedCheck } from './planned-check.ts'
import type { SuitePlan } from './suite-plan.ts'

/** A check in progress. */
interface RunningCheck {
  readonly name: string
  /** Number of probes to schedule, if it is known. */
  readonly total: number | undefined
  readonly facts: RunFacts | undefined
}

/** A suite in progress. */
export interface SuiteProgress {
  readonly total: number
  readonly done: readonly SuiteCheck[]
  readonly running: readonly RunningCheck[]
}

export interface SuiteHooks {
  /** Interrupts the suite like the first Ctrl-C: the document is still made, with `interrupted`. */
  readonly signal?: AbortSignal
  /** Called when a check starts or ends, and ten times a second while one runs. */
  readonly onProgress?: (progress: SuiteProgress) => void
  /** Called with the name of a check that starts. */
  readonly onCheck?: (name: string) => CheckObserver
}

/** Follows the runs of one check. A further attempt of `retryFor` is another run. */
export interface CheckObserver extends Pick<RoundHooks, 'onProgress' | 'onRound'> {
  readonly onEnd: () => void
}

/** A finished suite. */
export interface SuiteRun {
  readonly suite: Suite
  /** The probes of a check. Undefined if it did not run, did not keep them (`summary`), or has none. */
  readonly probes: (id: string) => Iterable<ProbeRow> | undefined
}

/** Runs the checks of a file in order, `parallel` at a time. */
export async function runSuite(plan: SuitePlan, hooks: SuiteHooks = {}): Promise<SuiteRun> {
  const startedAt = new Date().toISOString()
  const start = performance.now()
  const { checks } = plan
  const done = new Map<PlannedCheck, RunCheck>()
  const running = new Map<PlannedCheck, RunningCheck>()
  const tell = (): void =>
    hooks.onProgress?.({
      total: checks.length,
      done: [...done.values()].map(({ check }) => check),
      running: [...running.values()],
    })
  const waiting = checks.values()
  const lane = async (): Promise<void> => {
    for (const planned of waiting) {
      if (hooks.signal?.aborted === true) return
      const { name, plan: run } = planned
      const show = (facts: RunFacts | undefined): void => {
        running.set(planned, { name, total: run.total, facts })
        tell()
      }
      show(undefined)
      const observer = hooks.onCheck?.(name)
      const finished = await runCheck(planned, {
        signal: hooks.signal,
        onProgress(facts, now) {
          observer?.onProgress?.(facts, now)
          show(facts)
        },
        ...(observer?.onRound === undefined ? {} : { onRound: observer.onRound }),
      })
      observer?.onEnd()
      running.delete(planned)
      done.set(planned, finished)
      tell()
    }
  }
  await Promise.all(Array.from({ length: Math.min(plan.parallel, checks.length) }, lane))
  const suite = createSuite(
    {
      command: 'check',
      tool: { name: 'udptool', version: readVersion() },
      host: describeHost(),
      file: plan.file,
      startedAt,
      durationMs: performance.now() - start,
      interrupted: hooks.signal?.aborted === true,
    },
    checks.map(planned => done.get(planned)?.check ?? notRun(planned)),
  )
  const outcomes = new Map([...done].map(([{ id }, { outcome }]) => [id, outcome]))
  return { suite, probes: id => outcomes.get(id)?.probes?.() }
}
