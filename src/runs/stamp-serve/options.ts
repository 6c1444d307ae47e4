import { inGroup, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { LISTEN_OPTIONS, SERVER_OPTIONS } from '../../options/server-options.ts'
import { choice, count, given, text } from '../../options/values.ts'
import { LIVE_OPTION, RESPONDER_LIMITS, RESPONDER_OPTIONS } from '../responder-options.ts'

/** The values of `--timestamps`. */
const TIMESTAMPS = ['ntp', 'ptp'] as const

/** The options of `udptool stamp serve`. */
export const STAMP_SERVE_OPTIONS = {
  ...LISTEN_OPTIONS,
  /** Port to bind; 0 picks a free one. Default 862, which only privileged processes may bind. */
  // RFC 8762 section 4.1
  port: { ...LISTEN_OPTIONS.port, default: 862 },
  /** Number the replies of each session, so that senders know the direction of a loss. */
  stateful: {
    form: '--stateful',
    about: 'number the replies of each session, so that senders know the direction of a loss',
    parse: given,
  },
  /** Answer requests of 14 to 43 octets with 44, to loopback and to the blocks of `allow`. */
  twampLight: {
    form: '--twamp-light',
    about: 'answer requests of 14 to 43 octets with 44, to loopback and to the blocks of --allow',
    parse: given,
  },
  /** Format of our timestamps, `ntp` or `ptp` (truncated PTP). Default `ntp`. */
  timestamps: {
    form: '--timestamps <format>',
    about: 'format of the timestamps in replies: ntp, or ptp for senders that read it',
    default: 'ntp',
    choices: TIMESTAMPS,
    parse: choice(TIMESTAMPS),
  },
  /** File of keys, `ID SECRET` a line: only requests with an HMAC by one of them are answered. */
  keyFile: {
    form: '--key-file <file>',
    about: 'keys, at most 16: answer only requests with an HMAC by one of them (default: UDPTOOL_KEY_FILE)',
    parse: text,
  },
  ...RESPONDER_OPTIONS,
  ...inGroup('Guards:', {
    /** Sessions in the table. Default 65536. */
    // At most about 16 MB of memory.
    maxSessions: {
      form: '--max-sessions <n>',
      about: 'maximum number of sessions in the table',
      default: 65_536,
      parse: count({ min: 1, max: 1_000_000 }),
    },
    /** Send replies with the DSCP that a Class of Service TLV asks for (kernel engine). */
    allowDscp: {
      form: '--allow-dscp',
      about: 'send replies with the DSCP that a Class of Service TLV asks for (kernel engine)',
      parse: given,
    },
  }),
  ...RESPONDER_LIMITS,
  ...SERVER_OPTIONS,
  live: LIVE_OPTION,
} satisfies OptionTable

/** The options of a STAMP reflector. Strings are parsed as on the command line (`20ms`, `4KiB`, `1000pps`). */
export interface StampServeOptions extends LibraryOptions<typeof STAMP_SERVE_OPTIONS> {}
