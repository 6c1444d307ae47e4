import { z } from 'zod'

/**
 * The single source of the document of `udptool diff`, and of the block `baseline` of a Result. Ratios are 0…1, delays milliseconds.
 * Unobserved values are absent.
 */
const figure = z
  .strictObject({
    value: z.number(),
    low: z.number().describe('Lower bound of the 95 % confidence interval.'),
    high: z
      .number()
      .optional()
      .describe('Upper bound of the 95 % confidence interval; absent: too few samples for an upper bound.'),
    samples: z.int().min(0).describe('Probes, replies or delays that it was made from.'),
  })
  .describe('One run’s figure, and what its samples allow.')

const comparedMetric = z.strictObject({
  metric: z.enum(['loss', 'truncated', 'corrupt', 'duplicates', 'rtt.p50', 'rtt.p90', 'rtt.p99', 'jitter', 'rate']),
  unit: z.enum(['ratio', 'ms', 'bitsPerSecond']),
  size: z
    .int()
    .min(0)
    .optional()
    .describe('Of `rate`: the payload bytes of a datagram, if several sizes were searched.'),
  a: figure.optional(),
  b: figure.optional(),
  allowed: z.number().optional().describe('The most that b may be, of `rate` the least; absent without a.'),
  outcome: z
    .enum(['worse', 'better', 'alike', 'cannotTell'])
    .describe(
      'worse, better: by more than the tolerance, significantly. alike: within the tolerance. cannotTell: apparently by more than the tolerance, but not significantly.',
    ),
  reason: z
    .enum(['fewSamples', 'ownHost', 'ownQueue', 'missing', 'cut', 'bound'])
    .optional()
    .describe('Why it cannot be decided.'),
  text: z.string().describe('The same in plain words.'),
})

const difference = z.strictObject({ what: z.string(), a: z.string(), b: z.string() })

const comparison = {
  tolerance: z.strictObject({
    ratio: z.number().min(0).describe('Of everything but loss, relative to a.'),
    loss: z.number().min(0).describe('Of loss, in absolute terms: 0.01 is one percentage point.'),
  }),
  metrics: z.array(comparedMetric),
  differences: z
    .array(difference)
    .describe('What differs in how the runs were made, and so may be the cause of what they differ in.'),
  verdict: z.enum(['pass', 'fail']).describe('fail: some metric is worse, or a journal was cut.'),
}

const run = z.strictObject({
  file: z.string().optional(),
  from: z
    .enum(['samples', 'figures'])
    .describe(
      'Whether the intervals are computed from every delay, or only from the percentiles of a Result (--summary, or an older version).',
    ),
  startedAt: z.string(),
  target: z.string(),
  engine: z.string(),
  scheduled: z.int().min(0),
  cut: z
    .literal(true)
    .optional()
    .describe('Its journal has no end line, so it may be part of a run, and the comparison cannot pass.'),
})

/** The block `baseline` of a Result: `a` is the baseline, `b` the run itself. */
export const baselineSchema = z
  .strictObject({ baseline: run, ...comparison })
  .describe('The run held against a saved one (`--baseline`).')

export const diffSchema = z
  .strictObject({ schema: z.literal('udptool/diff/1'), a: run, b: run, ...comparison })
  .describe('Two runs compared: udptool diff A B.')
