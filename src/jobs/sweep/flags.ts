import type { Flag } from '../flag.ts'
import { SWEEP_DEFAULTS as d } from './options.ts'

/** The flags of `udptool sweep`. */
export const SWEEP_FLAGS: readonly Flag[] = [
  { form: '--to <target>', about: 'host:port, [v6]:port or host', fallback: d.to },
  { form: '-4, --ipv4', about: 'IPv4 addresses only' },
  { form: '-6, --ipv6', about: 'IPv6 addresses only' },
  {
    form: '--sizes <sizes>',
    about:
      'bytes of a datagram: 1472,1473,4000 or 64..9000/512; without it the sweep looks for edges itself, to the byte',
    group: 'Probes:',
  },
  { form: '--count <n>', about: 'probes of each size', fallback: String(d.count), group: 'Probes:' },
  { form: '--interval <duration>', about: 'time between probes', fallback: d.interval, group: 'Probes:' },
  { form: '--rate <rate>', about: 'instead of an interval: 100pps, or 10Mbit of payload', group: 'Probes:' },
  { form: '--window <n>', about: 'most probes in flight', group: 'Probes:' },
  {
    form: '--payload <kind>',
    about: 'text, binary, zeros, random or file:PATH',
    fallback: d.payload,
    group: 'Probes:',
  },
  { form: '--timeout <duration>', about: 'a reply is late after this', fallback: d.timeout, group: 'Probes:' },
  { form: '--linger <duration>', about: 'wait for late replies and copies at the end', group: 'Probes:' },
  { form: '--no-receipts', about: 'do not ask the server what became of unanswered probes', group: 'Probes:' },
  { form: '--wait-for <duration>', about: 'wait for a server that is coming up', group: 'Probes:' },
  { form: '--self', about: 'start a server for this run', group: 'Probes:' },
  { form: '--seed <n>', about: 'makes runs and random payload repeatable', group: 'Probes:' },
  { form: '--bind <address>', about: 'local address, or address:port', group: 'Sockets:' },
  { form: '--df [mode]', about: 'do not fragment: do or probe (kernel engine)', group: 'Sockets:' },
  { form: '--tos <byte>', about: 'TOS or traffic class, 184 or 0xb8 (kernel engine)', group: 'Sockets:' },
  { form: '--dscp <name>', about: 'DSCP by name or number: ef, af41, cs5, 46 (kernel engine)', group: 'Sockets:' },
  { form: '--ttl <n>', about: 'TTL or hop limit', group: 'Sockets:' },
  {
    form: '--recv-buffer <bytes>',
    about: 'receive buffer to ask the kernel for',
    fallback: d.recvBuffer,
    group: 'Sockets:',
  },
  { form: '--engine <engine>', about: 'auto, kernel or dgram', fallback: d.engine, group: 'Sockets:' },
  {
    form: '--expect <expr>',
    about: 'maxIntactSize>=8972, loss<1%, truncated==0, … (repeatable)',
    group: 'Verdict:',
    repeatable: true,
  },
]
