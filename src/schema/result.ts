import { z } from 'zod'
import { evidence } from './evidence.ts'
import { confidence, count, delay, ledger, loss, ms, oneWay, ratio, truncation } from './figures.ts'
import { irtt } from './irtt.ts'
import { mtu } from './mtu.ts'
import { rate } from './rate.ts'
import { stamp } from './stamp.ts'
import { sweep } from './sweep.ts'
import { baselineSchema } from './diff.ts'

/**
 * The single source of the Result document: its TypeScript type (`verdict/result.ts`) and the JSON Schema in the package are made from it.
 * Times are milliseconds, sizes bytes, ratios 0…1. Unobserved values are absent.
 */
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
  sentBase64: z.string().optional().describe('The sent bytes, if they are not UTF-8.'),
  encoding: z.enum(['hex', 'base64']).optional().describe('Of `sent` and `reply`; absent: text.'),
  reply: z.string().optional(),
  replyBase64: z.string().optional().describe('The bytes of the reply, if they are not UTF-8.'),
  from: z.string().optional(),
  rttMs: ms.optional(),
  fate: z.string(),
})

export const resultSchema = z
  .strictObject({
    schema: z.literal('udptool/result/1'),
    command: z.string(),
    protocol: z.enum(['stamp', 'irtt']).optional().describe("Absent: udptool's own."),
    tool: z.strictObject({ name: z.literal('udptool'), version: z.string() }),
    host: z.strictObject({ os: z.string(), kernel: z.string(), node: z.string(), cpus: count }),
    engine: z.enum(['kernel', 'dgram']),
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
    evidence,
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
          by: z.enum(['target', 'here', 'between']).optional(),
          mtu: count.optional(),
        }),
      )
      .optional()
      .describe('ICMP errors by kind, and their senders.'),
    refused: z
      .array(z.strictObject({ error: z.string(), count }))
      .optional()
      .describe('Refusals of our own kernel by errno.'),
    reply: z.strictObject({ rule: z.enum(['upper', 'same', 'mixed', 'none']) }),
    rtt: delay.optional(),
    rttNetwork: delay.optional().describe("The server's dwell removed."),
    rttScheduled: delay.optional().describe('From the scheduled time (coordinated omission).'),
    oneWay: oneWay.optional(),
    jitter: z.strictObject({ rfc3550Ms: ms, ipdvMeanMs: ms, pdvP99Ms: ms.optional() }).optional(),
    reordering: z
      .strictObject({
        ratio: ratio.optional(),
        maxExtent: count,
        nReordering: count.optional(),
        maxLateMs: ms.optional(),
        atLeast: z
          .literal(true)
          .optional()
          .describe('A reply was reordered further than the stored replies: the three figures above are lower bounds.'),
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
      .describe('RFC 3357 loss periods, and the simple Gilbert model if it is defined.'),
    confidence: confidence.optional(),
    pacing: z
      .strictObject({
        targetIntervalMs: ms.optional(),
        lateP50Ms: ms,
        lateP99Ms: ms,
        lateMaxMs: ms,
        lateMeanMs: ms.optional(),
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
    rate: rate.optional(),
    clients: z.array(
      z.strictObject({
        port: count.optional(),
        ports: count.optional().describe('Number of ports that its probes left from, if more than one was needed.'),
        run: z.string(),
        ledger,
        loss,
        rtt: delay.optional(),
      }),
    ),
    clientsOmitted: count.optional(),
    messages: z.array(message).optional(),
    stamp: stamp.optional(),
    irtt: irtt.optional(),
    expectations: z.array(expectation),
    baseline: baselineSchema.optional(),
    verdict: z.enum(['pass', 'fail']),
    warnings: z.array(warning),
  })
  .describe('The result of a udptool run.')
