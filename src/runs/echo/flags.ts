import { ENGINE_NAMES } from '../../options/engine-names.ts'
import type { Flag } from '../../options/flag.ts'
import { PUBLIC_FLAG, SERVER_FLAGS } from '../../options/server-flags.ts'
import { ECHO_DEFAULTS as d, MODES } from './options.ts'

/** What is answered and how: the flags of a server that lives as long as whatever has started it, too. */
export const ANSWER_FLAGS: readonly Flag[] = [
  { form: '--host <address>', about: 'address to bind; any but loopback needs --public', fallback: d.host },
  { form: '-p, --port <port>', about: 'port to bind; 0 picks a free one', fallback: String(d.port) },
  { form: '--mode <mode>', about: 'upper, echo or discard', fallback: d.mode, choices: MODES },
  { form: '--reply <text>', about: 'answer every datagram with this text' },
  { form: '--recv-size <bytes>', about: 'read at most so many bytes of each datagram, as recvfrom(N) does' },
  { form: '--delay <duration>', about: 'wait before each answer; other clients do not wait' },
  {
    form: '--engine <engine>',
    about: 'auto, kernel or dgram',
    fallback: d.engine,
    choices: ENGINE_NAMES,
  },
  { form: '--workers <n>', about: 'threads that share the port (kernel engine)', fallback: String(d.workers) },
  { form: '--recv-buffer <bytes>', about: 'receive buffer to ask the kernel for', fallback: d.recvBuffer },
  PUBLIC_FLAG,
  { form: '--max-rate <rate>', about: 'most answers a second, as 1000pps', group: 'Guards:' },
  {
    form: '--max-rate-per-source <rate>',
    about: `most answers (1000pps) or bits (10Mbit) a second to one /24 or /56 (default: ${d.answersPerSource}pps and 2 MiB/s)`,
    group: 'Guards:',
  },
  { form: '--max-peers <n>', about: 'peers remembered at once', fallback: String(d.maxPeers), group: 'Guards:' },
  { form: '--allow <cidr>', about: 'answer these addresses only (repeatable)', group: 'Guards:', repeatable: true },
  { form: '--deny <cidr>', about: 'never answer these addresses (repeatable)', group: 'Guards:', repeatable: true },
]

/** The flags of `udptool serve`. */
export const ECHO_FLAGS: readonly Flag[] = [
  ...ANSWER_FLAGS,
  { form: '--max-idle <duration>', about: 'end after this time without a datagram', group: 'Ending:' },
  { form: '--max-datagrams <n>', about: 'end after so many datagrams', group: 'Ending:' },
  ...SERVER_FLAGS,
]
