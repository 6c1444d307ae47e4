import { z } from 'zod'
import { count, ledger, loss, ratio } from './figures.ts'

const span = z.tuple([count, count])

/** `sweep` of a Result. */
export const sweep = z
  .strictObject({
    maxIntactSize: count.optional().describe('The largest size of which a probe came back whole. Absent: none did.'),
    holes: z
      .array(span)
      .describe('First and last tried size of every run of sizes that did not come through though a larger one did.'),
    unsure: z.array(span).optional().describe('Sizes that were lost, but not more than plain loss may have done.'),
    cliffs: z
      .array(
        z.strictObject({
          from: count,
          to: count,
          after: count.optional().describe('The next smaller tried size that came through.'),
          before: count.optional().describe('The next larger one; absent: this is the edge.'),
          fate: z.enum(['lost', 'unreachable', 'truncated', 'corrupt', 'refused']),
          probes: count,
          chance: ratio.optional().describe('How likely plain loss, as the controls have it, had done this.'),
          cause: z.string().optional().describe('What is likely behind it.'),
        }),
      )
      .describe('Every run of neighbouring tried sizes that did not come through, with its evidence.'),
    controls: z
      .strictObject({ size: count, ledger, loss })
      .describe('Small probes sent between the others. They are in `ledger`, but not in `sizes`.'),
    rounds: count,
  })
  .describe('What a sweep of sizes found.')
