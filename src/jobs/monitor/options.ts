import { usage } from '../../base/error.ts'
import { isAddress } from '../../base/ip.ts'
import { MILLISECOND, SECOND, type Nanos } from '../../base/nanos.ts'
import { parsePortRange } from '../../base/port-range.ts'
import { quoted } from '../../base/quoted.ts'
import { addressWithPort, DEFAULT_HOST, parseTarget, type Target } from '../../base/target.ts'
import { inGroup, pickOptions, type OptionTable, type RawOptions } from '../../options/option.ts'
import { PUBLIC_OPTION, SERVER_OPTIONS } from '../../options/server-options.ts'
import { count, duration, positiveDuration, text } from '../../options/values.ts'
import { PROBE_OPTIONS, SEND_OPTIONS, SOCKET_OPTIONS } from '../../runs/send/options.ts'

/** A probe every 10 ms is more than any view shows, and leaves time for a thousand targets. */
const LEAST_INTERVAL: Nanos = 10 * MILLISECOND
/** More often, lookups would be a load on name servers. */
const LEAST_REFRESH: Nanos = SECOND
/** Sockets of one target: as many as a group of ECMP paths has at most. */
export const MOST_FLOWS = 256
/** A search takes some seconds. */
const LEAST_SEARCH_INTERVAL: Nanos = SECOND
const WEB_PORT = 19_000

/** The options of probes without end: the keys of a module in a configuration file, and flags of `udptool watch`. */
export const MODULE_OPTIONS = {
  ...pickOptions(SEND_OPTIONS, 'ipv4', 'ipv6'),
  interval: {
    ...PROBE_OPTIONS.interval,
    form: '-i, --interval <duration>',
    about: 'time between probes of one flow, at least 10ms',
    default: '1s',
    parse: probeInterval,
  },
  size: { ...PROBE_OPTIONS.size, form: '-s, --size <sizes>' },
  timeout: {
    ...PROBE_OPTIONS.timeout,
    form: '-W, --timeout <duration>',
    about: 'time after which a probe is lost',
  },
  flows: {
    form: '--flows <n>',
    about: 'number of flows to each target, each with its own source port',
    default: 1,
    group: 'Probes:',
    parse: count({ min: 1, max: MOST_FLOWS }),
  },
  /** Of several targets each has as many of them as it has flows. */
  sourcePorts: {
    form: '--source-ports <ports>',
    about: 'source ports of the flows: A-B or A..B; each target has its own (default: consecutive free ones)',
    group: 'Probes:',
    parse: parsePortRange,
  },
  ...pickOptions(SEND_OPTIONS, 'payload', 'receipts'),
  bind: {
    ...SOCKET_OPTIONS.bind,
    form: '--bind <address>',
    about: 'local address, without a port',
    parse: bindAddress,
  },
  ...pickOptions(SEND_OPTIONS, 'recvBuffer', 'df', 'tos', 'dscp', 'ttl'),
} satisfies OptionTable

/** Keys of a module with a search (`run: mtu`, `run: sweep`) that the run itself does not have, or has with another meaning. */
export const SEARCH_OPTIONS = {
  interval: {
    form: '--interval <duration>',
    about: 'time from the start of a search to the start of the next, at least 1s',
    default: '10m',
    parse: searchInterval,
  },
} satisfies OptionTable

/** Options of a monitor as a whole. */
export const MONITOR_OPTIONS = {
  'config.file': {
    form: '--config.file <file>',
    about: 'targets with their modules and labels: .yaml, .yml, .json or .mjs',
    group: 'Targets:',
    parse: text,
  },
  refresh: {
    form: '--refresh <duration>',
    about: 'time after which a name is resolved again',
    default: '60s',
    group: 'Targets:',
    parse: refreshInterval,
  },
  maxTargets: {
    form: '--max-targets <n>',
    about: 'maximum number of targets, each flow counted',
    default: 1000,
    group: 'Targets:',
    parse: count({ min: 1, max: 100_000 }),
  },
  engine: { ...SOCKET_OPTIONS.engine, group: 'Sockets:' },
} satisfies OptionTable

/** The options of `udptool watch`. */
export const WATCH_OPTIONS = {
  ...MODULE_OPTIONS,
  ...MONITOR_OPTIONS,
  duration: {
    form: '--duration <duration>',
    about: 'end after this time, as Ctrl-C does',
    group: 'Ending:',
    parse: positiveDuration,
  },
  reportInterval: {
    form: '--report-interval <duration>',
    about: 'without a terminal: time between the lines of a target; 0: none',
    default: '10s',
    group: 'Output:',
    parse: reportInterval,
  },
  ...inGroup('Web page:', {
    web: {
      form: '--web [address:port]',
      about: `serve a page with the same view over HTTP (default ${DEFAULT_HOST}:${WEB_PORT}); write it after the targets`,
      parse: webAddress,
    },
    portFile: { ...SERVER_OPTIONS.portFile, about: 'file to write the port of the page to', needs: 'web' },
    public: { ...PUBLIC_OPTION, about: 'allow an address of the page that other hosts can reach' },
  }),
} satisfies OptionTable

export type ModuleOptions = RawOptions<typeof MODULE_OPTIONS> & { readonly family?: 4 | 6 }
export type WatchOptions = RawOptions<typeof WATCH_OPTIONS>

function probeInterval(value: string, flag: string): Nanos {
  return atLeast(value, flag, LEAST_INTERVAL, '10ms')
}

function searchInterval(value: string, flag: string): Nanos {
  return atLeast(value, flag, LEAST_SEARCH_INTERVAL, '1s')
}

function refreshInterval(value: string, flag: string): Nanos {
  return atLeast(value, flag, LEAST_REFRESH, '1s')
}

/** 0: no lines about targets, only events. */
function reportInterval(value: string, flag: string): Nanos {
  return duration(value, flag) === 0 ? 0 : atLeast(value, flag, 100 * MILLISECOND, '100ms')
}

function atLeast(value: string, flag: string, least: Nanos, limit: string): Nanos {
  const nanos = duration(value, flag)
  if (nanos >= least) return nanos
  throw usage(`${flag} cannot be ${quoted(value)}: the least is ${limit}`, `write ${flag} ${limit}`)
}

/** Each flow has its own socket, so they cannot share a port. */
function bindAddress(value: string, flag: string): Target {
  const bind = SOCKET_OPTIONS.bind.parse(value, flag)
  if (bind.port === 0) return bind
  throw usage(
    `${flag} cannot be ${quoted(value)}: each flow has its own port`,
    `write ${flag} ${bind.host}, and --source-ports for the ports`,
  )
}

function webAddress(value: boolean | string, flag: string): Target | undefined {
  if (value === false) return undefined
  if (value === true) return { host: DEFAULT_HOST, port: WEB_PORT }
  if (isAddress(value) && addressWithPort(value) === undefined) return { host: value, port: WEB_PORT }
  const at = parseTarget(value, flag, { minPort: 0 })
  if (isAddress(at.host) || at.host === 'localhost') return at
  throw usage(
    `${flag} cannot be ${quoted(value)}: it is an address of this host, and a target stands before ${flag}`,
    `write ${value} before ${flag}, or ${flag}=${DEFAULT_HOST}:${WEB_PORT}`,
  )
}
