import { parseDscp } from '../../base/dscp.ts'
import type { Target } from '../../base/target.ts'
import { inGroup, pickOptions, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { parseOneHost } from '../../options/target.ts'
import { choice, count, given, text } from '../../options/values.ts'
import type { ComparedRun } from '../../verdict/compare/run-figures.ts'
import { PROBE_OPTIONS, SEND_OPTIONS } from '../../runs/send/options.ts'
import { parseKeyId, parseTlvs, TLV_NAMES } from './option-values.ts'

/** RFC 8762 section 4.1. */
const STAMP_PORT = 862

const TIMESTAMPS = ['ntp', 'ptp'] as const

/** The options of `udptool stamp send`: those of `send`, with other defaults, and those of STAMP. */
export const STAMP_SEND_OPTIONS = {
  /** The reflector: `host:port`, `[v6]:port`, `host`. Default 127.0.0.1:862. */
  to: {
    ...SEND_OPTIONS.to,
    default: `127.0.0.1:${STAMP_PORT}`,
    parse: (value: string, flag: string): Target => parseOneHost(value, flag, { defaultPort: STAMP_PORT }),
  },
  ...pickOptions(SEND_OPTIONS, 'ipv4', 'ipv6', 'bind', 'recvBuffer', 'engine'),
  ...inGroup('STAMP:', {
    /** Session identifier, 1 to 65535 (RFC 8972 section 3). Default: none. */
    ssid: {
      form: '--ssid <n>',
      about: 'session identifier, 1 to 65535 (RFC 8972)',
      parse: count({ min: 1, max: 0xffff }),
    },
    /** Authenticate packets by HMAC-SHA-256 with a key of `keyFile`. */
    auth: {
      form: '--auth',
      about: 'authenticated mode, with a key of --key-file or UDPTOOL_KEY_FILE',
      parse: given,
    },
    /** File of keys, `ID SECRET` a line, which only its owner can read. It selects the authenticated mode. */
    keyFile: {
      form: '--key-file <file>',
      about: 'file of keys, a line each: ID SECRET (selects --auth)',
      parse: text,
    },
    /** The key to use, one digit `0` to `F`. Default: the first of the file. */
    keyId: {
      form: '--key-id <id>',
      about: 'ID of the key to use (default: the first of the file)',
      parse: parseKeyId,
    },
    /** Format of the timestamps of our packets: `ntp` or `ptp` (truncated PTP). Default `ntp`. */
    timestamps: {
      form: '--timestamps <format>',
      about: 'format of our timestamps: ntp, or ptp for reflectors that read it',
      default: 'ntp',
      choices: TIMESTAMPS,
      parse: choice(TIMESTAMPS),
    },
    /** TLVs of each packet (RFC 8972): `cos`, `direct`, `followup`, `timestamp`. */
    tlv: {
      form: '--tlv <names>',
      about: 'TLVs of each packet: cos, direct, followup, timestamp (repeatable)',
      repeatable: true,
      choices: TLV_NAMES,
      parse: parseTlvs,
    },
    /** With the TLV `cos`: DSCP wanted for the replies, by name or number. Default: that of our packets. */
    replyDscp: {
      form: '--reply-dscp <name>',
      about: 'with --tlv cos: DSCP wanted for the replies (default: that of our packets)',
      needs: 'tlv',
      parse: parseDscp,
    },
    /** Send to a TWAMP-Light reflector (RFC 5357 appendix I): sizes from 14, padding instead of TLVs. */
    twampLight: {
      form: '--twamp-light',
      about: 'for TWAMP-Light reflectors: sizes from 14, padding instead of TLVs',
      parse: given,
    },
  }),
  /** Packet sizes in bytes, used in turn. Default: the smallest that has room for base packet and TLVs, 44 without options. */
  size: {
    form: '--size <sizes>',
    about: 'payload size in bytes: 1000, 44,1472 or 64..9000/512',
    defaultText: '44, or 112 with --auth, and room for the TLVs',
    group: 'Probes:',
    parse: PROBE_OPTIONS.size.parse,
  },
  ...pickOptions(SEND_OPTIONS, 'count', 'interval', 'rate', 'duration', 'burst', 'window', 'clients'),
  ...pickOptions(SEND_OPTIONS, 'flows', 'sourcePorts'),
  /** Padding beyond base packet and TLVs: `random`, `zeros`, `text`, `binary` or `file:PATH`. Default `random`. */
  // RFC 8972 section 4.1
  payload: { ...PROBE_OPTIONS.payload, about: 'padding: random, zeros, text, binary or file:PATH', default: 'random' },
  ...pickOptions(SEND_OPTIONS, 'timeout', 'linger', 'flood', 'waitFor', 'summary'),
  /** Start a stateful reflector for this run, in a worker thread. */
  self: { ...PROBE_OPTIONS.self, about: 'start an embedded stateful reflector for this run' },
  ...pickOptions(SEND_OPTIONS, 'seed', 'df', 'tos', 'dscp'),
  /** TTL or hop limit, 1 to 255. Default 255. */
  // RFC 4656 section 4.1.2: the reflector reports with which one a packet arrived, so 255 gives the number of hops.
  ttl: { ...PROBE_OPTIONS.ttl, default: 255 },
  ...pickOptions(SEND_OPTIONS, 'expect', 'baseline', 'tolerance', 'lossTolerance'),
} satisfies OptionTable

/** The options of a run of STAMP packets. Strings are parsed as on the command line (`20ms`, `4KiB`, `10Mbit`). */
export interface StampSendOptions extends LibraryOptions<typeof STAMP_SEND_OPTIONS> {
  /** Use only IPv4 or only IPv6 addresses of a name. */
  readonly family?: 4 | 6
  /** A saved run. The verdict is `fail` if this run is worse by more than `tolerance`. */
  readonly baseline?: ComparedRun
}
