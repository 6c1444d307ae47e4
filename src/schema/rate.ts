import { z } from 'zod'
import { count, ledger, ms, ratio } from './figures.ts'

const direction = z.enum(['forward', 'return'])

const limit = z
  .strictObject({
    kind: z.enum(['policer', 'shaper', 'receiver', 'sender', 'none', 'unknown']),
    direction: direction.optional().describe('Absent: nothing proves it.'),
    bitsPerSecond: z
      .number()
      .optional()
      .describe('Bits of IP packets a second that passed while it applied (RFC 9097).'),
    pps: z.number().optional().describe('Datagrams a second that passed while it applied.'),
    unit: z.enum(['bits', 'packets']).optional().describe('What it counts, if two sizes prove it.'),
    burstBytes: count.optional().describe('Bytes of IP packets above the rate that passed at once after a pause.'),
    burstPackets: count.optional().describe('The same in datagrams of the tested size.'),
    queueMs: ms.optional().describe('Time in its full queue.'),
    reason: z.string().describe('Why, in a sentence.'),
    evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .describe('What stops a higher rate.')

const trial = z
  .strictObject({
    purpose: z
      .enum(['ramp', 'overload', 'narrow', 'otherSize', 'burst'])
      .describe(
        'Why it was run: to find an overload, to measure one, to narrow the rate, to see what a limit counts, or a burst.',
      ),
    size: count,
    pps: z.number().describe('Offered datagrams a second.'),
    sentPps: z.number(),
    deliveredPps: z.number().describe('Replies a second in the steady part of the trial.'),
    durationMs: ms,
    loss: ratio,
    held: z.boolean().describe('Loss was at most `maxLoss`, and no queue grew.'),
    rttP50Ms: ms.optional(),
    rttP99Ms: ms.optional(),
    queueForwardMs: ms.optional().describe('Median delay above the smallest, by direction, at the end of the trial.'),
    queueReturnMs: ms.optional(),
    burst: count.optional().describe('Datagrams sent at once.'),
    fates: ledger.shape.fates,
  })
  .describe('A run at one rate.')

const row = {
  size: count.describe('Payload bytes of a datagram.'),
  pps: z.number().optional().describe('The highest rate that held, datagrams a second. Absent: none did.'),
  bitsPerSecond: z.number().optional().describe('The same in payload bits, as `--rate` counts them.'),
  burst: z
    .strictObject({ intact: count.optional(), lossy: count.optional() })
    .optional()
    .describe('The largest burst without a loss, and the smallest with one.'),
  limit,
}

/** `rate` of a Result. */
export const rate = z
  .strictObject({
    maxLoss: ratio,
    ...row,
    sizes: z.array(z.strictObject(row)).describe('One for each size; the fields above are those of the first.'),
    trials: z.array(trial).describe('In the order in which they were run.'),
    state: z.enum(['complete', 'interrupted']),
  })
  .describe('The result of a search for the highest rate.')
