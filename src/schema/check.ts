import { z } from 'zod'
import { querySchema } from './query.ts'
import { resultSchema } from './result.ts'

/**
 * The single source of the suite document of `udptool check --json`: its TypeScript type (`verdict/suite.ts`) and the JSON Schema in the
 * package are made from it. Times are milliseconds. Unobserved values are absent.
 */
const count = z.int().min(0)

const place = z
  .strictObject({ file: z.string(), line: z.int().min(1), column: z.int().min(1) })
  .describe('Where the check is written, lines and columns from 1.')

const check = z.strictObject({
  id: z.string().describe('Unique in the suite.'),
  name: z.string(),
  expected: z.string(),
  observed: z.string(),
  verdict: z
    .enum(['pass', 'warn', 'fail', 'error', 'skipped'])
    .describe('`warn`: an expectation failed, but the level is `warn`. `error`: it could not run.'),
  reason: z.string().optional().describe('Why it did not pass.'),
  attention: z
    .string()
    .optional()
    .describe(
      'Why a passed check needs attention: probes did not come back whole, and it has no expectation about that.',
    ),
  level: z.enum(['error', 'warn']).describe('The effect of a failure on the suite: `warn` never fails it.'),
  tags: z.array(z.string()),
  target: z.string().optional().describe('As given in the check; absent if the check has embedded servers.'),
  place: place.optional(),
  attempts: count.describe('How often it was run (`retryFor`); 0 where it was not.'),
  startedAt: z.string().optional().describe('ISO 8601, UTC; absent where it was not run.'),
  durationMs: z.number().optional().describe('All attempts together; absent where it was not run.'),
  result: resultSchema.optional().describe('Of the last attempt.'),
  query: querySchema.optional().describe('Of the last attempt, if the check asks a UDP service (`run: message`).'),
})

export const checkSchema = z
  .strictObject({
    schema: z.literal('udptool/check/1'),
    command: z.string().describe('`check`, or the command of a lone Result that is shown as a suite of one.'),
    tool: z.strictObject({ name: z.literal('udptool'), version: z.string() }),
    host: z.strictObject({ os: z.string(), kernel: z.string(), node: z.string(), cpus: count }),
    file: z.string().optional().describe('The check file; absent for the embedded suite.'),
    startedAt: z.string().describe('ISO 8601, UTC.'),
    durationMs: z.number(),
    interrupted: z.boolean(),
    checks: z.array(check),
    passed: count,
    warned: count,
    failed: count,
    errors: count.describe('Checks that could not run.'),
    skipped: count,
    verdict: z
      .enum(['pass', 'fail', 'error'])
      .describe(
        '`fail`: a check of level `error` failed. `error`: none failed, but one of level `error` or none at all could run, or the suite was interrupted.',
      ),
  })
  .describe('A suite of checks.')
