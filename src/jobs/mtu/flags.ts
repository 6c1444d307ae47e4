import { sameFlags, type Flag } from '../../options/flag.ts'
import { PROBE_FLAGS, SOCKET_FLAGS } from '../../runs/send/flags.ts'
import { MTU_DEFAULTS as d } from './options.ts'

/** The flags of `udptool mtu`: those of `send` that say where to and from where, and its own. */
export const MTU_FLAGS: readonly Flag[] = [
  ...sameFlags(SOCKET_FLAGS, ['ipv4', 'ipv6']),
  { form: '--size <sizes>', about: 'say in how many packets datagrams of these sizes travel', group: 'Probes:' },
  { form: '--interval <duration>', about: 'time between probes of a round', fallback: d.interval, group: 'Probes:' },
  {
    form: '--timeout <duration>',
    about: 'a probe has failed after this; three in a row are a verdict',
    fallback: d.timeout,
    group: 'Probes:',
  },
  ...sameFlags(PROBE_FLAGS, ['linger', 'no-receipts', 'wait-for', 'self', 'seed', 'tos', 'dscp', 'ttl']),
  ...sameFlags(SOCKET_FLAGS, ['bind', 'recv-buffer', 'engine']),
  { form: '--expect <expr>', about: 'mtu>=1500, … (repeatable)', group: 'Verdict:', repeatable: true },
]
