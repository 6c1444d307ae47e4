import { parseSizes } from '../../base/sizes.ts'
import { pickOptions, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { PROBE_OPTIONS, SEND_OPTIONS } from '../../runs/send/options.ts'

/** The options of `udptool mtu`: those of `send` for target and source, and its own. */
export const MTU_OPTIONS = {
  ...pickOptions(SEND_OPTIONS, 'ipv4', 'ipv6'),
  /** Datagram sizes for which to report the number of packets: a list or a range. */
  size: {
    form: '--size <sizes>',
    about: 'report in how many packets datagrams of these sizes travel',
    group: 'Probes:',
    parse: parseSizes,
  },
  /** Time between probes of a round (`20ms`). Default 10ms. */
  // A hundred per second: gentle (RFC 8085 section 3.1), and a round of some fifteen probes still takes only a moment.
  interval: { ...PROBE_OPTIONS.interval, about: 'time between probes of a round', default: '10ms' },
  /** A probe has failed after this time. Default 1s. */
  // PROBE_TIMER: RFC 8899 section 5.1.1 asks for at least one second.
  timeout: {
    ...PROBE_OPTIONS.timeout,
    about: 'time after which a probe has failed; three failures in a row decide',
    default: '1s',
  },
  ...pickOptions(SEND_OPTIONS, 'linger', 'receipts', 'waitFor', 'self', 'seed', 'tos', 'dscp', 'ttl'),
  ...pickOptions(SEND_OPTIONS, 'bind', 'recvBuffer', 'engine'),
  /** Expectations: `mtu>=1500`, … */
  expect: { ...PROBE_OPTIONS.expect, about: 'mtu>=1500, … (repeatable)' },
} satisfies OptionTable

/** The options of a path MTU search. Strings are parsed as on the command line. */
export interface MtuOptions extends LibraryOptions<typeof MTU_OPTIONS> {
  /** The target: `host:port`, `[v6]:port`, `host`. Default 127.0.0.1:9000. */
  readonly to?: string
  /** Use only IPv4 or only IPv6 addresses of a name. */
  readonly family?: 4 | 6
}

/**
 * Limit for the rounds of a search. About ten are usual, thirty with wrong ICMP errors and loss. A path that needs more changes too fast.
 */
export const MOST_ROUNDS = 100
