import type { Nanos } from '../../base/nanos.ts'
import { pickOptions, type OptionTable, type RawOptions } from '../../options/option.ts'
import { count, duration, given, positiveDuration } from '../../options/values.ts'
import { PROBE_OPTIONS, SEND_OPTIONS, SOCKET_OPTIONS } from '../../runs/send/options.ts'

/** The options of `udptool ping`: those of probes, with the letters and the defaults of ping(8). */
export const PING_OPTIONS = {
  ...pickOptions(SEND_OPTIONS, 'ipv4', 'ipv6'),
  count: {
    form: '-c, --count <n>',
    about: 'probes to send (default: until Ctrl-C)',
    group: 'Probes:',
    parse: count({ min: 1 }),
  },
  interval: {
    ...PROBE_OPTIONS.interval,
    form: '-i, --interval <duration>',
    about: 'time between probes; a bare number is seconds',
    default: '1s',
    parse: seconds,
  },
  size: { ...PROBE_OPTIONS.size, form: '-s, --size <sizes>' },
  timeout: {
    ...PROBE_OPTIONS.timeout,
    form: '-W, --timeout <duration>',
    about: 'time after which a probe is lost; a bare number is seconds',
    parse: positiveSeconds,
  },
  deadline: {
    form: '-w, --deadline <duration>',
    about: 'time to send for; a bare number is seconds',
    group: 'Probes:',
    parse: positiveSeconds,
  },
  ...pickOptions(SEND_OPTIONS, 'rate', 'duration', 'burst', 'window', 'clients', 'flows', 'sourcePorts'),
  ...pickOptions(SEND_OPTIONS, 'payload', 'linger', 'flood', 'receipts', 'waitFor', 'summary', 'seed'),
  bind: { ...SOCKET_OPTIONS.bind, form: '-I, --bind <address>' },
  ttl: { ...PROBE_OPTIONS.ttl, form: '-t, --ttl <n>' },
  tos: { ...PROBE_OPTIONS.tos, form: '-Q, --tos <byte>' },
  ...pickOptions(SEND_OPTIONS, 'dscp'),
  df: { ...PROBE_OPTIONS.df, form: '-M, --df [mode]' },
  ...pickOptions(SEND_OPTIONS, 'recvBuffer', 'engine', 'expect', 'baseline', 'tolerance', 'lossTolerance'),
  timestamps: {
    form: '-D, --timestamps',
    about: 'print the time of day before each line',
    group: 'Output:',
    parse: given,
  },
  numeric: {
    form: '-n, --numeric',
    about: 'accepted, without effect: addresses are never turned into names',
    group: 'Output:',
    parse: given,
  },
} satisfies OptionTable

export type PingOptions = RawOptions<typeof PING_OPTIONS> & { readonly family?: 4 | 6 }

const BARE = /^\d{1,15}(?:\.\d{0,9})?$|^\.\d{1,9}$/u

/** A duration; a bare number is seconds, as in ping(8). */
function seconds(value: string, flag: string): Nanos {
  return duration(inSeconds(value), flag)
}

function positiveSeconds(value: string, flag: string): Nanos {
  return positiveDuration(inSeconds(value), flag)
}

/** With its unit: `0.2` is `0.2s`. */
export function inSeconds(value: string): string {
  const written = value.trim()
  return BARE.test(written) ? `${written.replace(/\.$/u, '')}s` : value
}
