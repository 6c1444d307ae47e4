import { z } from 'zod'

/** Figures and ledgers of a whole run, of a size and of a client. */
export const count = z.int().min(0)
export const ms = z.number()
export const ratio = z.number().min(0).max(1)

const fates = z
  .strictObject({
    intact: count.describe('The first reply had exactly the expected bytes and came within the timeout.'),
    late: count.optional().describe('The first reply was intact, but came after the timeout.'),
    truncated: count.optional().describe('The first reply was a proper prefix of the expected one.'),
    corrupt: count.optional().describe('The first reply had wrong bytes, or was longer.'),
    refused: count.optional().describe('Our own kernel refused to send it, twice.'),
    unreachable: count.optional().describe('An ICMP error came back for it.'),
    lostForward: count.optional().describe('It did not reach the server program (proved by receipts).'),
    lostServerBuffer: count
      .optional()
      .describe("The server socket's receive buffer was full (receipts and its drop counter)."),
    lostServerPolicy: count.optional().describe('The server withheld the answer on purpose, or failed to send it.'),
    lostReturn: count.optional().describe('The server sent the reply; it did not reach us.'),
    lostClientBuffer: count.optional().describe('The reply reached this host; our own receive buffer was full.'),
    lostUnknown: count.optional().describe('No reply, and no evidence of the place.'),
    answered: count.optional().describe('Messages only: a reply that is not an echo (a server with a fixed answer).'),
  })
  .describe('Every probe has exactly one fate; they add up to `scheduled`. Absent is 0.')

export const ledger = z.strictObject({
  scheduled: count.describe('Probes given a sequence: their time or window slot came.'),
  sent: count.describe('scheduled − refused.'),
  replies: count.describe('Probes with a first reply: intact + late + truncated + corrupt.'),
  fates,
  received: count.describe('replies + duplicates + foreign + unidentified.'),
  duplicates: count.describe('Further copies of replies. They never change loss.'),
  reordered: count.describe('RFC 4737, over first replies with a proved sequence, per client, summed.'),
  foreign: count.describe('Datagrams of another run.'),
  unidentified: count.describe('Datagrams that fit no probe.'),
})

export const delay = z
  .strictObject({
    count,
    minMs: ms,
    meanMs: ms,
    p50Ms: ms,
    p90Ms: ms,
    p95Ms: ms,
    p99Ms: ms,
    p999Ms: ms,
    maxMs: ms,
    stddevMs: ms.optional().describe('n − 1; absent with one sample.'),
  })
  .describe('Percentiles by the empirical distribution, without interpolation (RFC 2330 §11.3).')

const direction = z.strictObject({ minMs: ms, p50Ms: ms, p99Ms: ms })

/** Optional, because saved Results may be older than the field. */
export const oneWay = z
  .strictObject({
    offsetMs: ms
      .optional()
      .describe("The server's wall clock minus ours in the middle of the run; absent if ours is not known or was set."),
    errorMs: ms
      .optional()
      .describe(
        'Largest error of the offset and of each direction, if both clocks run at a constant rate; absent if one did not.',
      ),
    errorMedianMs: ms.optional().describe('The same for half of the exchanges.'),
    errorAnyClockMs: ms.optional().describe('Largest error for any clocks, at the fastest exchange of each 100 ms.'),
    skewPpm: z
      .number()
      .optional()
      .describe("How much faster the server's clock runs than ours; absent: too short, or not constant."),
    skewPpmLow: z.number().optional().describe('Lowest and highest skew that fit all exchanges.'),
    skewPpmHigh: z.number().optional(),
    forwardP50Ms: ms,
    returnP50Ms: ms,
    forward: direction.optional().describe('From us to the server.'),
    return: direction.optional().describe('From the server to us.'),
    queueForwardP99Ms: ms
      .optional()
      .describe('Above the smallest delay of the direction; does not assume a symmetric path (RFC 5481).'),
    queueReturnP99Ms: ms.optional(),
    queueErrorMs: ms.optional().describe('Largest error of these two.'),
    sampled: z.boolean().optional().describe('The percentiles come from a uniform sample of the exchanges.'),
  })
  .describe('One-way delays (RFC 7679): the round trip, split by comparing the clocks during the run.')

const outage = z.strictObject({
  at: z.string().optional().describe('Time of day, ISO 8601 (UTC).'),
  startMs: ms,
  lengthMs: ms,
  lost: count,
  client: count.optional(),
})

export const loss = z.strictObject({
  count,
  ratio: ratio.optional().describe('Over scheduled; absent when nothing was scheduled.'),
  ci95: z.tuple([ratio, ratio]).optional().describe('Wilson score interval.'),
  forward: count
    .optional()
    .describe('= lostForward; absent without receipts, and if none is proved but some losses have no direction.'),
  return: count
    .optional()
    .describe('= lostReturn; absent without receipts, and if none is proved but some losses have no direction.'),
  unknown: count.optional().describe('= lostUnknown.'),
  longestRun: count,
  outages: z.array(outage).describe('Runs of at least two losses, per client, at most 1000.'),
  outagesOmitted: count.optional(),
})

export const truncation = z.strictObject({
  count,
  cutAt: z.array(z.strictObject({ length: count, count, side: z.enum(['request', 'reply', 'unknown']) })),
})

const interval = z.strictObject({ lowMs: ms, highMs: ms.optional() })
const factor = z.number().min(1)

export const confidence = z
  .strictObject({
    clustering: z
      .strictObject({
        loss: factor.optional(),
        truncated: factor.optional(),
        corrupt: factor.optional(),
        duplicates: factor.optional(),
      })
      .describe(
        'How many consecutive probes (of duplicates: replies) count as one independent probe, because such fates come in bursts. Absent if no probe or every probe had the fate.',
      ),
    intervals: z
      .strictObject({
        'rtt.p50': interval.optional(),
        'rtt.p90': interval.optional(),
        'rtt.p99': interval.optional(),
        jitter: interval.optional(),
      })
      .describe(
        '95 % confidence intervals that take the correlation of consecutive probes into account; jitter is ipdvMeanMs. highMs is absent: too few samples for an upper bound.',
      ),
  })
  .describe(
    'The uncertainty of the figures, computed from the order of the probes; absent with --summary and above two million probes. A comparison (udptool diff, --baseline) uses it.',
  )
