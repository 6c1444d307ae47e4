import { evaluateAll, type Evaluation } from './expect/evaluate.ts'
import type { Expectation } from './expect/expectation.ts'
import type { Measured } from './expect/measured.ts'
import type { Result } from './result.ts'
import type { RunContext } from './run-context.ts'

/** What a run has measured: of probes or of messages. */
export interface MeasuredRun {
  readonly engine: Result['engine']
  readonly durationMs: number
  readonly interrupted: boolean
  /** Its journal was cut, so this may be part of a run, and nothing is proved. */
  readonly isCut: boolean
  /** What expectations ask of it. */
  readonly measured: Measured
  /** It passes without expectations. */
  readonly cameBack: boolean
  readonly figures: Omit<Result, CommonField>
  readonly warnings: Result['warnings']
}

/** What the context and the verdict give. */
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
  const passed = !isCut && (checked.length === 0 ? run.cameBack : checked.every(one => one.passed))
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

/** What holds of part of a run need not hold of the run. */
function unproved(one: Evaluation): Evaluation {
  return one.passed ? { ...one, passed: false, reason: 'the journal was cut' } : one
}
