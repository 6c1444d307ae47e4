import { z } from 'zod'
import { baselineSchema } from './diff.ts'

/**
 * The one source of the Result document: its TypeScript type (`verdict/result.ts`) and the JSON Schema in the package are both made
 * from this. Times are milliseconds, sizes bytes, ratios 0…1. What was not observed is absent.
 */
const count = z.int().min(0)
const ms = z.number()
const ratio = z.number().min(0).max(1)

const fates = z
  .strictObject({
    intact: count.describe('The first reply had exactly the expected bytes and came within the timeout.'),
    late: count.optional().describe('Right, but after the timeout.'),
    truncated: count.optional().describe('The first reply was a right beginning of the expected one.'),
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
    lostUnknown: count.optional().describe('No reply, and no evidence of where.'),
    answered: count.optional().describe('Messages only: a reply that is no echo (a server with a fixed answer).'),
  })
  .describe('Every probe has exactly one fate; they add up to `scheduled`. Absent is 0.')

const ledger = z.strictObject({
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

const delay = z
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

const outage = z.strictObject({ startMs: ms, lengthMs: ms, lost: count, client: count.optional() })

const loss = z.strictObject({
  count,
  ratio: ratio.optional().describe('Over scheduled; absent when nothing was scheduled.'),
  ci95: z.tuple([ratio, ratio]).optional().describe('Wilson score interval.'),
  forward: count.optional().describe('= lostForward; absent without receipts.'),
  return: count.optional().describe('= lostReturn; absent without receipts.'),
  unknown: count.optional().describe('= lostUnknown.'),
  longestRun: count,
  outages: z.array(outage).describe('Runs of at least two losses, per client, at most 1000.'),
  outagesOmitted: count.optional(),
})

const truncation = z.strictObject({
  count,
  cutAt: z.array(z.strictObject({ length: count, count, side: z.enum(['request', 'reply', 'unknown']) })),
})

const warning = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})

const expectation = z.strictObject({
  expr: z.string(),
  actual: z.union([z.number(), z.string()]).optional(),
  passed: z.boolean(),
  reason: z.string().optional(),
})

const message = z.strictObject({
  seq: count,
  sent: z.string(),
  encoding: z.enum(['hex', 'base64']).optional().describe('Of `sent` and `reply`; absent: text.'),
  reply: z.string().optional(),
  from: z.string().optional(),
  rttMs: ms.optional(),
  fate: z.string(),
})

const span = z.tuple([count, count])

const sweep = z
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

const mtu = z
  .strictObject({
    path: count
      .optional()
      .describe(
        'The largest IP packet that the path carries. Absent: none was acknowledged, or fragments could not be forbidden.',
      ),
    payload: count
      .optional()
      .describe(
        'The largest datagram in such a packet; without `path` the largest that came back, perhaps in fragments.',
      ),
    blackHole: z
      .boolean()
      .optional()
      .describe('Larger packets vanish, and no ICMP error says so. Absent where `path` is.'),
    forward: count
      .optional()
      .describe('The same for the way to the server alone, where receipts or ICMP errors prove it.'),
    return: count
      .optional()
      .describe(
        'For the way back: packet of the largest answer that came; only where larger ones were answered and lost.',
      ),
    method: z.enum(['dplpmtud', 'fragments']).describe('RFC 8899 with DF; or sizes that survive, in fragments or not.'),
    state: z
      .enum(['complete', 'disabled', 'interrupted'])
      .describe('How the search ended; `disabled`: nothing answered.'),
    limit: z
      .enum(['local', 'icmp', 'silence', 'largest'])
      .optional()
      .describe("What is in the way of larger ones: our own interface, a router's word, silence, or UDP itself."),
    hints: z
      .array(z.strictObject({ mtu: count, reporter: z.string().optional(), believed: z.boolean() }))
      .describe('MTUs that routers named, and whether the search found them so.'),
    rounds: count,
    restarts: count.describe('Times that the search began again, as what it had found was carried no more.'),
    datagrams: z
      .array(z.strictObject({ size: count, packets: count }))
      .optional()
      .describe('In how many packets the sizes asked about travel on this path.'),
  })
  .describe('What a search of the path MTU found.')

export const resultSchema = z
  .strictObject({
    schema: z.literal('udptool/result/1'),
    command: z.string(),
    tool: z.strictObject({ name: z.literal('udptool'), version: z.string() }),
    host: z.strictObject({ os: z.string(), kernel: z.string(), node: z.string(), cpus: count }),
    engine: z.enum(['kernel', 'dgram', 'memory']),
    target: z.strictObject({
      address: z.string(),
      port: count,
      family: z.enum(['udp4', 'udp6']),
      name: z.string().optional(),
    }),
    options: z.record(z.string(), z.unknown()).describe('The effective options.'),
    startedAt: z.string().describe('ISO 8601, UTC.'),
    durationMs: ms,
    interrupted: z.boolean(),
    ledger,
    evidence: z.strictObject({
      receipts: z.enum(['whole', 'none', 'void']),
      serverDrops: count.optional().describe("Growth of the server socket's drop counter."),
      serverDropUnit: count
        .optional()
        .describe(
          'Datagrams that one of these drops may stand for: a socket that takes trains whole drops them whole. Absent: one.',
        ),
      clientDrops: count.optional().describe("Growth of our own sockets' drop counters."),
      icmp: z.enum(['queue', 'errno', 'none']),
      truncation: z.enum(['kernel', 'program']),
      timestamps: z.enum(['kernel', 'program']),
    }),
    loss,
    truncation,
    corruption: z
      .strictObject({ count, request: count, reply: count, unknown: count, firstWrongByte: count.optional() })
      .optional(),
    unreachable: z
      .array(
        z.strictObject({
          error: z.string(),
          count,
          type: count.optional(),
          code: count.optional(),
          reporter: z.string().optional(),
          mtu: count.optional(),
        }),
      )
      .optional()
      .describe('ICMP errors by kind, and who said it.'),
    refused: z
      .array(z.strictObject({ error: z.string(), count }))
      .optional()
      .describe('Refusals of our own kernel by errno.'),
    reply: z.strictObject({ rule: z.enum(['upper', 'same', 'mixed', 'none']) }),
    rtt: delay.optional(),
    rttNetwork: delay.optional().describe("The server's dwell removed."),
    rttScheduled: delay.optional().describe('From the scheduled time (coordinated omission).'),
    oneWay: z
      .strictObject({ offsetMs: ms, errorMs: ms, forwardP50Ms: ms, returnP50Ms: ms })
      .optional()
      .describe('One-way delays with the clock offset estimated in band; errors up to errorMs.'),
    jitter: z.strictObject({ rfc3550Ms: ms, ipdvMeanMs: ms, pdvP99Ms: ms.optional() }).optional(),
    reordering: z
      .strictObject({
        ratio: ratio.optional(),
        maxExtent: count,
        nReordering: count.optional(),
        maxLateMs: ms.optional(),
      })
      .describe('RFC 4737.'),
    duplication: z
      .strictObject({ fraction: z.number().optional(), replicated: ratio.optional() })
      .describe('RFC 5560.'),
    lossPattern: z
      .strictObject({
        periods: count,
        gilbertP: ratio.optional(),
        gilbertR: ratio.optional(),
        meanBurst: z.number().optional(),
      })
      .optional()
      .describe('RFC 3357 loss periods, and the simple Gilbert model where it is defined.'),
    pacing: z
      .strictObject({
        targetIntervalMs: ms.optional(),
        lateP50Ms: ms,
        lateP99Ms: ms,
        lateMaxMs: ms,
        missed: count.describe('Probes that left more than one interval late.'),
        senderLimited: z.boolean(),
      })
      .optional(),
    throughput: z
      .strictObject({ sentPerSecond: z.number(), repliesPerSecond: z.number(), bitsPerSecond: z.number() })
      .optional(),
    sizes: z.array(z.strictObject({ size: count, ledger, loss, truncation, rtt: delay.optional() })),
    sweep: sweep.optional(),
    mtu: mtu.optional(),
    clients: z.array(z.strictObject({ port: count.optional(), run: z.string(), ledger, loss, rtt: delay.optional() })),
    clientsOmitted: count.optional(),
    messages: z.array(message).optional(),
    expectations: z.array(expectation),
    baseline: baselineSchema.optional(),
    verdict: z.enum(['pass', 'fail']),
    warnings: z.array(warning),
  })
  .describe('The result of a udptool run.')
