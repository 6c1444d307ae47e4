import { z } from 'zod'
import { count } from './figures.ts'

/** `mtu` of a Result. */
export const mtu = z
  .strictObject({
    path: count
      .optional()
      .describe(
        'The largest IP packet that the path carries. Absent: no probe was answered, the search did not end, fragmentation could not be forbidden, or nothing proves that the path is the limit (`proof`).',
      ),
    payload: count
      .optional()
      .describe(
        'The largest datagram in such a packet; without `path` the largest that came back, possibly in fragments.',
      ),
    blackHole: z
      .boolean()
      .optional()
      .describe('Larger packets vanish without an ICMP error. Absent if `path` is absent.'),
    forward: count
      .optional()
      .describe('The largest packet from client to server, if receipts, ICMP errors or our own kernel prove it.'),
    return: count
      .optional()
      .describe(
        'The largest packet from server to client that arrived. Only if larger probes were answered and the answers lost.',
      ),
    method: z
      .enum(['dplpmtud', 'fragments'])
      .describe('RFC 8899 with DF; or the sizes that come back, in fragments or not.'),
    state: z
      .enum(['complete', 'disabled', 'interrupted'])
      .describe(
        'How the search ended. `disabled`: no probe was answered; `interrupted`: by Ctrl-C, or it took too long.',
      ),
    limit: z
      .enum(['local', 'icmp', 'silence', 'largest'])
      .optional()
      .describe(
        'What stops larger packets: our own interface, an ICMP error of a router, loss without an error, or UDP itself.',
      ),
    proof: z
      .enum(['interface', 'icmp', 'receipts', 'fragments', 'largest', 'none'])
      .optional()
      .describe(
        'What proves that the path, not the server, stops larger packets: our own kernel, a router, receipts, the same size answered in fragments, UDP itself. `none`: nothing, and then `path` and `blackHole` are absent.',
      ),
    hints: z
      .array(z.strictObject({ mtu: count, reporter: z.string().optional(), believed: z.boolean() }))
      .describe('MTUs that routers reported, and whether the search confirmed them.'),
    rounds: count,
    restarts: count.describe('How often the search started again because the largest size did not pass any more.'),
    datagrams: z
      .array(z.strictObject({ size: count, packets: count }))
      .optional()
      .describe('The number of packets of datagrams of the requested sizes on this path.'),
  })
  .describe('The result of a search of the path MTU.')
