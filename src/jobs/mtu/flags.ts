import type { Flag } from '../flag.ts'
import { MTU_DEFAULTS as d } from './options.ts'

/** The flags of `udptool mtu`. */
export const MTU_FLAGS: readonly Flag[] = [
  { form: '-4, --ipv4', about: 'IPv4 addresses only' },
  { form: '-6, --ipv6', about: 'IPv6 addresses only' },
  { form: '--size <sizes>', about: 'say in how many packets datagrams of these sizes travel', group: 'Probes:' },
  { form: '--interval <duration>', about: 'time between probes of a round', fallback: d.interval, group: 'Probes:' },
  {
    form: '--timeout <duration>',
    about: 'a probe has failed after this; three in a row are a verdict',
    fallback: d.timeout,
    group: 'Probes:',
  },
  { form: '--linger <duration>', about: 'wait for late replies at the end of a round', group: 'Probes:' },
  { form: '--no-receipts', about: 'do not ask the server what became of unanswered probes', group: 'Probes:' },
  { form: '--wait-for <duration>', about: 'wait for a server that is coming up', group: 'Probes:' },
  { form: '--self', about: 'start a server for this run', group: 'Probes:' },
  { form: '--seed <n>', about: 'makes run numbers repeatable', group: 'Probes:' },
  { form: '--bind <address>', about: 'local address, or address:port', group: 'Sockets:' },
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
  { form: '--expect <expr>', about: 'mtu>=1500, … (repeatable)', group: 'Verdict:', repeatable: true },
]
