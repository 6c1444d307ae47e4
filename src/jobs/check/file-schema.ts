import { z } from 'zod'
import { ANSWER_OPTIONS } from '../../runs/echo/options.ts'
import { fileOptions } from '../file-options.ts'
import { optionShape, oneText, oneValue, sizesShape, textsShape } from '../option-shape.ts'
import { DEFAULT_RUN, RUN_KINDS, type RunKind } from '../run-kind.ts'

/** The schema of a check file, made from the option tables, so that a check takes what `send` takes. */
const serve = z
  .strictObject(optionShape(ANSWER_OPTIONS), { error: 'it is a list of keys, as { mode: echo }' })
  .describe('Instead of `target`: a server for this check alone, on a free port of loopback.')

/** Keys of every check and of the defaults. */
const COMMON = {
  target: oneText.optional().describe('host:port, [v6]:port or host, or a name from `targets`.'),
  serve: serve.optional(),
  expect: textsShape.optional().describe('What must hold: `loss<1%`, `rtt.p99<20ms`, … Without it: one intact reply.'),
  level: z
    .enum(['error', 'warn'], { error: 'it is error or warn' })
    .optional()
    .describe('`warn`: a failure is shown and fails nothing (default error).'),
  retryFor: oneValue
    .optional()
    .describe('Try again for this time until it passes: a network that is coming up (default 0).'),
  tags: textsShape.optional().describe('For `--tag`.'),
}

function checkShape(name: string, kind: RunKind) {
  const run = z.literal(name, { error: `it is ${[...RUN_KINDS.keys()].join(', ')}` })
  return z.strictObject(
    {
      name: z
        .string({ error: 'it is a text' })
        .min(1, { error: 'it is empty' })
        .describe('What is to be proved; once in a file.'),
      run: (name === DEFAULT_RUN ? run.optional() : run).describe(`What is run (default ${DEFAULT_RUN}).`),
      ...COMMON,
      ...optionShape(fileOptions(kind.options)),
      ...(name === DEFAULT_RUN ? { sizes: sizesShape.optional().describe('Another word for `size`.') } : {}),
    },
    { error: 'a check is a list of keys' },
  )
}

/** The schema of a check by the kind of its run. */
export const CHECK_SHAPES: ReadonlyMap<string, z.ZodObject> = new Map(
  [...RUN_KINDS].map(([name, kind]) => [name, checkShape(name, kind)]),
)

const [first, ...others] = CHECK_SHAPES.values()

/** Keys that the defaults cannot have. */
const OWN_KEYS: ReadonlySet<string> = new Set(['name', 'run'])

/** Everything but the checks, whose schema depends on their run. */
export const HEAD_SHAPE = {
  $schema: z.string({ error: 'it is a text' }).optional().describe('For editors.'),
  include: textsShape
    .optional()
    .describe(
      'Other check files, relative to this one, whose checks run first. They can use the targets of each other.',
    ),
  targets: z
    .record(z.string(), oneText, { error: 'it is a list of names, each with its host:port' })
    .optional()
    .describe('Names for targets.'),
  parallel: oneValue.optional().describe('Checks that run at once (default 1: each has the machine for itself).'),
  defaults: z
    .strictObject(
      {
        ...COMMON,
        ...Object.fromEntries(
          [...CHECK_SHAPES.values()].flatMap(({ shape }) =>
            Object.entries(shape).filter(([key]) => !OWN_KEYS.has(key)),
          ),
        ),
      },
      { error: 'it is a list of keys' },
    )
    .optional()
    .describe('Keys for every check that does not say them itself.'),
}

/** The schema of a whole check file. `scripts/schema.mjs` makes the JSON Schema for editors from it. */
export const checkFileSchema = z
  .strictObject({
    ...HEAD_SHAPE,
    checks: z
      .array(first === undefined ? z.never() : z.union([first, ...others]))
      .min(1)
      .optional(),
  })
  .describe('What udptool check is to prove.')
