import { DEFAULT_CAP } from '../../base/answer-cap.ts'
import type { Flag } from '../../options/flag.ts'
import { PUBLIC_FLAG, SERVER_FLAGS } from '../../options/server-flags.ts'
import { RELAY_DEFAULTS as d } from './options.ts'
import { SELF_DEFAULTS as s } from './self-options.ts'

/** Heading of the flags of `relay --self` alone. */
export const SELF_GROUP = 'With --self:'

/** The flags of `udptool relay`. */
export const RELAY_FLAGS: readonly Flag[] = [
  { form: '--listen <target>', about: 'where clients send to; port 0 picks a free one', fallback: d.listen },
  { form: '-p, --port <port>', about: 'instead of the port in --listen' },
  { form: '--to <target>', about: 'the server', fallback: d.to },
  {
    form: '--up <rules>',
    about: 'what is done on the way to the server, as drop=5%,delay=20ms~5ms (repeatable)',
    repeatable: true,
  },
  { form: '--down <rules>', about: 'what is done on the way back (repeatable)', repeatable: true },
  { form: '--seed <n>', about: 'the same seed and arrivals meet the same fate (without one it is drawn and printed)' },
  { form: '--truth <file>', about: 'write there, at the end, what was done to which datagram' },
  { ...PUBLIC_FLAG, group: 'Limits:' },
  {
    form: '--max-rate-per-source <rate>',
    about: `most datagrams (1000pps) or bits (10Mbit) a second, each way, for one /24 or /56 (default: ${DEFAULT_CAP.answers}pps and 2 MiB/s)`,
    group: 'Limits:',
  },
  {
    form: '--service-ports',
    about: 'take datagrams from ports below 1024 and of other UDP services too',
    group: 'Limits:',
  },
  { form: '--idle <duration>', about: 'drop a client after this idle time', fallback: d.idle, group: 'Limits:' },
  { form: '--max-clients <n>', about: 'clients at once', fallback: String(d.maxClients), group: 'Limits:' },
  { form: '--queue <bytes>', about: 'bytes that may wait in the relay', fallback: d.queue, group: 'Limits:' },
  {
    form: '--recv-buffer <bytes>',
    about: 'receive buffer to ask the kernel for, each socket',
    fallback: d.recvBuffer,
    group: 'Limits:',
  },
  ...SERVER_FLAGS,
  { form: '--self', about: 'server, relay and sender in one: what was done beside what the ledger says' },
  { form: '--size <sizes>', about: 'bytes of a datagram', fallback: String(s.size), group: SELF_GROUP },
  { form: '--count <n>', about: 'probes for each client', fallback: String(s.count), group: SELF_GROUP },
  { form: '--interval <duration>', about: 'time between probes of a client', fallback: s.interval, group: SELF_GROUP },
  { form: '--clients <n>', about: 'sockets that send at once', fallback: String(s.clients), group: SELF_GROUP },
  { form: '--timeout <duration>', about: 'a reply is late after this', fallback: s.timeout, group: SELF_GROUP },
]
