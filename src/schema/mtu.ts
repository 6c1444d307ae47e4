import { z } from 'zod'
import { count } from './figures.ts'

/** `mtu` of a Result. */
export const mtu = z
  .strictObject({
    path: count
      .optional()
      .describe(
        'The largest IP packet that the path carries. Absent: none was acknowledged, the search did not end, fragments could not be forbidden, or nothing proves that it is the path that ends there (`proof`).',
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
        'For the return path: packet of the largest answer that came; only if larger ones were answered and lost.',
      ),
    method: z.enum(['dplpmtud', 'fragments']).describe('RFC 8899 with DF; or sizes that survive, in fragments or not.'),
    state: z
      .enum(['complete', 'disabled', 'interrupted'])
      .describe('How the search ended; `disabled`: nothing answered; `interrupted`: by Ctrl-C, or it took too long.'),
    limit: z
      .enum(['local', 'icmp', 'silence', 'largest'])
      .optional()
      .describe("What is in the way of larger ones: our own interface, a router's word, silence, or UDP itself."),
    proof: z
      .enum(['interface', 'icmp', 'receipts', 'fragments', 'largest', 'none'])
      .optional()
      .describe(
        'What proves that the path, not the server, is in the way of larger packets: our own kernel, a router, receipts, the same size answered in fragments, UDP itself. `none`: nothing does, and then `path` and `blackHole` are absent.',
      ),
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
