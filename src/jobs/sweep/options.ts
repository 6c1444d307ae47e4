import { usage } from '../../base/error.ts'
import { parseSizes } from '../../base/sizes.ts'
import { pickOptions, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { PROBE_OPTIONS, SEND_OPTIONS } from '../../runs/send/options.ts'

/** The options of `udptool sweep`: those of `send` without bursts, floods and clients, and its own. */
export const SWEEP_OPTIONS = {
  ...pickOptions(SEND_OPTIONS, 'to', 'ipv4', 'ipv6'),
  /** A list or a range (`1472,1473,4000`, `64..9000/512`). Absent: the sweep chooses the sizes. */
  sizes: {
    form: '--sizes <sizes>',
    about: 'payload sizes in bytes: 1472,1473,4000 or 64..9000/512 (default: search for the limits to the byte)',
    group: 'Probes:',
    parse: eachOnce,
  },
  /** Probes of each size. Default 5. */
  // If five of five are lost and no control is, that is not chance (less than 1 in thousands), even with 10 % random loss (1 in 100 000).
  count: { ...PROBE_OPTIONS.count, about: 'probes of each size', default: 5 },
  /** Time between probes (`20ms`). Default 10ms. */
  // A hundred per second: gentle (RFC 8085 section 3.1), and some hundred probes take seconds.
  interval: { ...PROBE_OPTIONS.interval, about: 'time between probes', default: '10ms' },
  ...pickOptions(SEND_OPTIONS, 'rate', 'window', 'payload', 'timeout', 'linger'),
  ...pickOptions(SEND_OPTIONS, 'receipts', 'waitFor', 'self', 'seed', 'df', 'tos', 'dscp', 'ttl'),
  ...pickOptions(SEND_OPTIONS, 'bind', 'recvBuffer', 'engine'),
  /** Expectations: `maxIntactSize>=8972`, `loss<1%`, … */
  expect: { ...PROBE_OPTIONS.expect, about: 'maxIntactSize>=8972, loss<1%, truncated==0, … (repeatable)' },
} satisfies OptionTable

/** The options of a sweep over sizes. Strings are parsed as on the command line. */
export interface SweepOptions extends LibraryOptions<typeof SWEEP_OPTIONS> {
  /** Use only IPv4 or only IPv6 addresses of a name. */
  readonly family?: 4 | 6
}

/** Limit for the sizes of a sweep. More would take hours. */
const MOST_SIZES = 20_000

/** The distinct sizes in ascending order. */
function eachOnce(value: Parameters<typeof parseSizes>[0], flag: string): number[] {
  const sizes = [...new Set(parseSizes(value, flag))].toSorted((a, b) => a - b)
  if (sizes.length <= MOST_SIZES) return sizes
  throw usage(`${flag} names ${sizes.length} sizes, more than ${MOST_SIZES}`, 'write a larger step: 0..65507/64')
}
