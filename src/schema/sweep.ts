import { z } from 'zod'
import { count, ledger, loss, ratio } from './figures.ts'

const span = z.tuple([count, count])

/** `sweep` of a Result. */
export const sweep = z
  .strictObject({
    maxIntactSize: count
      .optional()
      .describe('The largest size of which a probe came back whole. Absent: there is none.'),
    holes: z
      .array(span)
      .describe(
        'First and last tried size of each group of neighbouring sizes that did not pass although a larger one did.',
      ),
    unsure: z.array(span).optional().describe('Sizes that were lost, possibly by ordinary loss.'),
    cliffs: z
      .array(
        z.strictObject({
          from: count,
          to: count,
          after: count.optional().describe('The next smaller tried size that passed.'),
          before: count.optional().describe('The next larger tried size that passed. Absent: this is the limit.'),
          fate: z.enum(['lost', 'unreachable', 'truncated', 'corrupt', 'refused']),
          probes: count,
          chance: ratio
            .optional()
            .describe('The probability that ordinary loss, as measured by the controls, caused this.'),
          cause: z.string().optional().describe('The likely cause.'),
        }),
      )
      .describe('Each group of neighbouring tried sizes that did not pass, with its evidence.'),
    controls: z
      .strictObject({ size: count, ledger, loss })
      .describe('Small probes sent between the others. They are in `ledger`, but not in `sizes`.'),
    rounds: count,
  })
  .describe('The result of a sweep of sizes.')
