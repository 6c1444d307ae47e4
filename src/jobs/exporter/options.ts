import { isAddress } from '../../base/ip.ts'
import { invalidValue } from '../../base/invalid-value.ts'
import { MILLISECOND, SECOND, type Nanos } from '../../base/nanos.ts'
import { quoted } from '../../base/quoted.ts'
import { addressWithPort, DEFAULT_HOST, parseTarget, type Target } from '../../base/target.ts'
import { usage } from '../../base/error.ts'
import { inGroup, pickOptions, type OptionTable, type RawOptions } from '../../options/option.ts'
import { PUBLIC_OPTION, SERVER_OPTIONS } from '../../options/server-options.ts'
import { choice, duration, given, listOf, text } from '../../options/values.ts'
import { MONITOR_OPTIONS } from '../monitor/options.ts'

const WEB_PORT = 19_000
/** The longest time that can be kept back from a scrape: its own timeout is rarely longer than a minute. */
const LONGEST_OFFSET = 60

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
const LOG_FORMATS = ['logfmt', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** The options of `udptool exporter`. Names with dots are those of the exporters of the Prometheus project. */
export const EXPORTER_OPTIONS = {
  'config.file': {
    ...MONITOR_OPTIONS['config.file'],
    about: 'modules, groups of targets, and rules of /probe: .yaml, .yml, .json or .mjs',
  },
  'config.check': {
    form: '--config.check',
    about: 'check the files, print their mistakes and end',
    group: 'Targets:',
    parse: given,
  },
  ...pickOptions(MONITOR_OPTIONS, 'maxTargets', 'engine'),
  ...inGroup('HTTP:', {
    'web.listenAddress': {
      form: '--web.listen-address <address:port>',
      about: 'address to serve; any but loopback needs --public (repeatable)',
      default: `${DEFAULT_HOST}:${WEB_PORT}`,
      repeatable: true,
      parse: listOf(listenAddress),
    },
    public: PUBLIC_OPTION,
    'web.config.file': {
      form: '--web.config.file <file>',
      about: 'TLS and basic authentication, in the format of exporter-toolkit',
      parse: text,
    },
    'web.telemetryPath': {
      form: '--web.telemetry-path <path>',
      about: 'path of the metrics',
      default: '/metrics',
      parse: telemetryPath,
    },
    'web.routePrefix': {
      form: '--web.route-prefix <path>',
      about: 'path in front of all paths (default that of --web.external-url)',
      parse: pathPrefix,
    },
    'web.externalUrl': {
      form: '--web.external-url <url>',
      about: 'URL under which a proxy serves this exporter, for links',
      parse: externalUrl,
    },
    timeoutOffset: {
      form: '--timeout-offset <seconds>',
      about: 'time by which /probe ends before the timeout of the scrape',
      default: '0.5',
      parse: offset,
    },
    portFile: { ...SERVER_OPTIONS.portFile, about: 'file to write the port to, one line for each address' },
  }),
  exitWithParent: SERVER_OPTIONS.exitWithParent,
  ...inGroup('Log:', {
    'log.level': {
      form: '--log.level <level>',
      about: 'least level of a line: debug, info, warn or error',
      default: 'info',
      choices: LOG_LEVELS,
      parse: choice(LOG_LEVELS),
    },
    'log.format': {
      form: '--log.format <format>',
      about: 'format of the lines on standard error: logfmt or json',
      default: 'logfmt',
      choices: LOG_FORMATS,
      parse: choice(LOG_FORMATS),
    },
    reportInterval: {
      form: '--report-interval <duration>',
      about: 'print a line about each target this often, on standard error',
      parse: reportInterval,
    },
  }),
} satisfies OptionTable

export type ExporterOptions = RawOptions<typeof EXPORTER_OPTIONS>

/** `127.0.0.1:19000`, an address alone, or `:19000` for all addresses, as Go programs write it. */
function listenAddress(value: string, flag: string): Target {
  if (isAddress(value) && addressWithPort(value) === undefined) return { host: value, port: WEB_PORT }
  const at = parseTarget(/^:\d/u.test(value) ? `[::]${value}` : value, flag, { minPort: 0 })
  if (isAddress(at.host) || at.host === 'localhost') return at
  throw usage(
    `${flag} cannot be ${quoted(value)}: it is an address of this host`,
    `write ${flag} ${DEFAULT_HOST}:${WEB_PORT}`,
  )
}

/** Characters that a path needs no escape for (RFC 3986 §3.3), without those that a client may normalize. */
const PATH = /^(?:\/[\w.~-]+)*\/?$/u

function pathOf(value: string, flag: string, examples: readonly [string, string]): string {
  if (value.startsWith('/') && PATH.test(value) && !/\/\.{1,2}(?:\/|$)/u.test(value)) return value
  throw invalidValue(flag, value, 'it is a path of letters, digits and . _ ~ -', examples)
}

function telemetryPath(value: string, flag: string): string {
  const path = pathOf(value, flag, ['/metrics', '/udp/metrics'])
  if (path !== '/' && !path.endsWith('/')) return path
  throw invalidValue(flag, value, 'a path does not end with /', ['/metrics', '/udp/metrics'])
}

/** Without the `/` at its end: empty for none. */
function pathPrefix(value: string, flag: string): string {
  return value === '' ? '' : pathOf(value, flag, ['/udptool', '/']).replace(/\/$/u, '')
}

const URLS = ['https://monitor.example/udptool', 'http://monitor.example'] as const

function externalUrl(value: string, flag: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isPlain =
    url !== undefined && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  if (isPlain && (url.protocol === 'http:' || url.protocol === 'https:')) {
    pathOf(url.pathname, flag, URLS)
    return url
  }
  throw invalidValue(flag, value, 'it is a URL of http or https without a query', URLS)
}

/** Seconds as a decimal number, as in blackbox_exporter. */
function offset(value: string | number, flag: string): Nanos {
  const seconds = /^\d+(?:\.\d*)?$/u.test(String(value)) ? Number(value) : NaN
  if (seconds <= LONGEST_OFFSET) return Math.round(seconds * SECOND)
  throw invalidValue(flag, value, `it is a number of seconds up to ${LONGEST_OFFSET}`, ['0.5', '0'])
}

function reportInterval(value: string, flag: string): Nanos {
  const nanos = duration(value, flag)
  if (nanos >= 100 * MILLISECOND) return nanos
  throw invalidValue(flag, value, 'the least is 100ms', ['1m', '10s'])
}
