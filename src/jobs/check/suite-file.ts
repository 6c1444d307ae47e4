import { z } from 'zod'
import { parseCount } from '../../base/count.ts'
import { parseTarget } from '../../base/target.ts'
import { ANSWER_OPTIONS } from '../../runs/echo/options.ts'
import type { AllowedFiles } from '../allowed-files.ts'
import type { Values } from '../file-options.ts'
import { shapeMistakes } from '../mistake.ts'
import type { InputSource, Path } from '../place.ts'
import { checkKeys } from './check-mistakes.ts'
import { withEnvironment, type Environment } from './environment.ts'
import { FileMistakes } from './file-mistakes.ts'
import { HEAD_SHAPE } from './file-schema.ts'
import { Secrets } from './secrets.ts'

/** One file of a suite, with its checks as written. */
export interface SuiteFile {
  readonly source: InputSource
  readonly fence: AllowedFiles
  readonly secrets: Secrets
  readonly mistakes: FileMistakes
  readonly include: readonly string[]
  readonly targets: Readonly<Record<string, string>>
  readonly parallel: number
  readonly defaults: Values
  readonly checks: readonly unknown[]
}

const HEAD = z.strictObject(
  {
    ...HEAD_SHAPE,
    checks: z.array(z.unknown(), { error: 'it is a list of checks' }).min(1, { error: 'it has no check' }).optional(),
  },
  { error: 'a check file has a list of checks' },
)

/** Reads everything but the checks. What is wrong is in `mistakes`. */
export function readSuiteFile(source: InputSource, fence: AllowedFiles, environment: Environment): SuiteFile {
  const expanded = withEnvironment(source.value, environment)
  const { value } = expanded
  const secrets = new Secrets(expanded.secrets)
  const mistakes = new FileMistakes(source, secrets)
  mistakes.add(...expanded.mistakes)
  const head = HEAD.safeParse(value)
  if (!head.success) {
    const defaults = Object.keys(HEAD_SHAPE.defaults.unwrap().shape)
    const keysAt = ([key]: Path): readonly string[] =>
      key === undefined ? Object.keys(HEAD.shape) : key === 'defaults' ? defaults : Object.keys(ANSWER_OPTIONS)
    mistakes.add(...shapeMistakes(head.error, [], value, checkKeys(keysAt)))
  }
  const { include = [], targets = {}, parallel = 1, defaults = {}, checks } = head.data ?? {}
  if (head.success && checks === undefined && include.length === 0 && Object.keys(targets).length === 0)
    mistakes.add({ path: [], message: 'checks is missing', hint: 'write checks: …' })
  const known = Object.entries(targets).filter(
    ([name, target]) => mistakes.reading(['targets', name], () => parseTarget(target, name)) !== undefined,
  )
  return {
    source,
    fence,
    secrets,
    mistakes,
    include: [include].flat(),
    targets: Object.fromEntries(known),
    parallel: mistakes.reading(['parallel'], () => parseCount(parallel, 'parallel', { min: 1, max: 64 })) ?? 1,
    defaults,
    checks: checks ?? [],
  }
}
