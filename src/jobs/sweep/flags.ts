import { sameFlags, type Flag } from '../../options/flag.ts'
import { PROBE_FLAGS, SOCKET_FLAGS } from '../../runs/send/flags.ts'
import { SWEEP_DEFAULTS as d } from './options.ts'

/** The flags of `udptool sweep`: those of `send` that do not say how much is sent at once, and its own. */
export const SWEEP_FLAGS: readonly Flag[] = [
  ...sameFlags(SOCKET_FLAGS, ['to', 'ipv4', 'ipv6']),
  {
    form: '--sizes <sizes>',
    about:
      'bytes of a datagram: 1472,1473,4000 or 64..9000/512; without it the sweep looks for edges itself, to the byte',
    group: 'Probes:',
  },
  { form: '--count <n>', about: 'probes of each size', fallback: String(d.count), group: 'Probes:' },
  { form: '--interval <duration>', about: 'time between probes', fallback: d.interval, group: 'Probes:' },
  ...sameFlags(PROBE_FLAGS, ['rate', 'window', 'payload', 'timeout', 'linger']),
  ...sameFlags(PROBE_FLAGS, ['no-receipts', 'wait-for', 'self', 'seed', 'df', 'tos', 'dscp', 'ttl']),
  ...sameFlags(SOCKET_FLAGS, ['bind', 'recv-buffer', 'engine']),
  {
    form: '--expect <expr>',
    about: 'maxIntactSize>=8972, loss<1%, truncated==0, … (repeatable)',
    group: 'Verdict:',
    repeatable: true,
  },
]
