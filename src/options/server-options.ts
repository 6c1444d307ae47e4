import { parseCidr } from '../base/cidr.ts'
import { usage } from '../base/error.ts'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import { quoted } from '../base/quoted.ts'
import { invalidValue } from '../base/invalid-value.ts'
import type { OptionRow, OptionTable } from './option.ts'
import { parsePort } from './port.ts'
import { duration, given, text } from './values.ts'

/** Required for a bind address that others can reach (`checkPublicBind`). */
export const PUBLIC_OPTION = {
  form: '--public',
  about: 'allow an address that other hosts can reach',
  group: 'Guards:',
  parse: given,
} satisfies OptionRow

export const LISTEN_OPTIONS = {
  /** Address to bind. Default 127.0.0.1; any other than loopback needs `public`. */
  // Only this host can reach the default: an echo server that anyone can reach is a reflector, and other servers store files and run commands.
  host: {
    form: '--host <address>',
    about: 'address to bind; any but loopback needs --public',
    default: '127.0.0.1',
    parse: bindHost,
  },
  /** Port to bind; 0 picks a free one. Default 9000. */
  port: { form: '-p, --port <port>', about: 'port to bind; 0 picks a free one', default: 9000, parse: parsePort },
} satisfies OptionTable

/** When a server command ends, and where it writes its port and its counters; common to all of them. */
export const SERVER_OPTIONS = {
  /** The server ends after this time. */
  duration: { form: '--duration <duration>', about: 'end after this time', group: 'Ending:', parse: duration },
  exitWithParent: {
    form: '--exit-with-parent',
    about: 'end when stdin closes, as it does when the parent process exits',
    group: 'Ending:',
    absentFrom: 'library',
    parse: given,
  },
  portFile: {
    form: '--port-file <file>',
    about: 'file to write the bound port to',
    absentFrom: 'library',
    parse: text,
  },
  statsInterval: {
    form: '--stats-interval <duration>',
    about: 'time between printed counters',
    absentFrom: 'library',
    parse: statsInterval,
  },
} satisfies OptionTable

/** Shortest useful interval. */
const LEAST_INTERVAL = 10 * MILLISECOND

function statsInterval(value: string, flag: string): Nanos {
  const interval = duration(value, flag)
  if (interval < LEAST_INTERVAL) throw invalidValue(flag, value, 'the least is 10ms', ['1s', '1m'])
  return interval
}

/** An address or a name, without port and brackets. */
function bindHost(host: string, flag: string): string {
  const [, bracketed, plain, port] = /^(?:\[([^[\]]*)\]|([^:]+))(?::(\d*))?$/u.exec(host) ?? []
  if (bracketed === undefined && port === undefined) return host
  const address = bracketed ?? plain ?? host
  throw usage(
    `${flag} cannot be ${quoted(host)}: it must be an address without a port`,
    `write ${flag} ${address}${port === undefined || port === '' ? '' : ` --port ${port}`}`,
  )
}

/** Checks a block of addresses and returns its text unchanged. */
export function cidrText(value: string, flag: string): string {
  parseCidr(value, flag)
  return value
}
