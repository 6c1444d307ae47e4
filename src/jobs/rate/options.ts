import { parseRatio } from '../../base/ratio.ts'
import { parseSizes } from '../../base/sizes.ts'
import { usage } from '../../base/error.ts'
import { inGroup, pickOptions, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { count, given, positiveDuration, rate } from '../../options/values.ts'
import { PROBE_OPTIONS, SEND_OPTIONS } from '../../runs/send/options.ts'
import { CHECKED_SIZE } from '../../wire/probe.ts'

/** Each size takes its own search of about 20 s. */
const MOST_SIZES = 50
/** Datagrams sent at once: more than any queue that is worth measuring, and a page of memory of the server's receipts. */
const MOST_BURST = 65_536

/** The options of `udptool rate`: those of `send` for target and sockets, and its own. */
export const RATE_OPTIONS = {
  ...pickOptions(SEND_OPTIONS, 'ipv4', 'ipv6'),
  ...inGroup('Search:', {
    /** Datagram sizes: a row of the Result for each. Default 1200. */
    // Fits a path of the least MTU of IPv6, 1280 bytes, with its headers.
    size: {
      form: '--size <sizes>',
      about: 'payload sizes in bytes, a search for each: 1200 or 256,1200',
      default: 1200,
      parse: eachOnce,
    },
    /** Duration of a trial that counts (`2s`). Default 2s. */
    duration: {
      form: '--duration <duration>',
      about: 'duration of a trial that counts',
      default: '2s',
      parse: positiveDuration,
    },
    /** The lowest rate of interest (`100pps`, `1Mbit`). Default 100pps. */
    fromRate: {
      form: '--from-rate <rate>',
      about: 'the lowest rate of interest, where the search begins: 100pps, or 1Mbit of payload',
      default: '100pps',
      parse: rate,
    },
    /** The highest rate that is ever offered (`50Mbit`). Off loopback it is needed, or `yes`. */
    toRate: {
      form: '--to-rate <rate>',
      about: 'the highest rate that is ever offered; needed off loopback without --yes',
      parse: rate,
    },
    /** The largest loss at which a rate holds (`0.1%`, `0`). Default 0.1%. */
    maxLoss: {
      form: '--max-loss <ratio>',
      about: 'the largest loss at which a rate holds; 0 is allowed',
      default: '0.1%',
      parse: parseRatio,
    },
    /** Also search the largest burst without a loss, up to this many datagrams sent at once. */
    burst: {
      form: '--burst <n>',
      about: 'also search the largest burst without a loss, up to n datagrams sent back to back',
      parse: count({ min: 1, max: MOST_BURST }),
    },
    /** Load the path to any target without an upper bound. */
    yes: { form: '--yes', about: 'load the path off loopback without an upper bound', parse: given },
  }),
  clients: { ...PROBE_OPTIONS.clients, about: 'number of sockets that share the rate' },
  ...pickOptions(SEND_OPTIONS, 'flows', 'sourcePorts'),
  ...pickOptions(SEND_OPTIONS, 'payload', 'timeout', 'linger', 'receipts', 'waitFor', 'self', 'seed'),
  ...pickOptions(SEND_OPTIONS, 'df', 'tos', 'dscp', 'ttl', 'bind', 'recvBuffer', 'engine'),
  /** Expectations: `rate>=10Mbit`, `loss<1%`, … */
  expect: { ...PROBE_OPTIONS.expect, about: 'rate>=10Mbit, rate>=600pps, … (repeatable)' },
} satisfies OptionTable

/** The options of a search for the highest rate. Strings are parsed as on the command line. */
export interface RateOptions extends LibraryOptions<typeof RATE_OPTIONS> {
  /** The target: `host:port`, `[v6]:port`, `host`. Default 127.0.0.1:9000. */
  readonly to?: string
  /** Use only IPv4 or only IPv6 addresses of a name. */
  readonly family?: 4 | 6
}

/** The distinct sizes, in the order given. */
function eachOnce(value: Parameters<typeof parseSizes>[0], flag: string): number[] {
  const sizes = [...new Set(parseSizes(value, flag))]
  const small = sizes.find(size => size < CHECKED_SIZE)
  if (small !== undefined)
    throw usage(
      `${flag} ${small} is too small for a probe that carries its number and a check`,
      `write ${flag} ${CHECKED_SIZE} or more`,
    )
  if (sizes.length <= MOST_SIZES) return sizes
  throw usage(`${flag} names ${sizes.length} sizes, and each takes a search of its own`, `name at most ${MOST_SIZES}`)
}
