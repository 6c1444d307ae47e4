import { DEFAULT_CAP } from '../base/answer-cap.ts'
import { LARGEST_BUFFER } from '../base/size.ts'
import { ENGINE_OPTION } from '../options/engine.ts'
import { inGroup, type OptionRow, type OptionTable } from '../options/option.ts'
import { cidrText, PUBLIC_OPTION } from '../options/server-options.ts'
import { count, duration, given, listOf, size } from '../options/values.ts'
import { parseAnswerRate, parseSourceCap } from './source-cap.ts'

/** How a server that answers datagrams runs, and whom it answers. */
export const RESPONDER_OPTIONS = {
  /** The engine that moves the datagrams. `auto` takes the best that works here. Default `auto`. */
  engine: ENGINE_OPTION,
  /** Threads that share the port (kernel engine). Default 1. */
  workers: {
    form: '--workers <n>',
    about: 'number of threads that share the port (kernel engine)',
    default: 1,
    parse: count({ min: 1, max: 256 }),
  },
  /** Bytes for SO_RCVBUF. Default 4MiB. */
  // What Linux grants if net.core.rmem_max is raised. The default buffer of Linux holds only 256 small datagrams.
  recvBuffer: {
    form: '--recv-buffer <bytes>',
    about: 'receive buffer (SO_RCVBUF)',
    default: '4MiB',
    parse: size({ max: LARGEST_BUFFER }),
  },
  ...inGroup('Guards:', {
    /** Allow a bind that other hosts can reach. */
    public: PUBLIC_OPTION,
    /** Maximum answers per second: `1000pps`. */
    maxRate: { form: '--max-rate <rate>', about: 'maximum answers per second, as 1000pps', parse: parseAnswerRate },
    /**
     * Maximum answers (`1000pps`) or bytes of answers (`10Mbit`) per second to one source network: a /24 of IPv4, a /56 of IPv6. Replaces
     * the two default caps, 1000 answers and 2 MiB per second, and also applies on loopback.
     */
    maxRatePerSource: {
      form: '--max-rate-per-source <rate>',
      about: `maximum answers (1000pps) or bits (10Mbit) per second to one /24 or /56 (default: ${DEFAULT_CAP.answers}pps and 2 MiB/s)`,
      parse: parseSourceCap,
    },
    /** Peers in the table. Default 65536. */
    // At most about 20 MB of memory.
    maxPeers: {
      form: '--max-peers <n>',
      about: 'maximum number of peers in the table',
      default: 65_536,
      parse: count({ min: 1, max: 1_000_000 }),
    },
    /** Addresses and blocks (`10.0.0.0/8`) to answer, and no others. Empty: all. */
    allow: {
      form: '--allow <cidr>',
      about: 'address block to answer; all others are ignored (repeatable)',
      repeatable: true,
      parse: listOf(cidrText),
    },
    /** Addresses and blocks that are never answered. */
    deny: {
      form: '--deny <cidr>',
      about: 'address block to ignore (repeatable)',
      repeatable: true,
      parse: listOf(cidrText),
    },
  }),
} satisfies OptionTable

/** When such a server ends by itself. */
export const RESPONDER_LIMITS = inGroup('Ending:', {
  /** End the server after this time without a datagram. */
  maxIdle: { form: '--max-idle <duration>', about: 'end after this time without a datagram', parse: duration },
  /** End the server after this number of datagrams. */
  maxDatagrams: {
    form: '--max-datagrams <n>',
    about: 'end after this number of datagrams',
    parse: count({ min: 1 }),
  },
}) satisfies OptionTable

export const LIVE_OPTION = {
  form: '--live',
  about: 'show rates, fates and the busiest peers on the terminal while it runs',
  absentFrom: 'library',
  parse: given,
} satisfies OptionRow
