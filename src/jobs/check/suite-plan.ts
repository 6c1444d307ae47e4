import { AllowedFiles } from '../allowed-files.ts'
import type { InputSource } from '../place.ts'
import { CheckReader } from './check-reader.ts'
import type { Environment } from './environment.ts'
import { throwMistakes } from './file-mistakes.ts'
import type { PlannedCheck } from './planned-check.ts'
import { readSuiteFiles } from './suite-files.ts'
import { SuiteNames } from './suite-names.ts'

/** A validated check file. */
export interface SuitePlan {
  readonly file: string
  /** Number of checks that run at the same time. */
  readonly parallel: number
  readonly checks: readonly PlannedCheck[]
}

/** What a check file may use besides itself. */
export interface SuiteSurroundings {
  /** Allow files outside its folder. */
  readonly allowFiles?: boolean
  /** The variables of `${env:NAME}`. Default: those of this process. */
  readonly environment?: Environment
}

/**
 * Validates a check file and the files that it includes. Throws a `usage` error with the place of the first mistake, the value, and the likely
 * correction.
 */
export function planSuite(
  source: InputSource,
  { allowFiles = false, environment = process.env }: SuiteSurroundings = {},
): SuitePlan {
  const fence = new AllowedFiles(source.file, 'check file', allowFiles || source.isProgram === true)
  const files = readSuiteFiles(source, fence, environment)
  const mistakes = files.map(file => file.mistakes)
  throwMistakes(mistakes)
  const names = new SuiteNames(files)
  const checks = files.flatMap(file => new CheckReader(file, names).read())
  const own = files.at(-1)
  if (files.every(file => file.checks.length === 0)) own?.mistakes.add(NO_CHECK)
  throwMistakes(mistakes)
  return { file: source.file, parallel: own?.parallel ?? 1, checks }
}

const NO_CHECK = { path: [], message: 'the file has no check', hint: 'write checks: …' } as const
