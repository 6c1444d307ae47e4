import type { TRIALS } from '../../engine/system-calls.ts'

export type CapabilityName = keyof typeof TRIALS

/** The use of each capability, for readers who do not know it. */
export const CAPABILITY_BENEFITS: Readonly<Record<CapabilityName, string>> = {
  batches: 'many datagrams a system call: more of them a second',
  truncation: 'the kernel cuts at --recv-size; the length is known',
  source4: 'a server on 0.0.0.0 answers from the address called',
  source6: 'a server on :: answers from the address called',
  tos: '--tos and --dscp; the TOS that arrived, as evidence',
  ttl: 'the TTL with which a probe arrived, as evidence',
  timestamps: 'times of arrival taken by the kernel, not the program',
  fragmentSize: 'the IP fragments that a probe came in, as evidence',
  trainsOut: 'equal datagrams leave as one message (UDP_SEGMENT)',
  trainsIn: 'datagrams of one sender come as one message (UDP_GRO)',
  drops: 'how many datagrams a full receive buffer of ours lost',
  errorQueue: 'who sent an ICMP error, and about which probe',
  reusePort: '--workers: several threads serve one port',
  df: '--df: datagrams that must not be fragmented',
  eventfd: 'a thread that waits in the kernel can be stopped',
}
