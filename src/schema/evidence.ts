import { z } from 'zod'
import { count } from './figures.ts'

const arrivedTos = z.array(z.strictObject({ value: z.int().min(0).max(255), count }))

/** What a run could observe. */
export const evidence = z.strictObject({
  receipts: z.enum(['whole', 'none', 'void']),
  reflector: z
    .enum(['stateful', 'stateless', 'direct', 'unproved'])
    .optional()
    .describe('What the STAMP reflector proved to be: only `stateful` and `direct` ones give losses a direction.'),
  serverDrops: count
    .optional()
    .describe("Growth of the server socket's drop counter, less what its host dropped for another reason."),
  serverDropUnit: count
    .optional()
    .describe(
      'Datagrams that one of these drops may stand for: a socket that receives trains drops whole trains. Absent: one.',
    ),
  serverSendFailed: count
    .optional()
    .describe(
      'Probes that reached the server and whose reply its kernel refused to send: part of `lostServerPolicy`. Absent: none.',
    ),
  clientDrops: count.optional().describe("Growth of our own sockets' drop counters; it may include `host.otherDrops`."),
  icmp: z.enum(['queue', 'errno', 'none']),
  icmpIgnored: z
    .strictObject({
      quote: count.optional().describe('The quote is not the beginning of a probe.'),
      foreign: count
        .optional()
        .describe('The quoted probe is of another run or another port, or its sequence was never sent.'),
      mtu: count.optional().describe('A "too big" error with an impossible MTU.'),
      old: count.optional().describe('The quoted probe was sent too long ago.'),
      settled: count.optional().describe('The quoted probe already has a reply or an ICMP error.'),
      unmatched: count.optional().describe('The error quotes nothing, and no probe was open.'),
    })
    .optional()
    .describe('ICMP errors that were not assigned to a probe, by reason. Absent: none.'),
  receiveErrors: z
    .record(z.string(), count)
    .optional()
    .describe('Failed reads of our own sockets, by the name of the error. Absent: none.'),
  truncation: z.enum(['kernel', 'program']),
  timestamps: z.enum(['kernel', 'program']),
  tos: z
    .strictObject({ forward: arrivedTos.optional(), return: arrivedTos.optional() })
    .optional()
    .describe('TOS bytes (traffic classes) with which probes and replies arrived.'),
  fragment: z
    .strictObject({ forward: count.optional(), return: count.optional() })
    .optional()
    .describe('Bytes of the largest IP fragment of a probe or a reply. Absent: no fragments were observed.'),
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
    .describe("Replies with an impossible value in the server's evidence, by field. Such values are not used."),
  mtu: count.optional().describe('MTU of the interface that sent the probes.'),
  pathMtu: z
    .strictObject({ before: count.optional(), after: count.optional() })
    .optional()
    .describe(
      'The path MTU that the kernel of this host had stored before and after the run (IP_MTU). Absent: the engine cannot read it.',
    ),
  packetChecks: z
    .array(z.strictObject({ size: count, answered: z.boolean() }))
    .optional()
    .describe(
      'Single packets sent after a run that lost all datagrams in fragments: bytes of the datagram, and whether it was answered.',
    ),
  host: z
    .strictObject({
      reassemblyFailures: count.optional().describe('Datagrams that could not be reassembled from their fragments.'),
      incomplete: count.optional().describe('Datagrams that wait for missing fragments.'),
      badChecksums: count.optional().describe('Datagrams that arrived with a wrong UDP checksum.'),
      otherDrops: count
        .optional()
        .describe('Datagrams that sockets dropped for another reason than a full buffer, bad checksums included.'),
      noSocket: count
        .optional()
        .describe('Datagrams without a receiving socket: none has their port, or it is connected to another address.'),
      sendBufferErrors: count.optional().describe('Datagrams that this host accepted for sending and then dropped.'),
    })
    .optional()
    .describe("Growth of this host's own counters during the run, for all datagrams of the host."),
})
