import { z } from 'zod'
import { count } from './figures.ts'

const arrivedTos = z.array(z.strictObject({ value: z.int().min(0).max(255), count }))

/** What could be observed in a run at all. */
export const evidence = z.strictObject({
  receipts: z.enum(['whole', 'none', 'void']),
  serverDrops: count
    .optional()
    .describe("Growth of the server socket's drop counter, less what its host dropped for another reason."),
  serverDropUnit: count
    .optional()
    .describe(
      'Datagrams that one of these drops may stand for: a socket that takes trains whole drops them whole. Absent: one.',
    ),
  serverSendFailed: count
    .optional()
    .describe(
      'Probes that reached the server and whose reply its kernel refused to send: part of `lostServerPolicy`. Absent: none.',
    ),
  clientDrops: count
    .optional()
    .describe("Growth of our own sockets' drop counters; `host.otherDrops` may be among it."),
  icmp: z.enum(['queue', 'errno', 'none']),
  icmpIgnored: z
    .strictObject({
      quote: count.optional().describe('They quote what is not the beginning of a probe.'),
      foreign: count
        .optional()
        .describe('They quote a probe of another run or another port, or a sequence that was never sent.'),
      mtu: count.optional().describe('They report a packet as too big, with an MTU that cannot be.'),
      old: count.optional().describe('Their probe was sent too long ago.'),
      settled: count.optional().describe('Their probe has a reply or an ICMP error already.'),
      unmatched: count.optional().describe('They quote nothing, and no probe was open.'),
    })
    .optional()
    .describe('ICMP errors that were not booked on a probe, by reason. Absent: none.'),
  receiveErrors: z
    .record(z.string(), count)
    .optional()
    .describe('Attempts to read our sockets that our own kernel refused, by the name of the error. Absent: none.'),
  truncation: z.enum(['kernel', 'program']),
  timestamps: z.enum(['kernel', 'program']),
  tos: z
    .strictObject({ forward: arrivedTos.optional(), return: arrivedTos.optional() })
    .optional()
    .describe('TOS bytes (traffic classes) with which probes and replies arrived.'),
  fragment: z
    .strictObject({ forward: count.optional(), return: count.optional() })
    .optional()
    .describe('Bytes of the largest IP fragment that a probe or a reply came in. Absent: none was seen.'),
  implausible: z
    .strictObject({
      received: count.optional(),
      seen: count.optional(),
      fragment: count.optional(),
      ttl: count.optional(),
      drops: count.optional(),
      arrival: count.optional(),
      dwell: count.optional(),
    })
    .optional()
    .describe("Replies with a value that cannot be true, by field of the server's evidence. Such values are not used."),
  mtu: count.optional().describe('MTU of the interface that the probes left by.'),
  pathMtu: z
    .strictObject({ before: count.optional(), after: count.optional() })
    .optional()
    .describe(
      'What the kernel of this host believed the path to carry, before and after the run (IP_MTU). Absent: the engine cannot ask it.',
    ),
  packetChecks: z
    .array(z.strictObject({ size: count, answered: z.boolean() }))
    .optional()
    .describe(
      'Single packets sent after a run whose datagrams in fragments were all lost: bytes of the datagram, and whether it was answered.',
    ),
  host: z
    .strictObject({
      reassemblyFailures: count.optional().describe('Datagrams whose fragments could not be put together.'),
      incomplete: count.optional().describe('Datagrams that wait for fragments which have not come.'),
      badChecksums: count.optional().describe('Datagrams that came with a wrong UDP checksum.'),
      otherDrops: count
        .optional()
        .describe('Datagrams that sockets dropped for another reason than a full buffer, bad checksums among them.'),
      noSocket: count
        .optional()
        .describe('Datagrams that no socket took: none has their port, or it is connected to another address.'),
      sendBufferErrors: count.optional().describe('Datagrams dropped after this host had taken them for sending.'),
    })
    .optional()
    .describe("Growth of this host's own counters during the run, for all datagrams of the host."),
})
