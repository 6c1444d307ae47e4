import { evaluateAll, type Evaluation } from './expect/evaluate.ts'
import type { Expectation } from './expect/expectation.ts'
import type { Measured } from './expect/measured.ts'
import type { Result } from './result.ts'
import type { RunContext } from './run-context.ts'

/** The measurements of a run of probes or of messages. */
export interface MeasuredRun {
  readonly engine: Result['engine']
  readonly durationMs: number
  readonly interrupted: boolean
  /** Its journal was cut, so this may be only part of the run, and nothing is proved. */
  readonly isCut: boolean
  readonly measured: Measured
  /** Whether the run passes if it has no expectations. */
  readonly passesByDefault: boolean
  readonly figures: Omit<Result, CommonField>
  readonly warnings: Result['warnings']
}

/** Fields that come from the context and the verdict. */
type CommonField =
  | 'schema'
  | 'command'
  | 'tool'
  | 'host'
  | 'engine'
  | 'target'
  | 'options'
  | 'startedAt'
  | 'durationMs'
  | 'interrupted'
  | 'expectations'
  | 'verdict'
  | 'warnings'

/** Makes the Result document of a run, and its verdict. */
export function createDocument(expectations: readonly Expectation[], context: RunContext, run: MeasuredRun): Result {
  const { isCut } = run
  const checked = evaluateAll(expectations, run.measured).map(one => (isCut ? unproved(one) : one))
  const passed = !isCut && (checked.length === 0 ? run.passesByDefault : checked.every(one => one.passed))
  return {
    schema: 'udptool/result/1',
    command: context.command,
    tool: { name: 'udptool', version: context.version },
    host: context.host,
    engine: run.engine,
    target: { ...context.target, ...(context.targetName === undefined ? {} : { name: context.targetName }) },
    options: context.options,
    startedAt: context.startedAt,
    durationMs: run.durationMs,
    interrupted: run.interrupted,
    ...run.figures,
    expectations: checked.map(({ expr, actual, passed: held, reason }) => ({
      expr,
      passed: held,
      ...(actual === undefined ? {} : { actual }),
      ...(reason === undefined ? {} : { reason }),
    })),
    verdict: passed ? 'pass' : 'fail',
    warnings: run.warnings,
  }
}

/** A statement about part of a run need not hold for the whole run. */
function unproved(one: Evaluation): Evaluation {
  return one.passed ? { ...one, passed: false, reason: 'the journal was cut' } : one
}
