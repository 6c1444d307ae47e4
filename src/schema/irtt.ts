import { z } from 'zod'
import { count, ms } from './figures.ts'

/** What a run of irtt probes observed besides the ledger. */
export const irtt = z
  .strictObject({
    authenticated: z.boolean(),
    opened: z.boolean().describe('The server opened a session.'),
    closedByServer: z.boolean().describe('The server ended the session.'),
    granted: z
      .strictObject({
        durationMs: ms.describe('0: without end.'),
        intervalMs: ms,
        length: count.describe('Bytes of each request and reply.'),
        stats: z.enum(['none', 'count', 'window', 'both']).describe('What the server reports of received requests.'),
        stamps: z.enum(['none', 'send', 'receive', 'both', 'midpoint']).describe('Times that the server reports.'),
        clock: z.enum(['wall', 'monotonic', 'both']).describe('The clock of these times.'),
        tos: count.describe('TOS byte of the replies.'),
        restricted: z.array(z.string()).describe('Parameters that differ from what was asked for.'),
      })
      .optional()
      .describe('The session as the server granted it. Absent: none was opened.'),
    forged: count.optional().describe('Datagrams without a right HMAC. Absent: not authenticated.'),
  })
  .describe('A run of irtt probes.')
