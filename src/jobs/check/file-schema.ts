import { z } from 'zod'
import { ANSWER_OPTIONS } from '../../runs/echo/options.ts'
import { COMMON_OPTIONS, PRESETS, QUESTION_OPTIONS } from '../../runs/query/options.ts'
import type { ServiceName } from '../../wire/services/answers.ts'
import { fileOptions } from '../file-options.ts'
import { optionShape, oneText, oneValue, sizesShape, textsShape } from '../option-shape.ts'
import { DEFAULT_RUN } from '../run-kind.ts'
import type { CheckKind } from './check-kind.ts'
import { CHECK_RUNS, MESSAGE_RUN, PROBE_KINDS, type KindName } from './check-kinds.ts'

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

/** What a check is, whatever it runs. */
const NAME = z
  .string({ error: 'it is a text' })
  .min(1, { error: 'it is empty' })
  .describe('What is to be proved; once in a file.')

const CHECK_ERROR = { error: 'a check is a list of keys' }

function runShape(name: string): z.ZodType {
  const run = z.literal(name, { error: `it is ${CHECK_RUNS.join(', ')}` })
  return (name === DEFAULT_RUN ? run.optional() : run).describe(`What is run (default ${DEFAULT_RUN}).`)
}

function probeShape(name: string, { options }: CheckKind): z.ZodObject {
  return z.strictObject(
    {
      name: NAME,
      run: runShape(name),
      ...COMMON,
      ...optionShape(fileOptions(options)),
      ...(name === DEFAULT_RUN ? { sizes: sizesShape.optional().describe('Another word for `size`.') } : {}),
    },
    CHECK_ERROR,
  )
}

const QUERY_ABOUT = 'The parameters of the preset.'
const QUERY_ERROR = { error: 'it is a list of keys, as { name: example.org }' }
const PRESET = z.enum(PRESETS, { error: `it is ${PRESETS.join(', ')}` }).describe('The protocol of the message.')

/** `run: message` of one preset. */
function messageShape(preset: ServiceName): z.ZodObject {
  const question = optionShape(QUESTION_OPTIONS[preset])
  const needed = preset === 'dns' ? { ...question, name: oneValue } : question
  const query = z.strictObject(needed, QUERY_ERROR)
  return z.strictObject(
    {
      name: NAME,
      run: runShape(MESSAGE_RUN),
      ...COMMON,
      preset: preset === 'message' ? PRESET.optional() : PRESET,
      ...(preset === 'message' ? question : { query: preset === 'dns' ? query : query.optional() }),
      ...optionShape(COMMON_OPTIONS),
    },
    CHECK_ERROR,
  )
}

const MESSAGE_SHAPES = Object.fromEntries(PRESETS.map(preset => [preset, messageShape(preset)])) as Readonly<
  Record<ServiceName, z.ZodObject>
>

/** `run: message` of every preset, for editors. */
const anyMessage = z.strictObject(
  {
    ...messageShape('message').shape,
    query: z
      .strictObject(
        Object.assign(
          {},
          ...PRESETS.filter(preset => preset !== 'message').map(preset => optionShape(QUESTION_OPTIONS[preset])),
        ) as z.ZodRawShape,
      )
      .optional()
      .describe(QUERY_ABOUT),
  },
  CHECK_ERROR,
)

/** The schema of a check by the kind of its run. */
const PROBE_SHAPES: ReadonlyMap<string, z.ZodObject> = new Map(
  [...PROBE_KINDS].map(([name, kind]) => [name, probeShape(name, kind)]),
)

/** The schema of a check. */
export function checkShape({ run, preset }: KindName): z.ZodObject {
  return PROBE_SHAPES.get(run) ?? MESSAGE_SHAPES[preset]
}

/** The same with `for`, for editors: without it, `for` is replaced before a check is read. */
function withMatrix(shape: z.ZodObject): z.ZodObject {
  const { query, ...keys } = shape.shape as Readonly<Record<string, z.ZodType>>
  const inside = query instanceof z.ZodOptional ? query.unwrap() : undefined
  const question = inside instanceof z.ZodObject ? (inside.shape as Readonly<Record<string, z.ZodType>>) : {}
  const varied = Object.entries({
    ...question,
    ...keys,
    query,
    ...('name' in question ? { name: question['name'] } : {}),
  })
  const lists = varied.flatMap(([key, value]) => {
    if (value === undefined || key === 'run' || (key === 'name' && !('name' in question))) return []
    const one = value instanceof z.ZodOptional ? (value.unwrap() as z.ZodType) : value
    return [[key, z.array(one).min(1).optional().describe(`Values of ${key}.`)] as const]
  })
  const matrix = z
    .strictObject(Object.fromEntries(lists))
    .optional()
    .describe('A check for every combination of these values: `{ size: [64, 1472], target: [a, b] }`.')
  return z.strictObject({ ...shape.shape, for: matrix }, CHECK_ERROR)
}

const [first, ...others] = [...PROBE_SHAPES.values(), anyMessage].map(withMatrix)

/** Keys that the defaults cannot have. */
const OWN_KEYS: ReadonlySet<string> = new Set(['name', 'run', 'preset', 'query', 'send', 'sendHex', 'sendBase64'])

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
          [...PROBE_SHAPES.values(), anyMessage].flatMap(({ shape }) =>
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
