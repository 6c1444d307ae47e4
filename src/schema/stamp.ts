import { z } from 'zod'
import { count, ms } from './figures.ts'

const format = z.enum(['ntp', 'ptp'])
const range = z.strictObject({ least: count, most: count })

const tlv = z
  .strictObject({
    tlv: z.enum(['padding', 'timestamp', 'cos', 'direct', 'followup', 'hmac']),
    sent: count.describe('Probes with it.'),
    recognized: count.describe('Replies with it and without a flag.'),
    unrecognized: count.describe('Flag U: the reflector does not know it, so its contents are not used.'),
    malformed: count.describe('Flag M: the reflector could not read it; it and those after it are not used.'),
    integrityFailed: count.describe(
      'Flag I, because the HMAC over the TLVs was wrong at the reflector, or it is wrong in the reply; none is used.',
    ),
    missing: count.describe('Replies without it.'),
  })
  .describe('What became of a TLV. Each first reply is in one of the five counts after `sent`.')

/** What a run of STAMP probes observed besides the ledger. */
export const stamp = z
  .strictObject({
    authenticated: z.boolean(),
    light: z
      .boolean()
      .describe('TWAMP-Light (RFC 5357 appendix I): padding instead of TLVs, and replies of any length.'),
    ssid: count.optional().describe('Absent: none was used.'),
    timestamps: z
      .strictObject({
        sent: format.describe('Of our probes.'),
        ntp: count.describe('Replies that declare NTP.'),
        ptp: count.describe('Replies that declare PTP.'),
        contradicted: count.describe('Replies whose times make sense only in the other format, which was used.'),
      })
      .describe('Formats of the timestamps (flag Z of the Error Estimate).'),
    clock: z
      .strictObject({
        synchronized: count.describe('Replies with flag S: the clock of the reflector is synchronized to UTC.'),
        errorMs: ms.optional().describe('The largest error that the reflector declares.'),
        zeroMultiplier: count.describe(
          'Replies whose Error Estimate has the forbidden Multiplier 0: they are corrupt.',
        ),
        syncIn: z
          .string()
          .optional()
          .describe('Source of the clock at arrival, as the Timestamp Information TLV names it.'),
        methodIn: z.string().optional().describe('How the time of arrival was taken.'),
        syncOut: z.string().optional().describe('The same at departure.'),
        methodOut: z.string().optional(),
      })
      .describe('The clock of the reflector.'),
    counts: z
      .strictObject({
        segments: count.describe('Segments between two replies of known order that have a loss.'),
        unknownSegments: count.describe('Those in which the counts give no direction.'),
        restarts: count.describe('How often the count of a session began again.'),
      })
      .optional()
      .describe('What the counts of the reflector showed. Absent: it is not proved to count.'),
    extra: z
      .strictObject({
        copies: count.describe('Copies of probes that prove which kind of reflector it is.'),
        closing: count.describe('Probes after the last one, which show what became of the losses before them.'),
        answered: count.describe('Of both.'),
      })
      .describe('Datagrams sent outside the ledger.'),
    copiedRequests: count
      .optional()
      .describe('Probes that the path copied: the reflector counted them twice. Absent: unknown.'),
    hops: range.optional().describe('Routers on the way to the reflector. Absent: not observed.'),
    replyBytes: range.optional().describe('Shortest and longest reply.'),
    forged: count.optional().describe('Replies with a wrong HMAC. They answer no probe. Absent: not authenticated.'),
    tlvs: z.array(tlv),
    replyDscp: z
      .strictObject({
        wanted: count,
        refused: count.describe('Replies in which the reflector refuses it.'),
      })
      .optional()
      .describe(
        'The DSCP that probes ask for in replies. `evidence.tos` has the observed values. Absent: none was asked for.',
      ),
    followUp: z
      .strictObject({ count, minMs: ms, meanMs: ms, maxMs: ms })
      .optional()
      .describe('From the timestamp in a reply to its real departure (Follow-Up Telemetry). Absent: not reported.'),
  })
  .describe('A run of STAMP probes (RFC 8762, RFC 8972).')
