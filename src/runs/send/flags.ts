import { ENGINE_NAMES } from '../../options/engine-names.ts'
import type { Flag } from '../../options/flag.ts'
import { TOLERANCE_FLAGS } from '../../options/tolerance.ts'
import { SEND_DEFAULTS as d } from './options.ts'

/** The flags of `udptool send` that ask for a run of probes, by their camelCase names too (check files, library). */
export const PROBE_FLAGS: readonly Flag[] = [
  {
    form: '--size <sizes>',
    about: 'bytes of a datagram: 4000, 4k, 1472,1473 or 64..9000/512',
    fallback: String(d.size),
    group: 'Probes:',
  },
  { form: '--count <n>', about: 'probes for each client', fallback: String(d.count), group: 'Probes:' },
  { form: '--interval <duration>', about: 'time between probes of a client', fallback: d.interval, group: 'Probes:' },
  { form: '--rate <rate>', about: 'instead of an interval: 100pps, or 10Mbit of payload', group: 'Probes:' },
  { form: '--duration <duration>', about: 'how long; lifts the default count', group: 'Probes:' },
  {
    form: '--burst <n>',
    about: 'probes sent at once; a rate stays the same',
    fallback: String(d.burst),
    group: 'Probes:',
  },
  { form: '--window <n>', about: 'most probes in flight', group: 'Probes:' },
  {
    form: '--clients <n>',
    about: 'sockets that send at once, each with its own run',
    fallback: String(d.clients),
    group: 'Probes:',
  },
  {
    form: '--payload <kind>',
    about: 'text, binary, zeros, random or file:PATH',
    fallback: d.payload,
    group: 'Probes:',
  },
  { form: '--timeout <duration>', about: 'a reply is late after this', fallback: d.timeout, group: 'Probes:' },
  { form: '--linger <duration>', about: 'wait for late replies and copies at the end', group: 'Probes:' },
  {
    form: '--flood',
    about: `as fast as the engine can, ${d.floodWindow} in flight (${d.floodDuration} unless --count or --duration says)`,
    group: 'Probes:',
  },
  {
    form: '--df [mode]',
    about: 'do not fragment: do or probe (kernel engine)',
    group: 'Sockets:',
    choices: ['do', 'probe'],
  },
  { form: '--tos <byte>', about: 'TOS or traffic class, 184 or 0xb8 (kernel engine)', group: 'Sockets:' },
  { form: '--dscp <name>', about: 'DSCP by name or number: ef, af41, cs5, 46 (kernel engine)', group: 'Sockets:' },
  { form: '--ttl <n>', about: 'TTL or hop limit', group: 'Sockets:' },
  { form: '--no-receipts', about: 'do not ask the server what became of unanswered probes', group: 'Probes:' },
  {
    form: '--wait-for <duration>',
    about: 'wait for a name, a route and a server that are coming up',
    group: 'Probes:',
  },
  { form: '--summary', about: 'constant memory: percentiles from a histogram', group: 'Probes:' },
  { form: '--self', about: 'start a server for this run', group: 'Probes:' },
  { form: '--seed <n>', about: 'makes the random payload repeatable', group: 'Probes:' },
  {
    form: '--expect <expr>',
    about: 'loss<1%, rtt.p99<20ms, truncated==0, … (repeatable)',
    group: 'Verdict:',
    repeatable: true,
  },
  {
    form: '--baseline <file>',
    about: 'fail if the run is worse than this saved Result or journal, by more than the tolerance',
    group: 'Verdict:',
  },
  ...TOLERANCE_FLAGS,
]

/** Flags that messages have too. */
export const SOCKET_FLAGS: readonly Flag[] = [
  { form: '--to <target>', about: 'host:port, [v6]:port or host', fallback: d.to },
  { form: '-4, --ipv4', about: 'IPv4 addresses only' },
  { form: '-6, --ipv6', about: 'IPv6 addresses only' },
  { form: '--bind <address>', about: 'local address, or address:port', group: 'Sockets:' },
  {
    form: '--recv-buffer <bytes>',
    about: 'receive buffer to ask the kernel for',
    fallback: d.recvBuffer,
    group: 'Sockets:',
  },
  {
    form: '--engine <engine>',
    about: 'auto, kernel or dgram',
    fallback: d.engine,
    group: 'Sockets:',
    choices: ENGINE_NAMES,
  },
]
